"""A run that shares its folder with earlier ones derives the features of new dates alone, and its rows are the same."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matac_ml.leakcheck.mutations import remove_the_future, tables_of
from matac_ml.records import Extract, read_extract
from matac_ml.synthetic import make_force
from training.dataset import Dataset, build
from training.dates import as_of_dates
from training.list_movement import movement_by_group
from training.recipe import PredictionDates, load_recipe
from training.sources import find_sources

ANCHOR = date(2023, 1, 2)
AS_OF = PredictionDates(every_days=91, at_most=9, test=1, calibrate=0, anchor=ANCHOR)
RECIPE, BESIDE = load_recipe(None)
RECIPE = RECIPE.model_copy(update={"as_of": AS_OF})
HORIZON = 365


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """The records of a force."""
    folder = tmp_path_factory.mktemp("newest") / "extract"
    make_force(folder, incidents=1500, years=6, seed=5)
    return read_extract(folder)


@pytest.fixture(scope="module")
def earlier(newest: Extract) -> Extract:
    """The same records as they stood thirteen weeks before."""
    day = newest.cut_off - timedelta(weeks=13)
    tables = remove_the_future(tables_of(newest), pd.Timestamp(day + timedelta(days=1)), np.random.default_rng(1))
    people = tables["people"].assign(deceased_on=None)
    held = {name: frame for name, frame in tables.items() if name not in ("referrals", "partner_incidents")}
    return Extract.from_tables(held | {"people": people}, cut_off=day)


def built(extract: Extract, store: Path | None) -> tuple[Dataset, list[str]]:
    """The rows of a run, and what was said meanwhile."""
    said: list[str] = []
    sources = find_sources(RECIPE, BESIDE)
    return build(extract, sources, recipe=RECIPE, store=store, progress=said.append), said


def test_dates_lie_whole_steps_from_an_anchor(newest: Extract, earlier: Extract) -> None:
    """The run of the later records uses the dates of the earlier one, less its first, and one new date."""
    before, after = (as_of_dates(RECIPE, extract, horizon_days=HORIZON) for extract in (earlier, newest))
    assert all((day - ANCHOR).days % 91 == 0 for day in (*before, *after))
    assert after[:-1] == before[1:]
    assert timedelta(0) <= newest.cut_off + timedelta(days=1 - HORIZON) - after[-1] < timedelta(days=91)


def test_a_later_run_derives_the_new_date_alone_and_has_the_rows_of_a_run_from_nothing(
    newest: Extract, earlier: Extract, tmp_path: Path
) -> None:
    """All but the test date and the newest to fit on stand there; every row is that of a run without a store."""
    _, said = built(earlier, tmp_path)
    assert not any("were used as they are" in line for line in said)
    kept, said = built(newest, tmp_path)
    old = len(kept.split.dates) - 2
    assert old > 2
    assert any(line.startswith(f"{old} of the dates stood in") for line in said)
    fresh, _ = built(newest, None)
    for name, rows in fresh.folds.named.items():
        others = kept.folds.named[name]
        for part in ("X", "y", "person", "cycle", "matrix", "last_incident", "harm"):
            np.testing.assert_array_equal(getattr(rows, part), getattr(others, part), err_msg=f"{name}: {part}")
    assert kept.facts == fresh.facts


def test_movement_by_group_shows_no_small_number(newest: Extract) -> None:
    """Below twenty nothing is shown, above it a multiple of ten; who is on which list decides the column."""
    people = newest.people_frame()["person_id"].astype(str).tolist()
    before, after = np.zeros(len(people)), np.zeros(len(people))
    before[:300], after[100:300], after[300:305] = 1, 1, 1
    table = movement_by_group(newest, people, before, after, names=("one", "two"), day=newest.cut_off)
    rows = {str(row[0]): [str(cell) for cell in row[1:]] for row in table.rows}
    assert {key.split(" ")[0].rstrip(":") for key in rows} >= {"Sex", "Age"}
    assert all(row[2] == "[c]" for row in rows.values())
    both, left = ([int(row[at].removeprefix("about ")) for row in rows.values() if row[at] != "[c]"] for at in (0, 1))
    assert both
    assert left
    assert all(number >= 20 and number % 10 == 0 for number in (*both, *left))
    sexes = [row for key, row in rows.items() if key.startswith("Sex")]
    for at, whole in ((0, 200), (1, 100)):
        shown = sum(int(row[at].removeprefix("about ")) for row in sexes if row[at] != "[c]")
        assert abs(shown - whole) <= 40

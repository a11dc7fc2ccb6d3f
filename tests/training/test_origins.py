"""Rolling origins: what each rule would have taken, and a small force rolled through time."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.cli import main
from matac_ml.errors import RecipeError
from matac_ml.evaluation import temporal_split
from matac_ml.records import read_extract
from matac_ml.synthetic import make_force
from training.origins import by_area, roll, together, windows
from training.origins_report import LISTS, REPORT, write_origins
from training.recipe import Booster, PredictionDates, Recipe
from training.selection_rules import AT_RANDOM, OURS, OriginResult, known_before, regrets
from training.sources import find_sources


def _at(number: int, first: float, second: float, ours: str = "b") -> OriginResult:
    """An origin every hundred days, whose outcomes are known a hundred days after its first test date."""
    day = date(2020, 1, 1) + timedelta(days=100 * number)
    return OriginResult(day, day + timedelta(days=100), {"a": first, "b": second}, ours)


def test_each_rule_takes_what_it_says() -> None:
    """Worked by hand: a is better on average and varies more; b was better last, and is better now."""
    origins = [_at(0, 0.9, 0.5), _at(1, 0.4, 0.5), _at(2, 0.6, 0.8)]
    found, judged = regrets(origins)
    assert judged == 2
    mean = {regret.rule: round(regret.mean, 6) for regret in found}
    # Before the second origin only the first is known: all rules take a, and lose .1. Before the third: best on
    # average a (.65 against .5), at the latest b, varies least b, most often best a (one win each, better on average).
    assert mean == {
        OURS: 0.0,
        "best at the latest origin": 0.05,
        "varies least": 0.05,
        "best on average": 0.15,
        "most often best": 0.15,
        AT_RANDOM: round((0.05 + 0.1) / 2, 6),
    }


def test_a_rule_sees_no_origin_whose_outcomes_are_not_known() -> None:
    """The outcomes of the origin before close after this one's first test date: nothing is known, nothing judged."""
    late = OriginResult(date(2020, 1, 1), date(2021, 1, 1), {"a": 1.0}, "a")
    now = OriginResult(date(2020, 6, 1), date(2021, 6, 1), {"a": 1.0}, "a")
    assert known_before([late, now], now) == ()
    assert regrets([late, now]) == ((), 0)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.sampled_from("ab")), min_size=2, max_size=6))
def test_no_rule_does_better_than_the_best(values: list[tuple[float, float, str]]) -> None:
    """No regret is below 0 or above what separates the two."""
    origins = [_at(number, *value) for number, value in enumerate(values)]
    apart = max(abs(first - second) for first, second, _ in values)
    for regret in regrets(origins)[0]:
        assert 0 <= regret.mean <= regret.worst <= apart
        assert 0 <= regret.best <= 1


def test_the_command_says_what_the_history_is_too_short_for(tmp_path: Path) -> None:
    """A force of a year and a half holds no origin a year ahead: exit code 2 or a sentence, and no page."""
    make_force(tmp_path / "force", incidents=300, years=1.5, seed=3)
    arguments = ["origins", "--extract", str(tmp_path / "force"), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code
    assert not (tmp_path / "out" / REPORT).exists()


def test_origins_end_where_the_history_is_too_short() -> None:
    """Each can be split; the newest ends on the last date, and one lies so many lists before the next."""
    dates = tuple(date(2020, 1, 1) + timedelta(days=28 * n) for n in range(20))
    recipe = Recipe(name="few", as_of=PredictionDates(test=2, calibrate=2))
    found = windows(dates, recipe=recipe, horizon_days=100, count=50, step=3)
    assert found[-1] == dates
    assert [len(kept) for kept in found] == [8, 11, 14, 17, 20]
    for kept in found:
        assert temporal_split(kept, horizon_days=100, test=2, calibrate=2).test == kept[-2:]


def test_a_small_force_is_rolled_through_time(tmp_path: Path) -> None:
    """Two origins: the page holds what can be said, lists are written, and pooled lists hold all places."""
    make_force(tmp_path / "force", incidents=3000, years=4, seed=3)
    recipe = Recipe(
        name="small", outcome="new_record_182d", resamples=40, contenders=("lightgbm_monotone", "elastic_net"),
        as_of=PredictionDates(every_days=91, test=2, calibrate=0), booster=Booster(rounds=20, leaves=4, min_leaf=20),
    )  # fmt: skip
    sources, records = find_sources(recipe, Path()), read_extract(tmp_path / "force")
    with pytest.raises(RecipeError, match="need at least two"):
        roll(records, sources, recipe=recipe, count=2, step=40, k=10)
    origins = roll(records, sources, recipe=recipe, count=2, step=2, k=10)
    assert [len(origin.days) for origin in origins] == [2, 2]
    assert origins[0].days[-1] < origins[1].days[0]
    pooled = together(origins, resamples=40, seed=1)
    assert pooled is not None
    first = pooled[0].confusion[0]
    assert first.true_positive + first.false_positive == pytest.approx(40)
    assert sum(part.rows for part in by_area(origins, resamples=20, seed=1)) <= sum(len(o.found.test) for o in origins)
    said = write_origins(origins, tmp_path, recipe=recipe, force="A made-up force", outcome="A record")
    page = (tmp_path / REPORT).read_text(encoding="utf-8")
    assert "Rules of selection can be judged at 0 of 2 origins" in said[-1]
    for line in (*said, "Each origin", "All lists together", "Reliability at each origin", "Reliability in each area"):
        assert line.replace("'", "&#39;") in page or line in page
    with (tmp_path / LISTS).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["drawn_up_by"] for row in rows} >= {"matrix"}
    assert sum(float(row["share_of_a_place"]) for row in rows) == pytest.approx(80, abs=0.5)

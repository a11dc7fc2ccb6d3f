"""Two identities that are found to be one person stand on one side of every split, and are drawn together."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GroupKFold

from matac_ml.evaluation import PersonBootstrap
from matac_ml.fairness.history import EACH_OTHER, SUSPECT_ONLY, groups_of_history, with_pairs
from matac_ml.fairness.victims import named_after
from matac_ml.records import Extract
from training.dataset import Dataset, build
from training.folds import groups_of_people
from training.managed import treated
from training.recipe import load_recipe
from training.rows import of_drawn_people
from training.sources import find_sources

FOUND = date(2023, 7, 10)
#: X is found to be A on the day of :data:`FOUND`; until then both are suspects of their own.
PAIR = ("A", "X")
DAYS = [date(2022, 1, 1) + timedelta(days=91 * n) for n in range(12)]
RECIPE = """
name: pair
outcome: new_record_182d
as_of: {every_days: 91, at_most: 8, test: 2, calibrate: 0}
"""


def extract(*, found: date | None = FOUND, management: date | None = None) -> Extract:
    """Two identities of one person and eight others, each suspected of an incident a quarter, with a victim each."""
    incidents: list[dict[str, object]] = []
    links: list[dict[str, object]] = []
    people: list[dict[str, object]] = []
    for person in (*PAIR, *(f"P{n}" for n in range(8))):
        people += [{"person_id": person, "birth_date": date(1990, 1, 1)}, {"person_id": f"V{person}"}]
        for n, day in enumerate(DAYS):
            incident = f"{person}-{n}"
            incidents.append({"incident_id": incident, "occurred_on": day, "recorded_on": day, "is_crime": True})
            links += [
                {"incident_id": incident, "person_id": person, "role": "suspect"},
                {"incident_id": incident, "person_id": f"V{person}", "role": "victim", "relationship": "partner"},
            ]
    tables = {"incidents": incidents, "involvements": links, "people": people}
    if found is not None:
        tables["merges"] = [{"person_id": "X", "merged_into": "A", "merged_on": found}]
    if management is not None:
        tables["management"] = [{"person_id": "X", "start_on": management}]
    return Extract.from_tables(tables, cut_off=date(2024, 12, 31))


def dataset(records: Extract, folder: Path) -> Dataset:
    """The rows of a run on these records."""
    (folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    recipe, beside = load_recipe(folder / "recipe.yaml")
    return build(records, find_sources(recipe, beside), recipe=recipe)


def test_both_identities_are_one_person_in_every_split(tmp_path: Path) -> None:
    """The pair has one code before and after the merge was found out, so that no drawing of people parts it."""
    made = dataset(extract(), tmp_path)
    rows = made.folds.fit
    identity = np.array(made.identities)[rows.identity]
    assert {"A", "X"} <= set(identity[[rows.dates[cycle] <= FOUND for cycle in rows.cycle]])
    assert set(made.people) == {"A", *(f"P{n}" for n in range(8))}
    pair = np.isin(identity, PAIR)
    assert len(set(rows.person[pair])) == 1
    for inside, outside in GroupKFold(2).split(rows.X, groups=rows.person):
        assert not pair[inside].any() or not pair[outside].any()
    for seed in range(20):
        drawn = of_drawn_people(rows.person, np.ones(len(rows), dtype=np.bool_), len(rows) // 2, seed=seed)
        assert len(set(drawn[pair])) == 1
    assert len(set(groups_of_people(rows, seed=1)[pair])) == 1
    assert PersonBootstrap(rows.person, resamples=1).people == len(set(rows.person)) == 9
    assert made.facts.people["fit"] == 9
    assert "calibrate" not in made.facts.people


def test_without_a_merge_a_person_is_the_identity(tmp_path: Path) -> None:
    """Codes of people and of identities are then the same."""
    made = dataset(extract(found=None), tmp_path)
    assert made.people == made.identities
    assert np.array_equal(made.folds.fit.person, made.folds.fit.identity)


@pytest.mark.parametrize(("found", "expected"), [(date(2023, 6, 1), True), (date(2024, 6, 1), False)])
def test_management_of_the_other_identity_counts_once_that_is_known(found: date, expected: bool) -> None:
    """Somebody came under MATAC within the horizon when that was known by its end, as with every label."""
    keys = pd.DataFrame({"person_id": ["A", "X", "P0"], "as_of": pd.to_datetime(["2023-03-01"] * 3)})
    held = treated(extract(found=found, management=date(2023, 5, 1)), keys, horizon_days=182)
    assert held.tolist() == [expected, True, False]


def test_victims_named_after_a_list_are_those_of_the_person_known_when_its_horizon_closed() -> None:
    """A merge found within the horizon joins what both identities were suspected of; one found later does not."""
    ranked = pd.DataFrame({"person_id": ["A", "X"], "as_of": [date(2023, 6, 1)] * 2})
    both = named_after(extract(), ranked, horizon_days=182)
    assert both.to_numpy().tolist() == [["A", "VA", 0], ["A", "VA", 1], ["A", "VX", 0], ["A", "VX", 1]]
    apart = named_after(extract(found=date(2024, 6, 1)), ranked, horizon_days=182)
    assert apart.to_numpy().tolist() == [["A", "VA", 0], ["A", "VX", 1]]  # one person by the end: drawn as one


def test_roles_before_the_list_know_of_no_later_merge() -> None:
    """A person recorded against each other with an identity is that only from the day the merge was known."""
    day, found = date(2023, 1, 1), date(2023, 6, 1)
    incidents = [{"incident_id": f"I{n}", "occurred_on": day, "recorded_on": day, "is_crime": True} for n in range(2)]
    links = [
        {"incident_id": "I0", "person_id": "A", "role": "suspect"},
        {"incident_id": "I0", "person_id": "B", "role": "victim"},
        {"incident_id": "I1", "person_id": "B", "role": "suspect"},
        {"incident_id": "I1", "person_id": "X", "role": "victim"},
    ]
    merges = [{"person_id": "X", "merged_into": "A", "merged_on": found}]
    records = Extract.from_tables(
        {"incidents": incidents, "involvements": links, "merges": merges}, cut_off=date(2024, 12, 31)
    )
    for as_of, roles in ((found, SUSPECT_ONLY), (found + timedelta(days=1), EACH_OTHER)):
        assert groups_of_history(with_pairs(records, as_of=as_of), as_of).loc["A", "roles"] == roles

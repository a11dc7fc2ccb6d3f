"""A charge counts whether the role or the outcome tells of it, and from the day on which it was known."""

from datetime import date
from typing import Any

import pytest

from features.shared import CHARGED
from matac_ml.asof import feature_table, person_features, read_person
from matac_ml.harm import load_harm_index
from matac_ml.records import Extract
from matac_ml.rfg import load_policy
from matac_ml.rfg.lists import listed
from matac_ml.rfg.policy import Policy
from matac_ml.serial import find_rule, registers
from matac_ml.spec import Aggregate, Family, Feature, View

TODAY = date(2024, 6, 1)
DAY, BEFORE = date(2024, 3, 1), date(2024, 5, 31)
COUNTED = Feature(
    name="charged", family=Family.FREQUENCY, view=View.SUSPECT, aggregate=Aggregate.COUNT, window_days=1095,
    where=(CHARGED,), direction=1, allowed_because="Recorded behaviour.", source="A test.",
)  # fmt: skip
PAIRED = Feature(
    name="charged_victims", family=Family.VICTIMS, view=View.PAIR, aggregate=Aggregate.DISTINCT, column="victim_id",
    window_days=1095, where=(CHARGED,), direction=1, allowed_because="Recorded behaviour.", source="A test.",
)  # fmt: skip
CASES: list[tuple[str, tuple[int, date] | None, date | None, bool]] = [
    ("nothing", None, None, False),
    ("role", None, DAY, True),
    ("role on the day", None, TODAY, False),
    ("charged", (1, DAY), None, True),
    ("known the day before", (1, BEFORE), None, True),
    ("known on the day", (1, TODAY), None, False),
    ("youth caution", (2, DAY), None, True),
    ("adult caution", (3, DAY), None, True),
    ("taken into consideration", (4, DAY), None, True),
    ("community resolution", (8, DAY), None, False),
    ("evidential difficulties", (15, DAY), None, False),
    ("victim does not support", (16, DAY), None, False),
    ("not assigned", (0, DAY), None, False),
    ("diversion", (22, DAY), None, False),
    ("role and outcome", (1, DAY), DAY, True),
    ("role, and another outcome", (16, DAY), DAY, True),
    ("outcome known, role on the day", (1, DAY), TODAY, True),
]


def _extract(outcome: tuple[int, date] | None, offender: date | None) -> Extract:
    """Two incidents of one person against two partners."""
    rows: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    for number, victim in enumerate(("A", "B")):
        key, day = f"I{number}", date(2024, 2, 1 + number)
        row: dict[str, Any] = {"incident_id": key, "occurred_on": day, "recorded_on": day, "is_crime": True}
        if outcome is not None:
            row |= {"outcome_code": outcome[0], "outcome_on": outcome[1]}
        rows.append(row | {"offence_code": "10501"})
        links.append({"incident_id": key, "person_id": "S", "role": "suspect", "recorded_on": day})
        link = {"incident_id": key, "person_id": victim, "role": "victim", "recorded_on": day}
        links.append(link | {"relationship": "partner"})
        if offender is not None:
            links.append({"incident_id": key, "person_id": "S", "role": "offender", "recorded_on": offender})
    people = [{"person_id": letter, "birth_date": date(1980, 1, 1)} for letter in "SAB"]
    return Extract.from_tables({"incidents": rows, "involvements": links, "people": people}, cut_off=TODAY)


@pytest.mark.parametrize(
    ("outcome", "offender", "counts"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_either_record_of_a_charge_counts_from_the_day_it_was_known(
    outcome: tuple[int, date] | None, offender: date | None, counts: bool
) -> None:
    """SQL, plain Python, the register of charged perpetrators and a policy for offenders all see the same."""
    extract, harm = _extract(outcome, offender), load_harm_index("cchi-2026-medians")
    expected = 2.0 if counts else 0.0
    frame = feature_table(extract, (COUNTED, PAIRED), [TODAY], harm=harm)
    assert frame[["charged", "charged_victims"]].to_numpy().tolist() == [[expected, expected]]
    values = person_features(read_person(extract, "S"), (COUNTED, PAIRED), TODAY, harm=harm)
    assert values == {"charged": expected, "charged_victims": expected}
    found = registers(extract, find_rule("charged"), TODAY)
    assert [perpetrator.person_id for perpetrator in found.perpetrators] == (["S"] if counts else [])
    policy = load_policy()
    offenders = Policy(policy.entry.model_copy(update={"roles": "offender"}), f"{policy.text}#\n", policy.folder)
    assert (listed(extract, offenders, TODAY).frame["total"].iloc[0] > 0) == counts

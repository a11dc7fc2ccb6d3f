"""Outcomes look at what happens from the as-of day on and is known when the horizon closes; later ones are censored."""

from datetime import date, timedelta
from typing import Any

import pytest

from matac_ml.asof import eligibility_frame, feature_table, outcome_table
from matac_ml.asof.whole_force import changing_days
from matac_ml.records import Extract
from matac_ml.spec import Outcome, OutcomeKind, at_least, is_true
from tests.asof.made_up import HARM, START, some_extract

T = date(2024, 1, 1)
ANY = Outcome(name="any_record", kind=OutcomeKind.RECORD, horizon_days=30, sentence="Any record.")
GRAVE = Outcome(
    name="grave_crime",
    kind=OutcomeKind.RECORD,
    horizon_days=30,
    sentence="A grave crime.",
    where=(is_true("is_crime"), at_least("harm_days", 10)),
)
NEW = Outcome(name="new_victim", kind=OutcomeKind.NEW_VICTIM, horizon_days=30, sentence="A new victim.")
HARM_DAYS = Outcome(name="harm", kind=OutcomeKind.HARM_DAYS, horizon_days=30, sentence="Harm.")


def _extract(*later: dict[str, Any], cut_off: date = date(2024, 12, 31), reclassified: int | None = None) -> Extract:
    """One person with one old incident against A, and later ones: days after T, offence, victim, day known."""
    tables: dict[str, list[dict[str, Any]]] = {"incidents": [], "involvements": [], "people": [{"person_id": "P"}]}
    old = {"after": -50, "code": "10501", "victim": "A"}
    for number, one in enumerate((old, *later)):
        key, occurred = f"I{number}", T + timedelta(days=one["after"])
        recorded = T + timedelta(days=one.get("known", one["after"]))
        tables["incidents"].append(
            {"incident_id": key, "occurred_on": occurred, "recorded_on": recorded, "is_crime": True,
             "offence_code": one["code"]}
        )  # fmt: skip
        tables["involvements"].append({"incident_id": key, "person_id": "P", "role": "suspect"})
        tables["involvements"].append({"incident_id": key, "person_id": one["victim"], "role": "victim"})
    if reclassified is not None:
        day = T + timedelta(days=reclassified)
        change = {"incident_id": "I0", "reclassified_on": day, "is_crime": True, "offence_code": "00877"}
        tables["reclassifications"] = [change]
    return Extract.from_tables(tables, cut_off=cut_off)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ((), (0, 0, 0, 0)),
        (({"after": 0, "code": "10501", "victim": "A"},), (1, 0, 0, 1)),
        (({"after": 29, "code": "00806", "victim": "B"},), (1, 1, 1, 10.5)),
        (({"after": 30, "code": "00806", "victim": "B"},), (0, 0, 0, 0)),
        (({"after": 5, "code": "00806", "victim": "B", "known": 30},), (0, 0, 0, 0)),
        (({"after": -1, "code": "00806", "victim": "B", "known": 3},), (0, 0, 0, 0)),
    ],
    ids=["nothing", "on the day", "last day", "day after", "known too late", "happened before"],
)
def test_the_horizon_begins_on_the_day_and_ends_before_its_last(
    later: tuple[dict[str, Any], ...], expected: tuple[float, ...]
) -> None:
    """A row counts when it happened in [t, t + h) and was known before t + h."""
    frame = outcome_table(_extract(*later), (ANY, GRAVE, NEW, HARM_DAYS), [T], harm=HARM)
    assert frame[["any_record", "grave_crime", "new_victim", "harm"]].to_numpy().tolist() == [list(expected)]


def test_on_the_clock_of_recording_an_old_report_counts_and_a_reclassification_does_not() -> None:
    """What becomes known in the horizon counts, whenever it happened; what was known before never does."""
    recorded = [
        Outcome(
            name=f"recorded_{known.name}", kind=known.kind, horizon_days=30, sentence="Recorded.", where=known.where,
            clock="recorded",  # type: ignore[arg-type]
        )
        for known in (ANY, GRAVE, NEW, HARM_DAYS)
    ]  # fmt: skip
    names = [one.name for one in recorded]
    assert Outcome.from_dict(recorded[1].to_dict()) == recorded[1]
    late = {"after": -900, "code": "00806", "victim": "B", "known": 3}
    for later, expected in (
        ((), [0, 0, 0, 0]),
        ((late,), [1, 1, 1, 10.5]),
        ((late | {"known": 30},), [0, 0, 0, 0]),
        ((late | {"known": -1},), [0, 0, 0, 0]),
    ):
        extract = _extract(*later, reclassified=3)
        frame = outcome_table(extract, (*recorded, ANY), [T], harm=HARM)
        assert frame[names].to_numpy().tolist() == [expected]


def test_a_victim_first_known_within_the_horizon_is_new_though_harmed_before() -> None:
    """Whether a victim is new is decided by what was known at the as-of day, not by what had happened."""
    extract = _extract(
        {"after": -9, "code": "10501", "victim": "B", "known": 2}, {"after": 8, "code": "10501", "victim": "B"}
    )
    assert outcome_table(extract, (NEW,), [T], harm=HARM)["new_victim"].tolist() == [1.0]


def test_a_horizon_that_passes_the_cut_off_is_dropped_and_counted() -> None:
    """The last day of the horizon may be the cut-off, not later."""
    extract = _extract(cut_off=T + timedelta(days=29))
    frame = outcome_table(extract, (ANY,), [T, T + timedelta(days=1)], harm=HARM)
    assert frame["as_of"].dt.date.tolist() == [T]
    (counted,) = frame.attrs["censoring"]
    assert (counted.known, counted.censored) == (1, 1)


def test_outcomes_and_eligibility_have_the_rows_of_the_matrix() -> None:
    """Person and date of every frame are the same, in the same order."""
    _, extract = some_extract(3)
    dates = [START + timedelta(days=days) for days in (100, 300)]
    rows = feature_table(extract, (), dates, harm=HARM)
    for frame in (eligibility_frame(extract, dates), outcome_table(extract, (ANY,), dates, harm=HARM)):
        assert frame[["person_id", "as_of"]].equals(rows)


def test_dates_of_which_no_horizon_has_closed_give_no_row() -> None:
    """Nothing is known of any of them, which is said by the counts and is no error."""
    frame = outcome_table(_extract(cut_off=T), (ANY, NEW), [T, T + timedelta(days=1)], harm=HARM)
    assert frame.empty
    assert {(counted.known, counted.censored) for counted in frame.attrs["censoring"]} == {(0, 2)}


def test_identities_are_worked_out_by_day_only_where_a_merge_changes_them() -> None:
    """Nearly nobody has a merge: a force without one that was found out later pays nothing."""
    extract, days = _extract(), [T, T + timedelta(days=40)]
    assert changing_days(extract, days) is None
    assert changing_days(extract, []) is None
    tables: dict[str, list[dict[str, Any]]] = {
        "incidents": [{"incident_id": "I", "occurred_on": T, "recorded_on": T, "is_crime": True}],
        "involvements": [{"incident_id": "I", "person_id": "P", "role": "suspect"}],
        "people": [{"person_id": "P"}, {"person_id": "Q"}],
        "merges": [{"person_id": "Q", "merged_into": "P", "merged_on": T + timedelta(days=9)}],
    }
    later = Extract.from_tables(tables, cut_off=date(2024, 12, 31))
    first = (T - date(1970, 1, 1)).days
    assert changing_days(later, days[::-1]) == (first, first + 40)
    assert changing_days(later, [T + timedelta(days=10)]) is None

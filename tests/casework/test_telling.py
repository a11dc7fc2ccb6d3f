"""Each step of a case is told in one sentence: when, what, by whom and why."""

from dataclasses import replace
from typing import Any

import pytest

from matac_ml.casework import Cycle, NewEntry
from matac_ml.casework.telling import tell

RFGV = {"policy": "rfgv 1", "policy_sha256": "a" * 64}
TOLD: dict[str, tuple[str, dict[str, Any], str]] = {
    "a referral with a score": (
        "referral",
        {"source": "housing", "score": {"points": 70, **RFGV, "as_of": "2025-03-31"}},
        "referred by housing with 70 points by rfgv 1, as of 2025-03-31",
    ),
    "a referral without a score": ("referral", {"source": "analysis"}, "referred by analysis"),
    "points of no policy": (
        "referral",
        {"source": "health", "score": {"points": 0}},
        "referred by health with 0 points by a policy not recorded",
    ),
    "a hold": (
        "safeguarding_referral",
        {"source": "housing"},
        "referred by housing, and held: the person is recorded as a victim only",
    ),
    "a release": ("hold_released", {}, "the safeguarding hold was released"),
    "a yes": ("judgement_accepted", {}, "the referral was accepted"),
    "a no": ("judgement_declined", {}, "the referral was declined"),
    "a place": ("cohort_proposed", {"place": 3}, "place 3 of the list for the cohort 2025-06"),
    "put on": ("override", {"way": "put on"}, "put on the cohort 2025-06, against the list"),
    "left off": ("override", {"way": "left off"}, "left off the cohort 2025-06, against the list"),
    "a member": ("cohort_member", {}, "taken into the cohort 2025-06"),
    "a plan": (
        "plan",
        {"starts": "2025-06-09", "interventions": ["key_worker", "housing"]},
        "planned from 2025-06-09: key worker, housing",
    ),
    "a disruption": (
        "disruption_plan",
        {"starts": "2025-06-09", "interventions": ["active_disruption"]},
        "disruption planned from 2025-06-09: active disruption",
    ),
    "a week engaged": ("engagement", {"week": 2, "engaged": True}, "week 2: engaged"),
    "a week not engaged": ("engagement", {"week": 3, "engaged": False}, "week 3: did not engage"),
    "a removal": ("removal", {}, "removed for not engaging"),
    "a withdrawal": ("withdrawal", {}, "withdrawn"),
    "an early end": (
        "early_end",
        {"week": 3, "weeks": 17, "weeks_engaged": 1},
        "ended early, in week 3 of 17, having engaged in 1 week",
    ),
    "a completion": ("completion", {"weeks_engaged": 12}, "completed, having engaged in 12 weeks"),
    "an exit": ("exit", {"score": {"points": 41}}, "exited with 41 points by a policy not recorded"),
    "an exit of a victim": ("exit", {"note": "No score."}, "exited"),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_step_is_told_as_it_was_taken(name: str, cycle: Cycle) -> None:
    """Its own day, what was done and with what, who did it and the reason given."""
    kind, payload, said = TOLD[name]
    step = NewEntry(kind, "s.officer", "", "Agreed at the meeting.", "P1", "2025-06", {"on": "2025-06-02", **payload})
    entry = cycle.ledger.append(step)
    assert tell(entry) == f"2025-06-02, {said}. By s.officer: Agreed at the meeting."
    assert tell(replace(entry, personal=None)) == f"{kind.replace('_', ' ')}, erased"


@pytest.mark.parametrize("payload", [{}, {"on": "soon"}, {"on": "2025-06-02"}, {"on": 5, "week": 1, "engaged": True}])
def test_a_step_that_somebody_altered_is_told_as_unreadable(payload: dict[str, Any], cycle: Cycle) -> None:
    """It ends no answer in a traceback, and tells nothing that was not written."""
    entry = cycle.ledger.append(NewEntry("engagement", "s.officer", "", "Agreed.", "P1", "", payload))
    assert tell(entry).startswith("engagement, which cannot be read; verify the ledger. By s.officer")

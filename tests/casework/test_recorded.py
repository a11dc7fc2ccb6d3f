"""A referral is looked at beside what the records say of the person, and each contradiction is said."""

import pytest

from matac_ml.casework.recorded import Recorded, faults_of_referral

POLICE, AGENCY = "police records", "housing"


@pytest.mark.parametrize(
    ("recorded", "source", "not_recorded", "scored", "said"),
    [
        (None, POLICE, False, True, ()),
        (Recorded.SUSPECT, POLICE, False, True, ()),
        (Recorded.NOBODY, AGENCY, False, False, ()),
        (Recorded.UNKNOWN, AGENCY, True, False, ()),
        (Recorded.UNKNOWN, AGENCY, False, False, ("check it for a typing error",)),
        (Recorded.UNKNOWN, POLICE, False, False, ("check it for a typing error",)),
        (Recorded.UNKNOWN, POLICE, True, False, ("must be named as the source",)),
        (Recorded.SUSPECT, AGENCY, True, False, ("leave out that they do not",)),
        (Recorded.VICTIM_ONLY, AGENCY, False, False, ()),
        (Recorded.VICTIM_ONLY, POLICE, False, False, ("police records alone refer no victim",)),
        (Recorded.VICTIM_ONLY, POLICE, False, True, ("police records alone refer no victim", "has no score")),
    ],
)
def test_what_contradicts_the_records_is_said(
    recorded: Recorded | None, source: str, not_recorded: bool, scored: bool, said: tuple[str, ...]
) -> None:
    """Every contradiction of a referral, and nothing else."""
    faults = faults_of_referral("P1", recorded, source=source, not_recorded=not_recorded, scored=scored)
    assert len(faults) == len(said)
    assert all(part in fault for part, fault in zip(said, faults, strict=True))


def test_nobody_in_particular_is_not_referred() -> None:
    """A word that stands for a person who is not known is no person, whatever else is right."""
    (fault,) = faults_of_referral("unknown", None, source=AGENCY, not_recorded=False, scored=False)
    assert "a word for somebody who is not known" in fault

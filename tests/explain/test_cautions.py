"""A reader meets what must be known first, first: a dual role stands before everything else."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.errors import InvariantError
from matac_ml.explain.cautions import Known, PartnerRows, build_cautions
from matac_ml.explain.schema import CautionKind
from matac_ml.explain.wording import number, refuse_forbidden

DAY = date(2026, 11, 1)
INCIDENTS = st.lists(
    st.tuples(st.text(min_size=1, max_size=5), st.dates(date(2020, 1, 1), DAY), st.dates(date(2020, 1, 1), DAY)),
    max_size=5,
)


@given(INCIDENTS, INCIDENTS, st.booleans(), st.booleans(), st.integers(0, 400))
def test_keeps_one_order_and_says_dual_role_first(
    as_victim: list[tuple[str, date, date]],
    as_suspect: list[tuple[str, date, date]],
    approved: bool,
    from_partner: bool,
    age: int,
) -> None:
    """Whatever applies, the order is that of the kinds, and a person recorded as a victim is said to be so first."""
    known = Known(
        as_victim=as_victim,
        as_suspect=as_suspect,
        data_as_of=DAY,
        today=DAY + timedelta(days=age),
        approved=approved,
        partner=PartnerRows(as_of=DAY, sent=1) if from_partner else None,
    )
    kinds = [caution.kind for caution in build_cautions(known)]
    assert kinds == [kind for kind in CautionKind if kind in kinds]
    assert (CautionKind.DUAL_ROLE in kinds) == bool(as_victim)
    assert (CautionKind.STALE_EXTRACT in kinds) == (age >= 35)


@pytest.mark.parametrize("text", ["This person is low risk.", "It is SAFE to close.", "A low-risk file"])
def test_refuses_words_that_no_score_may_say(text: str) -> None:
    """An explanation that says them is a fault of ours, not an answer."""
    with pytest.raises(InvariantError):
        refuse_forbidden(text)


def test_lets_safety_be_spoken_of() -> None:
    """The word safety is not the claim that anybody is safe."""
    assert refuse_forbidden("says nothing of anyone's safety")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "days", "not on record"),
        (1.0, "days", "1 day"),
        (1234.0, "", "1,234"),
        (2.5, "incidents", "2.50"),
        (0.425, "share", "42%"),
    ],
)
def test_writes_numbers_as_a_reader_would(value: float | None, unit: str, text: str) -> None:
    """Missing is said, thousands are separated, one of a thing is singular, a share is a percentage."""
    assert number(value, unit) == text

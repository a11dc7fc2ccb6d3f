"""A declaration that cannot mean what it says is refused when it is made."""

import pytest

from matac_ml.codes import FAMILY, OutcomeCode
from matac_ml.errors import DeclarationError
from matac_ml.spec import Aggregate, Condition, Family, Feature, View, among, is_true


@pytest.mark.parametrize(
    ("column", "value"),
    [("relationship", "ex-partner"), ("report_source", "neighbour"), ("outcome_code", 99), ("injury_level", "grave")],
)
def test_a_code_that_is_in_no_list_is_refused(column: str, value: str | int) -> None:
    """A misspelt code would make a feature that is 0 for everybody; the message lists the codes there are."""
    with pytest.raises(DeclarationError, match=r"must be among .*, got"):
        among(column, value)


def test_codes_have_one_form() -> None:
    """Members of our own types and every spelling of an offence code give the condition that their records meet."""
    assert among("relationship", *FAMILY) == among("relationship", *(one.value for one in FAMILY))
    assert among("outcome_code", OutcomeCode.CHARGED).values == (1,)
    assert among("offence_code", "8/67", "867").values == ("00867", "00867")


def test_whoever_is_new_is_not_judged_by_what_changes_later() -> None:
    """Whether a victim is new is asked of all earlier rows, whose outcome on the day is not kept: it is refused."""
    with pytest.raises(DeclarationError, match="can change after it is recorded, got is_crime"):
        Feature(
            name="new_by_crime",
            family=Family.VICTIMS,
            view=View.PAIR,
            aggregate=Aggregate.NEW,
            direction=1,
            window_days=365,
            where=(is_true("is_crime"),),
            sentence="{value} new victims of a crime.",
            allowed_because="A test.",
            source="A test.",
        )


def test_an_entry_left_out_of_a_file_is_named() -> None:
    """A condition read from JSON without its column says so."""
    with pytest.raises(DeclarationError, match="column is not there"):
        Condition.from_dict({"op": "in", "values": [True]})


def test_everything_wrong_is_said_at_once() -> None:
    """One error lists each thing that was expected and what came."""
    with pytest.raises(DeclarationError) as raised:
        Feature(
            name="Bad Name",
            family=Family.CONTEXT,
            view=View.SUSPECT,
            aggregate=Aggregate.SHARE,
            window_days=0,
            direction=2,
            against_days=90,
            column="harm_days",
            allowed_because="",
            source="A test.",
        )
    faults = "\n".join(raised.value.faults)
    for said in (
        "got 'Bad Name'", "direction must be -1, 0 or 1, got 2", "allowed_because must say something",
        "window_days must be a whole number of days from 1, or None, got 0", "against_days is for a ratio",
        "column is not used by share", "a share needs where",
    ):  # fmt: skip
        assert said in faults

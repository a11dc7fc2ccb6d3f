"""What a subject is told of the ledger: looks, refusals and steps, each in its own list."""

from datetime import UTC, datetime
from typing import cast

from matac_ml.casework import Entry
from matac_ml.casework.entry import Personal
from matac_ml.casework.sharing import KEPT_BACK
from serving.ledger.history import told_about
from serving.ledger.writer import REFUSED, LedgerWriter


class OneBook:
    """What a worker reads in the ledger."""

    def __init__(self, *kinds: tuple[str, dict[str, object]]) -> None:
        self.entries = [
            Entry(number, datetime(2026, 1, number, tzinfo=UTC), kind, "a.person", "matac", "", "", "",
                  Personal("P1", "", "The meeting.", payload))
            for number, (kind, payload) in enumerate(kinds, 1)
        ]  # fmt: skip

    def read(self, **_: object) -> list[Entry]:
        """Every entry, whatever is asked for."""
        return self.entries


def test_every_entry_about_a_person_is_told_once_under_what_it_is() -> None:
    """A place on a list with its rank; a consultation whose text cannot be read says so and keeps nothing else."""
    book = OneBook(
        ("list", {"rank": 3, "matrix_total": 70}),
        (REFUSED, {"asked": "an explanation"}),
        ("hold_released", {"on": "2026-01-03"}),
        ("consultation", {"explanation": "somebody wrote over it"}),
        ("subject_access", {}),
    )
    looks, refusals, steps = told_about(cast("LedgerWriter", book), ["P1"])
    assert [(look.entry, look.kind, look.rank, look.matrix_total) for look in looks] == [
        (1, "list", 3, 70), (4, "consultation", None, None), (5, "subject_access", None, None),
    ]  # fmt: skip
    assert [look.unreadable for look in looks] == [False, True, False]
    assert [(refusal.entry, refusal.asked) for refusal in refusals] == [(2, "an explanation")]
    assert [step.entry for step in steps] == [3]


def test_a_referral_that_cannot_be_read_is_kept_from_agencies() -> None:
    """Whatever somebody wrote into the ledger: an agency is not told what it says, and the force still is."""
    book = cast("LedgerWriter", OneBook(("hold_released", {"on": "2026-01-03"}), ("referral", {"on": 3})))
    _, _, of_agency = told_about(book, ["P1"], "Housing")
    assert [step.told == KEPT_BACK for step in of_agency] == [False, True]
    _, _, of_force = told_about(book, ["P1"])
    assert KEPT_BACK not in {step.told for step in of_force}

"""What a partner and the person themself are told: a name that no merge changes, and no rank of somebody left out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from matac_ml.casework import Case, Cycle, Ledger
from matac_ml.casework.drawn import write_list
from matac_ml.casework.listed import Standing
from matac_ml.casework.meetings import Meetings
from matac_ml.casework.toolkit import load_toolkit
from matac_ml.explain.subject_access import subject_text
from matac_ml.roles import ServiceRole
from serving.access.principal import CALLER, Principal
from serving.access.sessions import SESSION, Session
from serving.ledger.history import told_about
from serving.ledger.writer import LedgerWriter
from serving.pages.casework.sight import name_for
from tests.casework.conftest import MEETING
from tests.casework.steps import GIVEN, WHY
from tests.casework.test_drawn_cohort import BASIS, line


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as opened:
        yield opened


@contextmanager
def reading(role: ServiceRole, agency: str) -> Iterator[None]:
    """The pages as somebody of an agency opens them."""
    marks = CALLER.set(Principal("a.reader", role, agency=agency)), SESSION.set(Session("s" * 40, agency=agency))
    try:
        yield
    finally:
        CALLER.reset(marks[0])
        SESSION.reset(marks[1])


def seen(case: Case, role: ServiceRole, agency: str) -> str:
    """The identifier that somebody is shown."""
    with reading(role, agency):
        return name_for(case)


@pytest.mark.parametrize("merged_before", [True, False])
def test_a_partner_sees_the_identifier_that_it_gave(ledger: Ledger, *, merged_before: bool) -> None:
    """OLD is P1 since a merge in police records, before or after the referral: the agency is not told."""
    apart = Cycle(ledger, load_toolkit(), today=lambda: MEETING)
    merged = replace(apart, identities=lambda person: ("P1", "OLD") if person in ("P1", "OLD") else (person,))
    first = merged if merged_before else apart
    first.refer("OLD", actor="h.officer", reason=WHY, source="Housing")
    merged.refer("P1", source="analysis", **GIVEN)
    case = merged.case("OLD")
    assert case.person_id == "P1"
    assert seen(case, ServiceRole.PARTNER, "Housing") == "OLD"
    assert seen(case, ServiceRole.ANALYST, "Police") == "P1"


def test_whoever_owns_an_action_sees_the_identifier_it_was_given_under(ledger: Ledger) -> None:
    """An agency that did not refer the person knows them by what the police said."""
    apart = Cycle(ledger, load_toolkit(), today=lambda: MEETING)
    apart.refer("OLD", source="analysis", **GIVEN)
    meetings = Meetings(ledger, load_toolkit(), today=lambda: MEETING)
    meetings.agree_action("OLD", text="Offer a visit.", agency="Health", due=MEETING, agreed_by="N. Nurse", **GIVEN)
    merged = replace(apart, identities=lambda person: ("P1", "OLD"))
    assert seen(merged.case("OLD"), ServiceRole.PARTNER, "Health") == "OLD"


def test_nobody_left_out_of_a_list_is_told_a_rank(ledger: Ledger) -> None:
    """The line keeps the rank that they would have; the text for the person says that they were left out."""
    write_list(ledger, BASIS, [line("P1", 7, Standing.LEFT_OUT), line("P2", 8)], **GIVEN)

    def read(**where: Any) -> list[Any]:
        return list(ledger.entries(**where))

    reads = cast("LedgerWriter", SimpleNamespace(read=read))
    texts = [subject_text(who, None, told_about(reads, (who,))[0], as_of=date(2025, 6, 2)) for who in ("P1", "P2")]
    assert "It said: left out of the list, with 10 points and no rank." in texts[0]
    assert "rank 7" not in texts[0]
    assert "It said: rank 8, 10 points." in texts[1]

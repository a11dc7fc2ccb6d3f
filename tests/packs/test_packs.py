"""The papers of a meeting: what they say first, what they keep back, and what they let out to whom."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from matac_ml.casework import Case, Cycle, Ledger, PolicyUsed, Recorded, Score
from matac_ml.casework.caseload import caseload
from matac_ml.casework.meetings import Attended, Meetings
from matac_ml.casework.referral import AgencyRecord, Terms
from matac_ml.packs import (
    Imprint,
    business_of,
    disclosure_of,
    let_out_of,
    meeting_pack,
    partner_pack,
    print_paper,
    sha256_of,
)
from matac_ml.page import as_markdown
from tests.casework.conftest import MEETING, ONE

DAY = MEETING
GIVEN = {"actor": "a.chair", "reason": "Agreed at the meeting of June."}
IMPRINT = Imprint('OFFICIAL "quoted" </style>', "a.chair", "chair", datetime(2025, 6, 2, 9, 5, tzinfo=UTC))
SCORE = Score(77, PolicyUsed("a policy", "0" * 64), DAY)


@pytest.fixture
def meetings(tmp_path: Path) -> Iterator[Meetings]:
    """A meeting that Housing attends, and Health does not."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        found = Meetings(ledger, ONE, today=lambda: DAY)
        found.open("June", day=DAY, attended=[Attended("H. Officer", "Housing")], **GIVEN)
        yield replace(found, meeting="June")


def cycle_of(meetings: Meetings, recorded: Recorded | None = None, judgements: int = 1) -> Cycle:
    """The cycle over the same ledger."""
    toolkit = replace(ONE, judgements=judgements)
    return Cycle(meetings.ledger, toolkit, recorded=lambda _: recorded, today=lambda: DAY)


def cases(meetings: Meetings) -> list[Case]:
    """Every open case."""
    return [case for those in caseload(cycle_of(meetings)).values() for case in those]


def agree(meetings: Meetings, person: str, agency: str, text: str = "Visit the home") -> None:
    """An agency agrees to an action."""
    meetings.agree_action(person, text=text, agency=agency, due=date(2025, 7, 1), agreed_by="An Officer", **GIVEN)


@pytest.mark.parametrize(
    ("source", "share", "agency", "owns", "let_out"),
    [
        ("Housing", "police", "Housing", False, ["where the person stands", "referrals"]),
        ("Health", "police", "Housing", False, None),
        ("Health", "", "Housing", False, None),
        ("Health", "meeting", "Housing", False, ["where the person stands", "referrals"]),
        ("Housing", "meeting", "Health", False, None),
        ("Housing", "plan", "Health", True, ["where the person stands", "referrals", "the agency's own actions"]),
        ("Housing", "plan", "Education", False, None),
        ("analysis", "meeting", "Housing", False, ["where the person stands", "referrals"]),
        ("analysis", "meeting", "Police", False, None),
        ("analysis", "police", "Housing", False, None),
        ("analysis", "", "Housing", False, ["where the person stands", "referrals"]),
        ("analysis", "", "Health", True, ["where the person stands", "referrals", "the agency's own actions"]),
    ],
)
def test_terms_and_agency_decide_what_is_let_out(
    meetings: Meetings, source: str, share: str, agency: str, owns: bool, let_out: list[str] | None
) -> None:
    """Housing attends and Health does not; the own referral is always known, an own action too."""
    cycle_of(meetings).refer("P1", source=source, terms=Terms("crime", share), **GIVEN)
    if owns:
        agree(meetings, "P1", agency)
    found = let_out_of(cases(meetings), agency, meetings.all()[0])
    assert [one.what for one in found] == ([let_out] if let_out else [])


def test_what_agencies_sent_and_what_others_do_goes_by_the_same_terms(meetings: Meetings) -> None:
    """Of others' actions owner and day; of the records those of the referral that may be known."""
    cycle = cycle_of(meetings)
    record = AgencyRecord(DAY, "A neighbour called")
    cycle.refer("P1", source="Health", terms=Terms("crime", "plan", [record]), **GIVEN)
    cycle.refer("P1", source="Probation", terms=Terms("order", "police", [AgencyRecord(DAY, "Secret")]), **GIVEN)
    agree(meetings, "P1", "Health", "Something that only Health may read")
    (found,) = let_out_of(cases(meetings), "Housing", meetings.all()[0])
    assert found.records == (("Health", record),)
    assert [action.agency for action in found.others] == ["Health"]
    text = as_markdown(partner_pack(meetings.all()[0], "Housing", "An Officer", [found]))
    assert "A neighbour called" in text
    assert not any(word in text for word in ("Secret", "Probation", "only Health may read"))


def test_a_partner_is_told_no_hold_no_score_and_nothing_restricted(meetings: Meetings) -> None:
    """A hold reads as any referral that waits; the caution comes first and names nobody."""
    terms = Terms("safeguarding", "meeting")
    cycle_of(meetings, Recorded.VICTIM_ONLY).refer("P1", source="Health", terms=terms, **GIVEN)
    cycle_of(meetings).refer("P2", source="Health", terms=terms, score=SCORE, **GIVEN)
    cycle_of(meetings).refer("P3", source="Housing", terms=terms, **GIVEN)
    meetings.restrict("P3", to=["somebody"], **GIVEN)
    found = let_out_of(cases(meetings), "Housing", meetings.all()[0])
    assert [(one.person_id, one.stands) for one in found] == [
        ("P1", "waiting for a decision"),
        ("P2", "waiting for a decision"),
    ]
    text = as_markdown(partner_pack(meetings.all()[0], "Housing", "An Officer", found))
    assert text.index("Read this first") < text.index("P1")
    assert not any(word in text for word in ("victims only", "77", "P3", GIVEN["reason"]))


def test_a_disclosure_keeps_to_whom_by_which_rule_and_what(meetings: Meetings) -> None:
    """One entry a person with the hash of what was said; that nothing was let out is kept too."""
    cycle_of(meetings).refer("P1", source="Housing", **GIVEN)
    meeting = meetings.all()[0]
    found = let_out_of(cases(meetings), "Housing", meeting)
    document = partner_pack(meeting, "Housing", "An Officer", found)
    kept = disclosure_of(document, meeting, "Housing", "An Officer", found)
    assert set(kept) == {"P1"}
    said = {"agency": "Housing", "recipient": "An Officer", "meeting": "June", "sha256": sha256_of(document)}
    assert kept["P1"].items() >= said.items()
    assert disclosure_of(document, meeting, "Education", "An Officer", [])[""]["let_out"] == []


def test_a_pack_says_victims_first_and_prints_no_score_before_the_judgements(meetings: Meetings) -> None:
    """Whoever judges may read it; a restricted record is counted; an action that is late is called so."""
    cycle = cycle_of(meetings, judgements=2)
    for person in ("P1", "P2", "P3"):
        cycle.refer(person, source="analysis", score=SCORE, **GIVEN)
    cycle_of(meetings).judge("P2", accept=True, **GIVEN)
    meetings.restrict("P3", to=["somebody"], **(GIVEN | {"actor": "b.lead"}))
    agree(meetings, "P1", "Health")
    business = business_of(
        meetings.all()[0],
        cases(meetings),
        reader="a.chair",
        meetings=meetings.all(),
        areas=lambda _: "North",
        also_victim=lambda person: person == "P2",
        judgements=2,
        capacity=4,
    )
    assert {one.case.person_id: one.points for one in business.people} == {"P1": None, "P2": 77}
    text = as_markdown(meeting_pack(business, date(2025, 7, 2)))
    assert text.index("Read this first: 1 of these people is also") < text.index("P2") < text.index("## 1.")
    assert "1 restricted record is not in this pack" in text
    assert "P3" not in text
    assert text.count("77") == 1
    assert "| P2 (also a victim) | North | 77 |" in text
    assert "| late |" in text


def test_every_form_carries_the_marking_and_who_and_when(meetings: Meetings) -> None:
    """Also where the marking looks like a style sheet or a formula."""
    cycle_of(meetings).refer(
        "P1", source="Housing", terms=Terms("crime", "meeting", [AgencyRecord(DAY, "=1+1")]), **GIVEN
    )
    found = let_out_of(cases(meetings), "Housing", meetings.all()[0])
    document = partner_pack(meetings.all()[0], "Housing", "An Officer", found)
    said = "Printed for a.chair, chair, on 2 June 2025 at 10:05"
    page = print_paper(document, IMPRINT, "html").content.decode()
    assert said in page
    assert page.count("</style>") == 1
    assert "OFFICIAL \\22 quoted" in page
    assert said in print_paper(document, IMPRINT, "md").content.decode()
    book = openpyxl.load_workbook(io.BytesIO(print_paper(document, IMPRINT, "xlsx").content))
    assert all(said in (sheet.oddHeader.center.text or "") for sheet in book)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    (typed,) = [cell for cell in cells if cell.value == "=1+1"]
    assert typed.data_type == "s"

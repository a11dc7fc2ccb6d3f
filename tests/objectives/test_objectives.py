"""The five objectives: what a quarter counts, what of it may be shown, and what stands beside it."""

import io
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdf
import pytest

from matac_ml.casework import Cycle, Ledger
from matac_ml.casework.caseload import entries_by_person
from matac_ml.casework.listed import DrawnLine, Standing
from matac_ml.casework.meetings import Attended, Meetings
from matac_ml.errors import UsageError
from matac_ml.objectives import Counted, Quarter, comparison_rows, count_quarter, objectives_paper, published
from matac_ml.objectives.keeping import HEAD, Kept, kept_of
from matac_ml.packs import Imprint, print_paper
from matac_ml.page import as_markdown, pdf
from matac_ml.support import SUPPORT_KINDS, SupportWork
from tests.casework.conftest import ONE
from tests.casework.steps import GIVEN, accept
from tests.serial.test_registers import TODAY, extract_of

QUARTER = Quarter.of(TODAY - timedelta(days=1))
IN = (TODAY - QUARTER.first).days
SMALL = Counted(QUARTER, QUARTER.last, **dict.fromkeys(list(Counted.__dataclass_fields__)[2:], 3))


def large(**more: int) -> Counted:
    """A quarter of a large force."""
    return replace(SMALL, **(dict.fromkeys(list(Counted.__dataclass_fields__)[2:], 400) | more))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("2024-Q1", date(2024, 1, 1), date(2024, 3, 31)), ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31))],
)
def test_a_quarter_is_named_by_year_and_number(name: str, first: date, last: date) -> None:
    """With its days, and those beside it."""
    quarter = Quarter.named(name)
    assert (quarter.first, quarter.last, quarter.name) == (first, last, name)
    assert quarter.after.before == quarter
    assert quarter.after.first == last + timedelta(days=1)
    assert Quarter.of(first) == Quarter.of(last) == quarter
    with pytest.raises(UsageError):
        Quarter.named(f"{name}5")


def test_a_quarter_counts_records_and_casework(ledger: Ledger) -> None:
    """Of whoever was taken before it: records now, and in as many days before; of casework what was done in it."""
    before, now = QUARTER.first - timedelta(days=10), QUARTER.first + timedelta(days=5)
    earlier, later = (Cycle(ledger, ONE, today=lambda day=day: day) for day in (before, now))
    accept(earlier, "S1", "S2")
    earlier.cohort(["S1", "S2"], name="first", capacity=10, **GIVEN)
    later.refer("S3", source="Housing", **GIVEN)
    later.refer("S4", source="analysis", **GIVEN)
    accept(later, "S5")
    later.cohort(["S5"], name="second", capacity=10, **GIVEN)
    later.plan("S1", interventions=["key_worker"], starts=now, **GIVEN)
    later.engage("S1", week=1, engaged=True, **GIVEN)
    later.remove("S2", **GIVEN)
    meetings = Meetings(ledger, ONE, today=lambda: now)
    meetings.open("June", day=now, attended=[Attended("A", "Housing"), Attended("B", "Police")], **GIVEN)
    action = {"text": "Visit", "agency": "Housing", "agreed_by": "A"}
    for due in (now, QUARTER.after.first):
        meetings.agree_action("S1", due=due, **action, **GIVEN)
    number = meetings.case("S1").actions[0].number
    meetings.report_action("S1", action=number, done=True, **GIVEN)
    support = SupportWork(ledger, today=lambda: now)
    support.begin("V1", worker="I", agency="Victim Services", **GIVEN)
    incidents: list[dict[str, Any]] = [
        {"by": ["S1"], "of": {"V1": "partner"}, "ago": IN - 2, "crime": True},
        {"by": ["S1"], "of": {"V2": "partner"}, "ago": IN - 3},
        {"by": ["S1"], "of": {"V1": "partner"}, "ago": IN + 20},
        {"by": ["S2"], "of": {"V3": "partner"}, "ago": IN + 11},
        {"by": ["S3"], "of": {"V4": "partner"}, "ago": IN - 4},
        {"by": ["S5"], "of": {"V5": "partner"}, "ago": IN - 4},
        {"by": ["S2"], "of": {"V3": "partner"}, "ago": IN + 10 + QUARTER.days + 1},
    ]
    extract = extract_of(*incidents)
    entries = ledger.entries(kind=SUPPORT_KINDS)
    found = count_quarter(QUARTER, extract, entries_by_person(later), meetings.all(), entries)
    expected = {
        "records_to": min(QUARTER.last, TODAY),
        "followed": 2,
        "again": 1,
        "again_then": 2,
        "incidents": 2,
        "incidents_then": 2,
        "victims": 2,
        "victims_then": 2,
        "new_victims": 1,
        "supported": 1,
        "meetings": 1,
        "agencies": 1,
        "referrals": 3,
        "by_agencies": 1,
        "actions_due": 1,
        "actions_done": 1,
        "planned": 1,
        "weeks": 1,
        "engaged": 1,
        "removed": 1,
        "completed": 0,
        "left": 0,
    }
    assert {name: value for name, value in asdict(found).items() if name in expected} == expected


def test_small_numbers_are_withheld_and_others_rounded_alike_each_time() -> None:
    """A share is shown where both its parts may be, and is never above the whole."""
    assert {one.now for one in published(SMALL, "a")} == {"[c]", "3"}
    assert [one.what for one in published(SMALL, "a") if one.now == "3"] == [
        "Meetings held",
        "Partner agencies that attended one",
    ]
    shown = published(large(again=187, followed=403), "a")
    assert shown == published(large(again=187, followed=403), "a")
    share = next(one for one in shown if one.what.startswith("Of these, recorded as a suspect"))
    assert share.now in {f"about {part} of {whole} ({part / whole:.0%})" for part in (180, 190) for whole in (400, 410)}
    every = {one.now for secret in "abcdefghijkl" for one in published(large(again=405, followed=405), secret)}
    assert not any(int(share) > 100 for text in every for share in re.findall(r"\((\d+)%\)", text))
    assert "[c]" not in every
    assert next(one.now for one in published(large(again=5), "a") if one.what.startswith("Of these, rec")) == "[c]"


def test_the_paper_warns_first_and_gives_no_effect() -> None:
    """On two sheets; an unfinished quarter is called so; what an estimate needs is said to be kept."""
    paper = objectives_paper(large(), published(large(), "a"), Kept(4, 1, 3), "a")
    text = as_markdown(paper)
    assert 0 < text.index("do not show that anything worked") < text.index("falls by itself") < text.index("## 1.")
    assert "4 lists were drawn, 1 of them with a tie" in text
    assert "\\[c\\] people were tied and not drawn" in text
    assert "end before the quarter does" not in text
    short = replace(large(), records_to=QUARTER.first)
    assert "the records end before the quarter does" in as_markdown(
        objectives_paper(short, published(short, "a"), Kept(1, 0, 0), "a")
    )
    if pdf.available():
        imprint = Imprint("OFFICIAL", "a.board", "board", datetime(2026, 1, 1, tzinfo=UTC))
        printed = print_paper(paper, imprint, "pdf", tight=True)
        assert len(pypdf.PdfReader(io.BytesIO(printed.content)).pages) <= 2


def line(person: str, standing: Standing, rank: int, lot: bool | None = None) -> DrawnLine:
    """A line of a drawn list."""
    place = None if lot is None else rank
    rest = {"points": {}, "total": 10, "band": "", "probability": None, "also_victim": False}
    rest |= {"serial_perpetrator": False, "serial_victim": False, "area": "North", "last_incident": None}
    return DrawnLine(person, standing, rank, 0, lot_place=place, drawn_by_lot=lot, **rest)  # type: ignore[arg-type]


def test_who_was_tied_and_not_drawn_is_kept_with_rank_line_and_days() -> None:
    """One row a person and list, for whoever estimates an effect later."""
    lines = (
        line("A", Standing.ON, 1),
        line("B", Standing.TIED, 2, lot=True),
        line("C", Standing.TIED, 2, lot=False),
        line("D", Standing.BELOW, 9),
    )
    drawn: Any = SimpleNamespace(number=7, lines=lines, basis=SimpleNamespace(as_of=date(2026, 1, 2), places=2))
    rows = [dict(zip(HEAD, row, strict=True)) for row in comparison_rows([drawn], {"B": date(2026, 1, 5)})]
    assert [(row["person_id"], row["drawn_by_lot"], row["taken_on"]) for row in rows] == [
        ("A", "", ""),
        ("B", "yes", "2026-01-05"),
        ("C", "no", ""),
        ("D", "", ""),
    ]
    assert {(row["rank_at_line"], row["as_of"], row["places"]) for row in rows} == {("2", "2026-01-02", "2")}
    assert kept_of([drawn]) == Kept(1, 1, 1)

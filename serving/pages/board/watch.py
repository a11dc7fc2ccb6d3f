"""``GET /watch``: what the newest look of the watch found, check by check, and what it could have found."""

import asyncio
from dataclasses import dataclass
from datetime import date
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.incident_register import KINDS_OF_REGISTER, incidents_in
from matac_ml.watch import LOOKED, PARTS, CheckFound, CheckStanding, LookFound, latest_look
from matac_ml.watch.keeping import open_alarms
from matac_ml.watch.words import PROPOSALS, cycle_began, strongest
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.pages.rendering import show_page

#: Powers of ten below an alarm at which a bar is empty, and above it at which it is full.
_BELOW, _ABOVE = 6.0, 2.0
_HEIGHT = 32


@dataclass(frozen=True)
class Bar:
    """One cycle of a check, as a bar: numbers of an SVG of a height of 32."""

    left: float
    wide: float
    top: float
    tall: float
    kind: str
    title: str


@dataclass(frozen=True)
class CheckRow:
    """One check as the page shows it."""

    check: CheckFound
    proposal: str
    incident: int | None
    began: date | None
    bars: tuple[Bar, ...]
    words: str


def check_row(check: CheckFound, found: LookFound, incident: int | None, *, noted: float) -> CheckRow:
    """A check with its bars: the evidence of each cycle, the line of an alarm three quarters up."""
    bars, number = [], max(len(check.evidence), 1)
    for cycle, value in enumerate(check.evidence):
        tall = _HEIGHT * min(max((value + _BELOW) / (_BELOW + _ABOVE), 0.02), 1.0)
        kind = "alarm" if value >= 0 else "near" if value >= noted else "calm"
        title = f"from {cycle_began(found, cycle):%d %B %Y}: {_WORDS[kind]}"
        bars.append(Bar(100 * cycle / number, 90 / number, _HEIGHT - tall, tall, kind, title))
    kinds = [bar.kind for bar in bars]
    words = f"{len(bars)} cycles: {kinds.count('alarm')} above the line of an alarm, {kinds.count('near')} near it"
    began = None if check.alarmed_in is None else cycle_began(found, check.alarmed_in)
    return CheckRow(check, PROPOSALS[check.action], incident, began, tuple(bars), words)


_WORDS = {"alarm": "above the line of an alarm", "near": "near it", "calm": "far below it"}


def _rows(found: LookFound, opened: dict[str, int]) -> dict[str, list[CheckRow]]:
    ordered = [check for standing in CheckStanding for check in strongest(found, standing)]
    return {
        title: [check_row(check, found, opened.get(check.check), noted=-2.0) for check in ordered if check.part == part]
        for part, title in PARTS.items()
    }


async def watch(runtime: Runtime, _: Request) -> Response:
    """The page; without a look it says which command makes one."""
    found = latest_look(await asyncio.to_thread(partial(runtime.ledger.read, kind=LOOKED)))
    register = incidents_in(await asyncio.to_thread(partial(runtime.ledger.read, kind=KINDS_OF_REGISTER)))
    rows = _rows(found, dict(open_alarms(register))) if found else {}
    return show_page(runtime, "board/watch.html", here="/board", found=found, parts=rows, standings=CheckStanding)


ENDPOINT = Endpoint(
    address="GET /watch",
    permission=Permission.READ_BOARD,
    summary="What the newest look of the watch found, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=watch,
)

"""``GET /minutes/NAME``: the minutes of a meeting, from the ledger alone; they print with marking, who and when."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.casework import Case, Entry
from matac_ml.casework.meetings_read import Meeting
from matac_ml.casework.sharing import is_force
from matac_ml.casework.telling import StepTold
from matac_ml.errors import LedgerError
from matac_ml.roles import Permission
from serving.endpoints.casework import cycle_of
from serving.endpoints.endpoint import Runtime
from serving.errors import NO_LEDGER, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.agenda import find_meeting, meetings_of
from serving.pages.casework.sight import is_masked, record_looks, steps_of
from serving.pages.forms import current_session
from serving.pages.rendering import go_to, show_page

#: Parts of the minutes, in the order in which a meeting takes them, with the kinds of entries in each.
_PARTS = (
    ("Conflicts of interest and restrictions", ("conflict_declared", "record_restricted", "restriction_lifted")),
    ("Actions reported on", ("action_reported",)),
    ("Safeguarding holds", ("hold_released",)),
    ("Referrals settled", ("judgement_accepted", "judgement_declined")),
    ("The cohort", ("cohort_proposed", "override", "cohort_member")),
    ("Plans", ("plan", "disruption_plan")),
    ("Actions agreed", ("action_agreed",)),
)


@dataclass(frozen=True)
class MinutesLine:
    """One decision; of a restricted record neither whom nor what it says."""

    person_id: str
    step: StepTold


@dataclass(frozen=True)
class MinutesPart:
    """A part of the minutes, with how many of its lines the reader may not see."""

    title: str
    lines: tuple[MinutesLine, ...]
    masked: int


def _parts(entries: Sequence[Entry], steps: Mapping[int, StepTold], masked: dict[str, bool]) -> list[MinutesPart]:
    named = {kind for _, kinds in _PARTS for kind in kinds}
    rest = tuple({entry.kind for entry in entries if entry.personal and entry.personal.subject} - named)
    found = []
    for title, kinds in (*_PARTS, ("Other steps", rest)):
        about = [(entry.personal.subject, entry) for entry in entries if entry.kind in kinds and entry.personal]
        lines = tuple(MinutesLine(who, steps[entry.number]) for who, entry in about if entry.number in steps)
        found.append(MinutesPart(title, lines, sum(masked.get(who, False) for who, _ in about)))
    return [part for part in found if part.lines or part.masked]


def _read(runtime: Runtime, name: str) -> tuple[Meeting, list[Entry], dict[str, Case]] | None:
    meeting = find_meeting(runtime, name)
    if meeting is None:
        return None
    try:
        entries = meetings_of(runtime).minutes(meeting.name)
        work = cycle_of(runtime, runtime.deployment)
        people = {entry.personal.subject for entry in entries if entry.personal and entry.personal.subject}
        return meeting, entries, {person: work.case(person) for person in people}
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None


async def minutes(runtime: Runtime, request: Request) -> Response:
    """The minutes as they stand; first the purpose, for whoever has not said it."""
    if not current_session().purpose:
        return go_to("/purpose?to=/meetings")
    name = request.path_params["name"]
    found = await asyncio.to_thread(_read, runtime, name)
    if found is None:
        return show_page(runtime, "casework/no_meeting.html", 404, here="/meetings")
    meeting, entries, cases = found
    agencies = sorted({one.agency for one in meeting.attended if not is_force(one.agency)})
    copy_for = request.query_params.get("for", "")
    copy_for = copy_for if copy_for in agencies and is_force(current_session().agency) else ""
    to = copy_for or None
    masked = {person: is_masked(runtime, case, to) for person, case in cases.items()}
    seen = [case for person, case in cases.items() if not masked[person]]
    await record_looks(runtime, f"minutes {name}", seen, judgements=runtime.toolkit.judgements)
    # As on the cases' own pages: whoever may judge sees no score and no first judgement before there are two.
    steps = {step.number: step for case in seen for step in steps_of(runtime, case, runtime.toolkit.judgements, to)}
    closing = next((entry for entry in entries if entry.kind == "meeting_closed"), None)
    cohort = next((entry.personal.payload for entry in entries if entry.kind == "cohort" and entry.personal), None)
    return show_page(
        runtime,
        "casework/minutes.html",
        here="/meetings",
        name=name,
        meeting=meeting,
        agencies=agencies if is_force(current_session().agency) else [],
        copy_for=copy_for,
        parts=_parts(entries, steps, masked),
        cohort=cohort,
        closed_by=closing.actor if closing else "",
        last=entries[-1],
    )


ENDPOINT = page_at("GET /minutes/{name}", Permission.READ_CASES, "The minutes of a meeting.", minutes)

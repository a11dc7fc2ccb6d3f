"""``POST /v1/pack``: a paper of a meeting, printed for whoever asks, after its reading or disclosure was recorded."""

import asyncio
import base64
from typing import Literal

from pydantic import Field

from matac_ml import clock
from matac_ml.api.explanation import ExplainedScore
from matac_ml.api.packs import PrintedPaper
from matac_ml.casework.judging import CASE_LOOK
from matac_ml.casework.meetings_read import Meeting
from matac_ml.packs import meeting_pack, subject_profile
from matac_ml.roles import titles, who_may
from serving.access.principal import CALLER
from serving.endpoints import score
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.pack_contents import (
    Written,
    case_for_paper,
    disclose,
    every_meeting,
    gather,
    print_now,
    shown_in,
    victims_in,
)
from serving.endpoints.people import also_victim, incidents_of
from serving.errors import CONFLICT, NOT_ALLOWED, UNKNOWN, ServiceError
from serving.ledger.writer import Consultation
from serving.requests import ConsultationRequest, User
from serving.rows import Identifier, KnownIdentifier

PaperForm = Literal["html", "pdf", "xlsx", "md"]
_NEEDED = {"meeting": Permission.READ_CASES, "profile": Permission.SCORE, "partner": Permission.CHAIR}
_TAKES = {"meeting": ("meeting",), "profile": ("person_id",), "partner": ("meeting", "agency", "recipient")}
NO_MEETING = "no meeting of this name was opened"


class PackRequest(ConsultationRequest):
    """A paper of a meeting."""

    paper: Literal["meeting", "profile", "partner"] = Field(
        description="The pack of a meeting, the profile of one person, or what one partner agency is given."
    )
    form: PaperForm = "html"
    meeting: Identifier | None = Field(default=None, description="meeting and partner need it: the meeting's name.")
    person_id: KnownIdentifier | None = Field(default=None, description="profile needs it.")
    agency: User | None = Field(default=None, description="partner needs it: to which agency it is given.")
    recipient: User | None = Field(default=None, description="partner needs it: to whom there.")

    @property
    def people(self) -> tuple[str, ...]:
        """Whom a profile is of."""
        return (self.person_id,) if self.person_id else ()


async def pack(runtime: Runtime, asked: PackRequest) -> PrintedPaper:
    """Record it, write it, and print it in the form asked for."""
    needed = _NEEDED[asked.paper]
    if not CALLER.get().may(needed):
        raise ServiceError(NOT_ALLOWED, faults=[("paper", f"this paper is for the role {titles(who_may(needed))}")])
    given = {name for name in ("meeting", "person_id", "agency", "recipient") if getattr(asked, name) is not None}
    takes = _TAKES[asked.paper]
    faults = [(name, "this paper needs it") for name in takes if name not in given]
    faults += [(name, "this paper does not take it") for name in sorted(given - {*takes})]
    if faults:
        raise ServiceError(CONFLICT, faults=faults)
    written = await _written(runtime, asked)
    role = CALLER.get().role
    printed = await print_now(
        runtime, written.document, asked.user, role.words if role else "", asked.form, tight=written.tight
    )
    binary = asked.form in ("pdf", "xlsx")
    return PrintedPaper(
        also_victims=written.also_victims,
        paper=asked.paper,
        form=asked.form,
        media_type=printed.media,
        content=base64.b64encode(printed.content).decode() if binary else printed.content.decode(),
        sha256=written.sha256,
        ledger=written.ledger,
    )


async def _written(runtime: Runtime, asked: PackRequest) -> Written:
    if asked.paper == "profile":
        return await _profile(runtime, asked)
    meeting = await asyncio.to_thread(_meeting, runtime, asked.meeting or "")
    business = await asyncio.to_thread(gather, runtime, meeting, asked.user)
    if asked.paper == "partner":
        return await disclose(runtime, asked, business, asked.agency or "", asked.recipient or "")
    looks = [
        Consultation(person, {"page": "pack", "score_shown": shown}) for person, shown in shown_in(business).items()
    ]
    note = await runtime.ledger.write(CASE_LOOK, asked, looks)
    return Written(meeting_pack(business, clock.today()), victims_in(business), note)


def _meeting(runtime: Runtime, name: str) -> Meeting:
    found = next((meeting for meeting in every_meeting(runtime) if meeting.name == name), None)
    if found is None:
        raise ServiceError(UNKNOWN, faults=[("meeting", NO_MEETING)])
    return found


async def _profile(runtime: Runtime, asked: PackRequest) -> Written:
    """A profile prints a score, which is recorded as any other, and the case beside it."""
    nomination = score.Nomination(person_id=asked.person_id or "")
    wanted = score.ScoreRequest(
        user=asked.user, purpose=asked.purpose, justification=asked.justification, nominations=[nomination]
    )
    answer = await score.ENDPOINT.call(runtime, wanted)
    found = answer.scores[0].answer
    if not isinstance(found, ExplainedScore):
        raise ServiceError(CONFLICT, faults=[("person_id", "nobody without a score as a suspect has a profile")])
    case = await asyncio.to_thread(case_for_paper, runtime, found.person_id, asked.user)
    if case is not None:
        await runtime.ledger.write(
            CASE_LOOK, asked, [Consultation(case.person_id, {"page": "profile", "score_shown": True})]
        )
    lines = incidents_of(runtime.deployment, found)
    dual = (found.person_id,) if also_victim(runtime.deployment, found.person_id) else ()
    return Written(subject_profile(found, lines, case), dual, answer.ledger, tight=True)


ENDPOINT = Endpoint(
    address="POST /v1/pack",
    permission=Permission.READ_CASES,
    summary="A paper of a meeting: pack, profile, or what a partner agency is given.",
    description="a [paper of a meeting](packs.md): the pack, the profile of one person, or what a partner agency is "
    "given by the stated rule; as a page, PDF, workbook or text",
    request=PackRequest,
    answer=PrintedPaper,
    errors=(UNKNOWN, CONFLICT),
    handler=pack,
)

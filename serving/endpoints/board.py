"""``GET /v1/board``: what is in force and since when, its gates, what changed, how lists are used, and incidents."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta

from matac_ml import clock
from matac_ml.api.board import BoardAnswer, ChangeLine, CountLine, IncidentStep, RegisterLine
from matac_ml.approval.standing import APPROVED, RETIRED, Approval, approvals_in
from matac_ml.casework import Entry
from matac_ml.casework.published import published_statistics
from matac_ml.casework.statistics import warnings_of
from matac_ml.clock import LONDON
from matac_ml.incident_register import KINDS_OF_REGISTER, ModelIncident, incidents_in
from matac_ml.inventory import VersionRecord
from serving.deployment.active import ActiveDeployment
from serving.endpoints.approvals import approvals_now
from serving.endpoints.casework import cycle_of
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.inventory import versions_known

#: What is compared with the version before: attribute -> its name.
_COMPARED = {
    "recipe": "Recipe",
    "recipe_sha256": "Recipe file",
    "data_to": "Records to",
    "data_hash": "Data",
    "outcome": "Outcome",
    "contender": "Model",
    "policy": "Policy file",
    "package": "matac-ml",
}
_SWITCH = "matrix_only"
#: In place of the warnings themselves, which count people exactly.
_CONFIRMED = "Lately nobody was decided about otherwise than proposed. Ask whether people are discussed one by one."


def board_now(runtime: Runtime) -> BoardAnswer:
    """Everything on the page; ServiceError ``no_ledger`` when the ledger cannot be read."""
    deployment = runtime.deployment
    context, release = deployment.context, deployment.on_disk
    entries = runtime.ledger.read(kind=(APPROVED, RETIRED, _SWITCH))
    versions = {record.release: record for record in versions_known(runtime)}
    previous = _before(entries, deployment.release, versions)
    now = versions.get(deployment.release)
    cycle = cycle_of(runtime, deployment)
    found = incidents_in(runtime.ledger.read(kind=KINDS_OF_REGISTER))
    return BoardAnswer(
        mode=deployment.mode,
        since=_since(deployment, entries),
        outcome=context.model.outcome.sentence if context.model else None,
        policy=f"{context.versions.policy} ({context.versions.policy_label})",
        data_as_of=context.data_as_of,
        gates=release.gates if release else (),
        waivers=release.waivers if release else (),
        approvals=approvals_now(runtime),
        previous=previous.release if previous else None,
        changes=_changes(previous, now) if previous and now else (),
        statistics=tuple(CountLine(**asdict(count)) for count in published_statistics(cycle)),
        warnings=(_CONFIRMED,) if warnings_of(cycle) else (),
        incidents=tuple(register_line(one) for one in reversed(found)),
    )


def _since(deployment: ActiveDeployment, entries: Sequence[Entry]) -> date | None:
    """From when on what is in force is so, as the ledger says it."""
    if deployment.approval is not None and deployment.context.model is not None:
        days = [approved.astimezone(LONDON).date() for approved in (deployment.approval.approved_at,) if approved]
    else:
        ended = (held for held in approvals_in(entries) if _is_of(held, deployment))
        days = [held.until + timedelta(days=1) for held in ended if not held.holds_on(clock.today())]
        acts = (entry for entry in entries if entry.kind in (RETIRED, _SWITCH) and entry.personal)
        days += [entry.recorded_at.astimezone(LONDON).date() for entry in acts if _stops(entry, deployment)]
    return max(days, default=None)


def _is_of(held: Approval, deployment: ActiveDeployment) -> bool:
    return held.hashes is not None and held.hashes.release == deployment.release


def _stops(entry: Entry, deployment: ActiveDeployment) -> bool:
    personal = entry.personal
    if personal is None:
        return False
    return bool(personal.payload.get(_SWITCH)) if entry.kind == _SWITCH else personal.reference == deployment.release


def _before(entries: Sequence[Entry], release: str, versions: dict[str, VersionRecord]) -> VersionRecord | None:
    """The release that was approved last before the one on disk was asked for, and is another one."""
    names = [entry.personal.reference for entry in entries if entry.kind == APPROVED and entry.personal]
    if release in names:
        names = names[: names.index(release)]
    return next((versions[name] for name in reversed(names) if name != release and name in versions), None)


def _changes(before: VersionRecord, now: VersionRecord) -> tuple[ChangeLine, ...]:
    lines = []
    for attribute, what in _COMPARED.items():
        old, new = str(getattr(before, attribute)), str(getattr(now, attribute))
        if old != new:
            lines.append(ChangeLine(what=what, before=old[:16] or "not known", now=new[:16] or "not known"))
    return tuple(lines)


def register_line(one: ModelIncident) -> RegisterLine:
    """An incident as it is answered."""
    done = tuple(IncidentStep(step=step.step.words, text=step.text, who=step.who, at=step.at) for step in one.done)
    return RegisterLine(
        number=one.number,
        what=one.what,
        found_on=one.found_on,
        recorded_by=one.recorded_by,
        recorded_at=one.recorded_at,
        done=done,
        closed_by=one.closed_by,
        closed_at=one.closed_at,
        closing=one.closing,
    )


async def board(runtime: Runtime, _: object) -> BoardAnswer:
    """Everything on the page."""
    return await asyncio.to_thread(board_now, runtime)


ENDPOINT = Endpoint(
    address="GET /v1/board",
    permission=Permission.READ_BOARD,
    summary="What is in force, its gates, what changed, how lists are used, and incidents.",
    description="what is in force and since when, gates, approvals, what changed, rounded statistics, and incidents",
    answer=BoardAnswer,
    handler=board,
)

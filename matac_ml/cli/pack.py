"""``matac-ml pack``: the papers of a meeting as files, each recorded in the ledger before it is written."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matac_ml import clock
from matac_ml.cli.cycle_ledger import Actor, Person, Reason, ToolkitFile, open_cycle, read
from matac_ml.cli.ledger import Url
from matac_ml.cli.options import PolicyName, new_app
from matac_ml.cli.score import explained_scores, scoring_context
from matac_ml.errors import UsageError

if TYPE_CHECKING:
    from matac_ml.casework import Cycle
    from matac_ml.casework.meetings_read import Meeting
    from matac_ml.packs import MeetingBusiness
    from matac_ml.page import Document

app = new_app("Papers of a meeting: its pack, the profile of a person, and what a partner agency is given.")

Name = Annotated[str, typer.Argument(help="Name of the meeting.")]
Records = Annotated[Path, typer.Option("--extract", help="Folder of records.")]
Out = Annotated[Path, typer.Option(help="Folder in which the files are written.")]
Marking = Annotated[str, typer.Option(envvar="MATAC_MARKING", help="Shown on every sheet.")]
_MARKED = "OFFICIAL-SENSITIVE"


@dataclass(frozen=True)
class _At:
    """What a paper is made from."""

    cycle: "Cycle"
    meeting: "Meeting"
    business: "MeetingBusiness"


@contextmanager
def _at(name: str, ledger: str, extract: Path, toolkit: Path | None, policy: str, reader: str) -> Iterator[_At]:
    from matac_ml.casework.caseload import caseload
    from matac_ml.casework.meetings import Meetings
    from matac_ml.casework.statistics import warnings_of
    from matac_ml.explain.ranking import rank_everybody
    from matac_ml.packs import business_of
    from matac_ml.records import read_extract

    records = read_extract(extract)
    context = scoring_context(records, None, policy, None)
    with open_cycle(ledger, records, toolkit=toolkit) as cycle:
        meetings = Meetings(cycle.ledger, cycle.toolkit).all()
        found = next((meeting for meeting in meetings if meeting.name == name), None)
        if found is None:
            raise UsageError("No meeting of this name has been opened. `matac-ml meeting open` opens one.")
        cases = [case for those in caseload(cycle).values() for case in those]
        people = rank_everybody(records, context).people.reindex([case.person_id for case in cases])
        areas = {str(who): area for who, area in people["area"].items() if isinstance(area, str)}
        dual = {str(who) for who, both in people["also_victim"].items() if both == 1}
        business = business_of(
            found,
            cases,
            reader=reader,
            meetings=meetings,
            areas=lambda person: areas.get(person, ""),
            also_victim=lambda person: person in dual,
            judgements=cycle.toolkit.judgements,
            capacity=context.policy.capacity,
            warnings=warnings_of(cycle),
        )
        yield _At(cycle, found, business)


def _record(cycle: "Cycle", kind: str, actor: str, reason: str, looks: Mapping[str, Mapping[str, Any]]) -> None:
    """One entry a person; one about nobody where nobody is shown."""
    from matac_ml.casework import NewEntry

    shown = looks or {"": {}}
    cycle.ledger.append_many(
        [NewEntry(kind, actor, "matac_nomination", reason, person, payload=look) for person, look in shown.items()]
    )


def print_document(
    document: "Document", out: Path, name: str, actor: str, marking: str, *, tight: bool = False
) -> None:
    """Write a paper in every form that this installation can write, each its owner's alone."""
    from matac_ml.outfile import private_folder, write_whole
    from matac_ml.packs import FORMS, Imprint, print_paper

    private_folder(out)
    imprint = Imprint(marking, actor, "", clock.now())
    for form in FORMS:
        try:
            printed = print_paper(document, imprint, form, tight=tight)
        except UsageError as error:
            typer.echo(error.message)
            continue
        with write_whole(out / f"{name}.{form}") as path:
            path.write_bytes(printed.content)
        typer.echo(f"Written: {out / f'{name}.{form}'}")


@app.command()
def meeting(
    name: Name,
    extract: Records,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    out: Out,
    policy: PolicyName = "default",
    toolkit: ToolkitFile = None,
    marking: Marking = _MARKED,
) -> None:
    """Write the pack of a meeting; everybody in it is recorded as looked at first."""
    from matac_ml.casework.judging import CASE_LOOK
    from matac_ml.casework.refusing import refuse
    from matac_ml.packs import meeting_pack

    refuse("The pack cannot be written.", actor, reason, [])
    with _at(name, ledger, extract, toolkit, policy, actor) as at:
        victims = [one.case.person_id for one in at.business.people if one.also_victim]
        if victims:
            typer.echo(f"READ FIRST: also recorded as a victim: {', '.join(victims)}.")
        shown = {
            one.case.person_id: {"page": "pack", "score_shown": one.points is not None} for one in at.business.people
        }
        _record(at.cycle, CASE_LOOK, actor, reason, shown)
        print_document(meeting_pack(at.business, clock.today()), out, "meeting-pack", actor, marking)


@app.command()
def partner(
    name: Name,
    extract: Records,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    out: Out,
    agency: Annotated[str, typer.Option(help="To which agency it is given.")],
    recipient: Annotated[str, typer.Option(help="To whom there.")],
    policy: PolicyName = "default",
    toolkit: ToolkitFile = None,
    marking: Marking = _MARKED,
) -> None:
    """Write what a partner agency is given, by the stated rule; each disclosure is recorded first."""
    from matac_ml.casework.refusing import refuse
    from matac_ml.packs import DISCLOSED, disclosure_of, let_out_of, partner_pack
    from matac_ml.written import faults_of_name

    faults = [*faults_of_name(agency, "the agency"), *faults_of_name(recipient, "the recipient")]
    refuse("The paper cannot be written.", actor, reason, faults)
    with _at(name, ledger, extract, toolkit, policy, actor) as at:
        let_out = let_out_of([one.case for one in at.business.people], agency, at.meeting)
        document = partner_pack(at.meeting, agency, recipient, let_out)
        kept = disclosure_of(document, at.meeting, agency, recipient, let_out)
        _record(at.cycle, DISCLOSED, actor, reason, kept)
        typer.echo(
            f"Details of {len(let_out)} {'person' if len(let_out) == 1 else 'people'} are disclosed to this agency."
        )
        print_document(document, out, "partner-pack", actor, marking)


@app.command()
def profile(
    person: Person,
    extract: Records,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    out: Out,
    policy: PolicyName = "default",
    bundle: Annotated[Path | None, typer.Option(help="A bundle; without one the matrix stands alone.")] = None,
    toolkit: ToolkitFile = None,
    marking: Marking = _MARKED,
) -> None:
    """Write the two-page profile of a person; the score in it is recorded as looked at first."""
    from matac_ml.api.explanation import ExplainedScore
    from matac_ml.asof import read_person
    from matac_ml.casework.refusing import refuse
    from matac_ml.explain.incident_table import incident_table
    from matac_ml.explain.ranking import rank_everybody
    from matac_ml.packs import subject_profile, visible_case

    refuse("The profile cannot be written.", actor, reason, [])
    records = read(extract, person)
    assert records is not None  # noqa: S101 (a folder was named)
    context = scoring_context(records, bundle, policy, None)
    score = explained_scores(records, context, rank_everybody(records, context), [person])[0]
    if not isinstance(score, ExplainedScore):
        raise UsageError("Nobody without a score as a suspect has a profile.")
    with open_cycle(ledger, records, toolkit=toolkit) as cycle:
        case = visible_case(cycle.case(person), actor)
        look = {"explanation": score.model_dump_json(), "page": "profile"}
        _record(cycle, "consultation", actor, reason, {score.person_id: look})
        lines = incident_table(read_person(records, person), context)
        print_document(subject_profile(score, lines, case), out, "profile", actor, marking, tight=True)

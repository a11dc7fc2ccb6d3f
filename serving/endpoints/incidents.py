"""``POST /v1/incidents``: the incidents behind a person's score, to be checked against the police system."""

from pydantic import Field

from matac_ml.api.answers import IncidentsAnswer
from matac_ml.explain.incident_table import incident_table
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import context_on, known_person, why_not_scored
from serving.errors import CONFLICT, UNKNOWN
from serving.ledger.writer import Consultation
from serving.requests import PersonRequest
from serving.rows import Day


class IncidentsRequest(PersonRequest):
    """The incidents behind somebody's score, with the people in them."""

    as_of: Day | None = Field(default=None, description="The day after the extract ends unless told.")


async def incidents(runtime: Runtime, asked: IncidentsRequest) -> IncidentsAnswer:
    """The incidents, one line for each role of the person."""
    deployment = runtime.deployment
    person, context = known_person(deployment, asked.person_id), context_on(deployment, asked.as_of)
    lines = incident_table(person, context)
    seen = Consultation(person.person_id, {"incidents": len(lines), "as_of": str(context.as_of)})
    note = await runtime.ledger.write("incident_table", asked, [seen])
    return IncidentsAnswer(
        also_victim=context.view(person).has_dual_role,
        not_scored=why_not_scored(person, context),
        mode=deployment.mode,
        person_id=person.person_id,
        as_of=context.as_of,
        harm_index=context.versions.harm_index,
        incidents=lines,
        ledger=note,
    )


ENDPOINT = Endpoint(
    address="POST /v1/incidents",
    permission=Permission.SCORE,
    summary="The incidents behind somebody's score, with the people in them.",
    description=(
        "the incidents behind somebody's score: dates, role, offence and its name, harm days, what each counts for, "
        "and the other people in it by identifier. The ledger keeps that they were looked at, not the list; the page "
        "of a score, or of an explanation fetched again by an analyst while the same records and policy are in force, "
        "shows the same"
    ),
    request=IncidentsRequest,
    answer=IncidentsAnswer,
    errors=(UNKNOWN, CONFLICT),
    handler=incidents,
)

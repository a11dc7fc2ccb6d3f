"""``POST /v1/forward``: the scores on later days if nothing further were recorded."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from matac_ml.api.answers import ForwardAnswer, ForwardPoint
from matac_ml.api.explanation import NotScored
from matac_ml.asof import PersonFile, PersonView
from matac_ml.explain.context import Subject
from matac_ml.explain.forward import FORWARD_DAYS, forward_text
from matac_ml.explain.person import explain_people
from serving.deployment.active import ActiveDeployment
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import context_on, known_person, why_not_scored
from serving.errors import UNKNOWN
from serving.ledger.writer import Consultation
from serving.requests import PersonRequest


class ForwardRequest(PersonRequest):
    """What the scores would be if nothing further were recorded."""


async def forward(runtime: Runtime, asked: ForwardRequest) -> ForwardAnswer:
    """Scores on later days, were nothing further recorded."""
    deployment = runtime.deployment
    person = known_person(deployment, asked.person_id)
    not_scored = why_not_scored(person, context_on(deployment, None))
    points = await asyncio.to_thread(look_forward, deployment, person)
    text = forward_text([point.matrix_total for point in points], [point.model_probability for point in points])
    seen = Consultation(person.person_id, {"points": [point.model_dump(mode="json") for point in points]})
    note = await runtime.ledger.write("forward_look", asked, [seen])
    return ForwardAnswer(
        also_victim=PersonView(person, deployment.as_of).has_dual_role,
        not_scored=not_scored,
        mode=deployment.mode,
        person_id=asked.person_id,
        points=points,
        text=not_scored.text if not_scored else text,
        ledger=note,
    )


def look_forward(deployment: ActiveDeployment, person: PersonFile) -> tuple[ForwardPoint, ...]:
    """The scores today and on later days, were nothing further recorded; none for a person who is not scored."""
    points = []
    for days in (0, *FORWARD_DAYS):
        context = replace(deployment.context, as_of=deployment.as_of + timedelta(days=days), rank_table=None)
        score = explain_people([Subject(person)], context)[0]
        if isinstance(score, NotScored):
            return ()
        points.append(
            ForwardPoint(
                days=days,
                as_of=context.as_of,
                matrix_total=score.matrix.total,
                matrix_band=score.matrix.band,
                model_probability=score.model.probability if score.model else None,
            )
        )
    return tuple(points)


ENDPOINT = Endpoint(
    address="POST /v1/forward",
    permission=Permission.SCORE,
    summary="The scores in 28, 90 and 182 days if nothing further were recorded.",
    description="scores in 28, 90 and 182 days if nothing further were recorded: the only counterfactual offered",
    request=ForwardRequest,
    answer=ForwardAnswer,
    errors=(UNKNOWN,),
    handler=forward,
)

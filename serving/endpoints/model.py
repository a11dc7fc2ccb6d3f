"""``GET /v1/model``: the model and the policy in force."""

from matac_ml.api.answers import ModelInForce
from serving.endpoints.endpoint import Endpoint, Permission, Runtime


def model_in_force(runtime: Runtime) -> ModelInForce:
    """What scores now."""
    deployment = runtime.deployment
    versions, model = deployment.context.versions, deployment.context.model
    return ModelInForce(
        **versions.model_dump(exclude={"package", "model_waivers"}),
        mode=deployment.mode,
        release=deployment.release or None,
        approval=deployment.approval_text,
        outcome=model.outcome.sentence if model else None,
        people_ranked=deployment.ranking.of,
        ledger_head=runtime.ledger.head(),
    )


async def model(runtime: Runtime, _: object) -> ModelInForce:
    """What scores now."""
    return model_in_force(runtime)


ENDPOINT = Endpoint(
    address="GET /v1/model",
    permission=Permission.READ_PAPERS,
    summary="Model and policy in force.",
    description="what is in force, and how it was approved",
    answer=ModelInForce,
    handler=model,
)

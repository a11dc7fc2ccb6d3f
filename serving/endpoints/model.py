"""``GET /v1/model``: the model and the policy in force."""

from matac_ml.api.answers import ModelInForce
from serving.endpoints.endpoint import Endpoint, Permission, Runtime


def model_in_force(runtime: Runtime) -> ModelInForce:
    """What scores now."""
    deployment = runtime.deployment
    versions, model = deployment.context.versions, deployment.context.model
    return ModelInForce(
        mode=deployment.mode,
        policy=versions.policy,
        policy_label=versions.policy_label,
        policy_sha256=versions.policy_sha256,
        harm_index=versions.harm_index,
        model=versions.model,
        model_hash=versions.model_hash,
        model_approved=versions.model_approved,
        release=deployment.release or None,
        approval=deployment.approval,
        outcome=model.outcome.sentence if model else None,
        data_as_of=versions.data_as_of,
        data_hash=versions.data_hash,
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

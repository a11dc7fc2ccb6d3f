"""What only a person whom the identity provider names may decide: an access key can be two people's, or one's twice."""

from serving.access.principal import CALLER
from serving.settings import ServiceSettings

#: Steps in which two people must be two: judging, settling, and releasing a safeguarding hold.
PERSONAL_STEPS = frozenset({"accept", "decline", "settle_accept", "settle_decline", "release"})

_WHY_NOT = (
    "this is decided by somebody who has signed in with their own account, and you use an access key: it does not say "
    "who you are, so nobody could tell whether two people decided or one. Sign in with the identity provider"
)


def why_not_personal(settings: ServiceSettings) -> str:
    """Why the caller cannot judge, settle or release where a provider is set; empty when they can.

    Where there is no provider, names are typed, and a force that needs two people to be two sets one.
    """
    return "" if settings.oidc is None or CALLER.get().personal else _WHY_NOT

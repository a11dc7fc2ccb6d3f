"""The one area whose people a caller sees, where the board has set that an account's area limits what it sees."""

from matac_ml.roles import Permission
from serving.access.principal import CALLER
from serving.deployment.runtime import Runtime
from serving.errors import NOT_ALLOWED, ServiceError
from serving.requests import UserRequest


def own_area(runtime: Runtime) -> str:
    """The caller's one area; empty where the board has set no limit, and for whoever works for the whole force.

    Another agency's people see what their agency owns and no more: that an area does not fit would tell them of police
    records.
    """
    caller = CALLER.get()
    limited = runtime.settings.own_area_alone and caller.may(Permission.READ_CASES)
    return caller.area if limited else ""


def is_elsewhere(runtime: Runtime, person_id: str) -> bool:
    """Whether somebody is listed in an area that is not the caller's one; nobody who is listed in none."""
    mine = own_area(runtime)
    if not mine:
        return False
    deployment = runtime.deployment
    at = deployment.areas.get(deployment.known_as(person_id)[0], "")
    return at not in ("", mine)


def check_area(runtime: Runtime, asked: UserRequest) -> None:
    """Refuse a request about another area, or about somebody who is listed there; ServiceError ``not_allowed``."""
    mine = own_area(runtime)
    if not mine:
        return
    told = f"your account is for the area {mine} alone"
    wanted = {*getattr(asked, "quotas", ())} or {getattr(asked, "area", None)}
    if asked.is_of_area and wanted != {mine}:
        raise ServiceError(NOT_ALLOWED, faults=[("area", f"{told}: ask for that area")])
    if any(is_elsewhere(runtime, person) for person in asked.people):
        raise ServiceError(NOT_ALLOWED, faults=[("", f"{told}, and this is about somebody who is listed in another")])

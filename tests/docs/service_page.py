"""docs/service.md: its tables of addresses and of roles, from the declarations; the rest of the page stays as it is."""

from collections.abc import Iterator
from pathlib import Path

from matac_ml.roles import Permission, ServiceRole, who_may
from serving.endpoints.endpoint import AnyEndpoint
from serving.routes import ROUTES

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "service.md"
#: What a permission that an address asks for lets its holder do.
_WORDS = {
    Permission.SCORE: "look at people",
    Permission.EXPLAIN_AGAIN: "explanations again, and texts for people who ask what is held of them",
    Permission.OPEN_CASES: "cases",
    Permission.READ_CASES: "meetings and the programme",
    Permission.RUN_PROGRAMME: "weeks of the programme",
    Permission.REFER: "referrals",
    Permission.JUDGE: "judgements",
    Permission.TAKE_STEPS: "its own steps of the cycle",
    Permission.CHAIR: "cohorts",
    Permission.SUPPORT_VICTIMS: "support of victims",
    Permission.OWN_ACTIONS: "actions that its agency owns",
    Permission.ANSWER_CHALLENGES: "answers to challenges",
    Permission.READ_PAPERS: "papers",
    Permission.READ_BOARD: "what is in force",
    Permission.REQUEST_APPROVAL: "requests for approval",
    Permission.DECIDE_APPROVAL: "approvals",
    Permission.READ_METRICS: "metrics",
    Permission.ADMINISTER: "the switch",
}


def service_page() -> str:
    """The page as it stands, with its generated tables written again."""
    text = _PAGE.read_text(encoding="utf-8")
    for name, lines in (("addresses", _addresses()), ("roles", _roles())):
        start, end = f"<!-- {name}: written by make docs -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"{_PAGE.name} must hold {start} and then {end}")
        text = "\n\n".join([f"{before}{start}", "\n".join(lines), f"{end}{after}"])
    return text


def _addresses() -> Iterator[str]:
    yield "| address | who | what |\n|---|---|---|"
    for endpoint in ROUTES:
        if endpoint.described or endpoint.page:
            path = endpoint.path.replace("{name}", "NAME")
            yield f"| `{endpoint.method} {path}` | {_who(endpoint)} | {endpoint.description or _as_words(endpoint)} |"


def _as_words(endpoint: AnyEndpoint) -> str:
    """The summary as it stands in a cell: no capital, no full stop."""
    return endpoint.summary[0].lower() + endpoint.summary[1:].removesuffix(".")


def _who(endpoint: AnyEndpoint) -> str:
    if endpoint.permission is Permission.ANYBODY:
        return "anybody"
    roles = [role.words for role in who_may(endpoint.permission)]
    return "every role" if len(roles) == len(ServiceRole) else ", ".join(roles)


def _roles() -> Iterator[str]:
    if missing := {endpoint.permission for endpoint in ROUTES} - {*_WORDS, Permission.ANYBODY}:
        raise ValueError(f"words are missing for {', '.join(missing)}")
    yield "| role | what for | may |\n|---|---|---|"
    for role in ServiceRole:
        allowed = "; ".join(words for permission, words in _WORDS.items() if permission in role.permissions)
        people = {Permission.SCORE, Permission.EXPLAIN_AGAIN, Permission.OPEN_CASES}
        nobody = "" if people & role.permissions else ". No person"
        yield f"| {role.words} | {role.duty} | {allowed}{nobody} |"

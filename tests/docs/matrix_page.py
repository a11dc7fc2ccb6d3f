"""docs/matrix.md: every shipped policy with its worked points."""

from collections.abc import Iterator

from matac_ml.rfg import PRESETS, Policy, load_policy
from matac_ml.rfg.names import ComponentName
from matac_ml.rfg.points import describe_band
from tests.spec.worked import Worked, worked_points

_UNITS = {
    ComponentName.RECENCY: "Days since the latest incident",
    ComponentName.FREQUENCY: "Incidents counted",
    ComponentName.GRAVITY: "Harm in days",
    ComponentName.VICTIMS: "Different victims",
}
_HEAD = """# The matrix, worked by hand

Written by `make docs` from [tests/spec/matrix.yaml](../tests/spec/matrix.yaml), which the tests hold the program to:
every edge of every band with its neighbours, and whole people. Change a policy in a copy of its file and try it with
`matac-ml matrix compare` before anybody is listed by it.

No force publishes its points. Each policy says which of its parts are published and which are illustrative.

Rules that hold for all of them:

- Only incidents recorded strictly before the day of the list count, in the window by the day they happened.
- Points are whole numbers; values are compared in exact hundredths; the lines add up to the total.
- Nothing on record gives no points. An incident in the window always counts as frequency, crime or not, by its weight.
- Between people with the same total, more points of the components named under `ties`, in that order, come first.
  Who is still equal at the last place shares it in every measure and comparison; a printed list shows
  all of them with the same rank, so that people decide between them.
- Whoever is recorded with an unknown age is ranked: a missing birth date takes nobody off a list.
"""


def matrix_page() -> str:
    """The page."""
    lines = [_HEAD]
    for name in PRESETS:
        lines += _policy(load_policy(name), worked_points()[name])
    return "\n".join(lines).rstrip() + "\n"


def _policy(policy: Policy, worked: Worked) -> Iterator[str]:
    yield f"## {policy.name}, version {policy.version}\n"
    yield f"{policy.label}\n"
    left_out = ", ".join(policy.eligibility.leave_out)
    yield (
        f"Window {policy.entry.window_days:,} days; {policy.entry.roles.replace('_', ' ')}; aged "
        f"{policy.eligibility.minimum_age} or over; left out: {left_out}; harm index {policy.entry.harm_index}; "
        f"{policy.capacity} places.\n"
    )
    for name, rows in worked.components.items():
        component = policy.components[name]
        yield f"### {name.value.capitalize()}\n"
        yield f"| {_UNITS[name]} | Band | Points |\n|---:|---|---:|"
        for value, given in rows:
            yield f"| {value.normalize():,f} | {describe_band(name, component, value)} | {given} |"
        yield ""
    yield "### Whole people\n"
    heads = [name.value.capitalize() for name in worked.components]
    yield f"| Who | On record | {' | '.join(heads)} | Total |"
    yield "|---|---|" + "---:|" * (len(heads) + 1)
    for person in worked.people:
        points = " | ".join(str(person.points[name]) for name in worked.components)
        yield f"| {person.who} | {_recorded(person.given)} | {points} | {person.total} |"
    yield ""


def _recorded(given: object) -> str:
    assert isinstance(given, dict)
    if given["r"] is None:
        return "nothing in the window"
    return (
        f"latest {given['r']} days ago; crimes {given['c']}, not crimes {given['n']}; harm {given['g']:,} days; "
        f"victims {given['v']}"
    )

"""The value that every feature must give for a worked person, and what to say where another one came."""

import re
from collections.abc import Iterable, Mapping, Sequence

from features.worked_people.telling import Value, Worked
from matac_ml.errors import DeclarationError
from matac_ml.spec import Aggregate, Feature

#: Values are given to four decimals.
TOLERANCE = 0.00005
_WINDOWED = re.compile(r"(.+)_(\d+)d")


def expected_values(person: Worked, people: Iterable[Worked], features: Sequence[Feature]) -> dict[str, float | None]:
    """The value of every feature: what the person gives, else what the one they are like gives, else the default.

    Raises
    ------
    DeclarationError
        With every name that no feature has.
    """
    by_name = {other.name: other for other in people}
    given: dict[str, float | None] = {}
    faults: list[str] = []
    lineage = [person]
    while lineage[-1].like:
        lineage.append(by_name[lineage[-1].like])
    for ancestor in reversed(lineage):
        found, unknown = given_values(ancestor.values, features)
        given |= found
        faults += [f"{ancestor.name}: no feature is called {name!r}, alone or with a window" for name in unknown]
    if faults:
        raise DeclarationError("A worked person gives values of features that are not there.", faults=faults)
    incidents = given.get("incidents_1095d") or 0
    return {feature.name: given.get(feature.name, default(feature, incidents)) for feature in features}


def default(feature: Feature, incidents: float) -> float | None:
    """What a feature gives when nothing is said: 0, or missing where it may be missing.

    Two exceptions: a rate is 0 without incidents, and a share of all incidents is 0 when there are as many as it needs;
    a share of those in which something was noted is missing until that is said.
    """
    shared = feature.aggregate is Aggregate.SHARE and not feature.of and incidents >= feature.min_n
    return 0.0 if not feature.missing or feature.aggregate is Aggregate.RATE or shared else None


def unworked(people: Sequence[Worked], features: Sequence[Feature]) -> list[str]:
    """Features of which nobody gives another value than the default."""
    expected = [expected_values(person, people, features) for person in people]
    return [
        feature.name
        for feature in features
        if all(equal(values[feature.name], default(feature, values.get("incidents_1095d") or 0)) for values in expected)
    ]


def given_values(values: Mapping[str, Value], features: Sequence[Feature]) -> tuple[dict[str, float | None], list[str]]:
    """Values by feature, and the names that no feature has."""
    names = {feature.name for feature in features}
    windows: dict[str, list[int]] = {}
    for name in names:
        if found := _WINDOWED.fullmatch(name):
            windows.setdefault(found[1], []).append(int(found[2]))
    given: dict[str, float | None] = {}
    unknown = []
    for name, value in values.items():
        if name in names and not isinstance(value, Mapping):
            given[name] = value
        elif isinstance(value, Mapping) and name in windows and set(value) <= set(windows[name]):
            for window in sorted(windows[name]):
                reached = [since for since in value if since <= window]
                if reached:
                    given[f"{name}_{window}d"] = value[max(reached)]
        else:
            unknown.append(name)
    return given, unknown


def differences(person: Worked, expected: Mapping[str, float | None], came: Mapping[str, float | None]) -> list[str]:
    """A line for every feature whose value is not the one expected."""
    return [
        f"{person.name}: {name} must be {_shown(expected[name])}, came {_shown(came[name])}"
        for name in expected
        if not equal(expected[name], came[name])
    ]


def equal(expected: float | None, came: float | None) -> bool:
    """Whether a value is the one expected, to the four decimals in which it is given."""
    if expected is None or came is None:
        return expected is came
    return abs(expected - came) <= TOLERANCE


def _shown(value: float | None) -> str:
    return "missing" if value is None else f"{round(value, 4):g}" if abs(value) < 1000 else f"{round(value, 4)}"

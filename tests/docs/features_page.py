"""docs/features.md: everything the system may know about a person, from its declarations and worked people."""

from collections.abc import Iterator

from features import CATALOGUE, DECIDED_AGAINST, OUTCOMES
from matac_ml.spec import Family, Feature
from matac_ml.spec.aggregates import definitions
from tests.docs.worked_section import example_cell, worked_section

_HEAD = """# Features: what the system may know about a person

Written by `make docs` from the declarations in [features/](../features), which are what is computed, and from worked
people: each feature comes with its sentence, its constraint and the incidents behind it. To add one, see
[adding-a-feature.md](adding-a-feature.md).

All of them see only what was recorded strictly before the day, in a window counted by the day it happened, and only
incidents flagged as domestic abuse. *Days* is the length of the window. *More of it* says what policy expects: a model
with directions may not let more of it lower the score where it says *more concern*, nor raise it where it says *less*.
The last column leads to
[worked people](#worked-people) and what the feature gives for them.
"""
_CHARGED = """## Who counts as charged

`charged_1095d`, outcomes that ask for a charge, a policy with `roles: offender` and the register `charged` count an
incident where either of two records says so before the as-of date: the person's role is `offender`, or the incident's
outcome is 1 (charged or summonsed), 2 or 3 (cautioned) or 4 (taken into consideration). So the incidents of a force
that keeps the role `suspect` after a charge are counted too. A role counts from the day on which the link was recorded,
an outcome from `outcome_on`. An incident has one outcome, which counts for each of its suspects.
See [breaches](#breaches) and the two people after it.
"""
_AGGREGATES = """## How a value is made of rows

*t* is the as-of date, *w* the window in days, *n* the number of rows that meet the conditions in the window, *x* the
day a row happened.

| Aggregate | Value | Missing when |
|---|---|---|"""
_DIRECTION = {1: "more concern", -1: "less concern", 0: "either way"}


def features_page() -> str:
    """The page."""
    lines = [_HEAD]
    for family in Family:
        mine = [feature for feature in CATALOGUE if feature.family is family]
        if mine:
            lines += _family(family, mine)
    lines.append("## What may be predicted\n\n| Outcome | In words | Horizon |\n|---|---|---:|")
    lines += [f"| `{one.name}` | {one.sentence} | {one.horizon_days} days |" for one in OUTCOMES if one.is_yes_or_no]
    lines.append(
        "\nEach is something *recorded* afterwards: harm that nobody reports is in none of them.\n\n"
        "## Left out by decision\n\n| Fact | Why |\n|---|---|"
    )
    lines += [f"| {fact} | {why} |" for fact, why in DECIDED_AGAINST.items()]
    lines += ["", _CHARGED, _AGGREGATES]
    lines += [f"| `{one.name}` | {one.formula} | {one.missing_when} |" for one in definitions()]
    lines += ["", *worked_section()]
    return "\n".join(lines).rstrip() + "\n"


def _family(family: Family, features: list[Feature]) -> Iterator[str]:
    yield f"## {family.value.capitalize()} ({len(features)})\n"
    yield "| Feature | In words | Days | Unit | More of it | When missing | Worked |\n|---|---|---:|---|---|---|---|"
    for one in features:
        words = one.sentence.replace("{value}", "*n*")
        days = "" if one.window_days is None else f"{one.window_days:,}"
        more, missing = _DIRECTION[one.direction], one.missing or "never"
        yield f"| `{one.name}` | {words} | {days} | {one.unit} | {more} | {missing} | {example_cell(one)} |"
    yield ""
    reasons = dict.fromkeys(one.allowed_because for one in features)
    sources = dict.fromkeys(one.source for one in features)
    yield f"May be used because: {' '.join(reasons)}\n"
    yield f"From: {' '.join(sources)}\n"

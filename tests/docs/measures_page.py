"""``docs/measures.md``: every measure of a list and of a group, from its declaration."""

import math

from matac_ml import evaluation, fairness
from matac_ml.fairness.measures import GroupMeasure

_HEAD = """# Measures

This page is written from the declarations of the measures (`make docs`). A measure is declared once, with its formula
of named cells. It then stands in every comparison, audit and paper.

## Of a whole list

These measures compare contenders on the rows of the test dates. They are declared in `matac_ml/evaluation/measures.py`.
A cell is a sum over rows. *Selected* is the number of places on the lists, and *hits* is the number of outcomes among
them. *Harm listed* and *new victims listed* are what people on the lists were later recorded for. The *reference error*
is the squared error of the share of outcomes known before the test.

| measure | name in files | better | formula |
|---|---|---|---|
"""
_WORTH = """
## What a list is worth

These are declared in `matac_ml/evaluation/worth.py` and stand in every comparison. *Found* and *in vain* are the people
listed with and without the outcome. *Worth* is the number of people listed in vain that one outcome found is worth, set
by whoever reads the comparison; whoever has a probability of at least 1 / (1 + worth) is listed.

| measure | name in files | better | formula |
|---|---|---|---|
| Net benefit | `net_benefit` | higher | (found - in vain / worth) / rows |
| A better model | `better_model` | higher | outcomes on a list of the model, less those of the instrument in use |
| More places | `more_places` | higher | outcomes on a longer list of the instrument in use, less those on its list |
| As good as the model | `same_as` | | places more that the instrument in use needs to find as many |
"""
_GROUPS = """
## Of a group

These measures are audited for every group under every instrument. They are declared in `matac_ml/fairness/measures.py`.
*Enough* is how much must stand below the line of a ratio before anything is said of a group. *May go unnoticed* is the
largest difference from everybody at which *no disparity found* is said. These limits are choices of this software, not
findings.

| measure | name in files | formula | enough | compared | may go unnoticed |
|---|---|---|---:|---|---|
"""


def measures_page() -> str:
    """The page as it should be."""
    whole = [f"| {m.title} | `{m.name}` | {_better(m)} | {m.formula} |" for m in evaluation.MEASURES]
    groups = [
        f"| {m.title} | `{m.name}` | {m.formula} | {m.enough or ''} | {'yes' if m.tested else 'no'} | {_unnoticed(m)} |"
        for m in fairness.MEASURES
    ]
    return _HEAD + "\n".join(whole) + "\n" + _WORTH + _GROUPS + "\n".join(groups) + "\n"


def _better(m: evaluation.Measure) -> str:
    return f"{m.ideal:g}" if m.ideal is not None else "higher" if m.better > 0 else "lower"


def _unnoticed(m: GroupMeasure) -> str:
    if not math.isfinite(m.unnoticed):
        return ""
    if m.of_everybody:
        return f"{m.unnoticed:.0%} of everybody's value"
    return f"{m.unnoticed * m.unit.factor:g} {'points' if m.unit.name == '%' else m.unit.name}".strip()

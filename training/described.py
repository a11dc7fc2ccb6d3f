"""What MLflow's users look for on a version: signature, an example of an input, a description, flat parameters."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from matac_ml.bundle import RiskModel
from matac_ml.facts import RunFacts
from matac_ml.wording import span

_MEANING = (
    "It ranks people by police-recorded behaviour and predicts re-recording. It nominates nobody: a person decides. A "
    "small probability is no reassurance, because most domestic abuse is never reported. Papers and gates are "
    "artifacts of its run (`release-...`). Features go in and calibrated probabilities come out; "
    "`matac-ml features --features features.json` with the bundle's own file derives them."
)


def flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    """Parameters one by one, a part of a part named with a full stop between.

    Examples
    --------
    >>> dict(flat({"as_of": {"every_days": 28}, "seed": 1}))
    {'as_of.every_days': 28, 'seed': 1}
    """
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def run_metrics(facts: RunFacts) -> dict[str, float]:
    """Measures of what is served, each with the ends of its interval, and every gate: 1 where it is passed."""
    found: dict[str, float | None] = {}
    for name, estimate in facts[facts.chosen].measures.items():
        found |= {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
    found |= {f"gate_{gate.name}": float(gate.passed) for gate in facts.gates}
    return {name: value for name, value in found.items() if value is not None}


def beside_champion(facts: RunFacts, champion: RunFacts) -> tuple[dict[str, float], str]:
    """Measures of the champion's own run, and whether they can be compared with this run's, in words."""
    measures = champion[champion.chosen].measures.items()
    found = {f"champion_{name}": estimate.value for name, estimate in measures if estimate.value is not None}
    same = (
        facts.data.data_hash == champion.data.data_hash
        and facts.split.test == champion.split.test
        and facts.outcome == champion.outcome
    )
    said = "measured on the same rows" if same else "not comparable: records, outcome or test dates differ"
    return found, said


def example_of(model: RiskModel) -> pd.DataFrame:
    """One made-up row: what most people have of each feature, so it is nobody's."""
    typical = [model.typical.get(name) for name in model.feature_names]
    row = [np.nan if value is None else float(value) for value in typical]
    return pd.DataFrame([row], columns=list(model.feature_names), dtype=np.float64)


def description_of(model: RiskModel) -> str:
    """What a version is and is not, in Markdown."""
    facts, made = model.facts, ""
    if facts is not None:
        ahead, force = span(facts.split.horizon_days), facts.data.force or "an extract"
        made = f" It predicts a record within {ahead} and was made from {force} by the recipe {facts.name}."
    return f"**{model.name}**, bundle `{model.hash[:16]}`.{made} {_MEANING}"

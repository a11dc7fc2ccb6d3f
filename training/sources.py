"""What a recipe names, found: catalogue, outcomes, policy and harm index, shipped or from somebody's own files."""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from matac_ml.errors import RecipeError
from matac_ml.harm import HarmIndex, load_harm_index
from matac_ml.rfg import Policy, load_policy
from matac_ml.spec import Feature, Outcome, features_from_json
from training.recipe import Recipe


@dataclass(frozen=True)
class Sources:
    """Everything a run is defined by, besides the data."""

    features: tuple[Feature, ...]
    outcome: Outcome
    outcomes: tuple[Outcome, ...]
    policy: Policy
    harm: HarmIndex


def find_sources(recipe: Recipe, folder: Path) -> Sources:
    """Load what the recipe names; relative paths start in ``folder``.

    Raises
    ------
    RecipeError
        When a name is not found, a family or feature is unknown, or nothing is left to learn from.
    """
    features = tuple(_listed(recipe.catalogue, folder, "CATALOGUE"))
    outcomes = tuple(_listed(recipe.outcomes, folder, "OUTCOMES"))
    policy = load_policy(_path_or_name(recipe.policy, folder))
    harm = load_harm_index(_path_or_name(recipe.harm_index, folder)) if recipe.harm_index else policy.harm_index
    return Sources(_chosen(features, recipe), _outcome(outcomes, recipe), outcomes, policy, harm)


def _path_or_name(name: str, folder: Path) -> str | Path:
    path = folder / name
    return path if path.is_file() else name


def _listed(name: str, folder: Path, attribute: str) -> Sequence[Any]:
    path = folder / name
    if path.suffix == ".json" and path.is_file():
        return features_from_json(path.read_text(encoding="utf-8"))
    module = _module_file(path) if path.suffix == ".py" and path.is_file() else _module_named(name)
    found = getattr(module, attribute, None)
    if not found:
        raise RecipeError(f"{name} must hold a non-empty {attribute}, and does not.")
    return tuple(found)


def _module_named(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except (ImportError, ValueError) as error:
        raise RecipeError(
            f"A recipe names a module of the checkout, or a .py or .json file beside it; {name!r} is neither: {error}"
        ) from error


def _module_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"recipe_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise RecipeError(f"{path.name} cannot be read as Python.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _chosen(features: tuple[Feature, ...], recipe: Recipe) -> tuple[Feature, ...]:
    families = {str(feature.family) for feature in features}
    faults = [
        f"families: {family!r} is not one of {', '.join(sorted(families))}"
        for family in recipe.families or ()
        if family not in families
    ]
    names = {feature.name for feature in features}
    faults += [f"exclude: {name!r} is not in the catalogue" for name in recipe.exclude if name not in names]
    kept = tuple(
        feature
        for feature in features
        if (recipe.families is None or str(feature.family) in recipe.families) and feature.name not in recipe.exclude
    )
    thin = recipe.thin.feature
    if thin is not None and thin not in {feature.name for feature in kept}:
        faults.append(f"thin.feature: {thin!r} is not among the features chosen; name one, or null")
    if not kept and not faults:
        faults.append("no feature is left to learn from")
    if faults:
        raise RecipeError("The recipe's features cannot be chosen.", faults=faults)
    return kept


def _outcome(outcomes: tuple[Outcome, ...], recipe: Recipe) -> Outcome:
    if recipe.outcome is None:
        return outcomes[0]
    for outcome in outcomes:
        if outcome.name == recipe.outcome:
            return outcome
    raise RecipeError(f"outcome must be one of {', '.join(o.name for o in outcomes)}, got {recipe.outcome!r}")

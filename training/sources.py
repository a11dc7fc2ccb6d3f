"""What a recipe names, found: catalogue, outcomes, policy and harm index, shipped or from somebody's own files."""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from matac_ml.errors import RecipeError, ShownError
from matac_ml.harm import HarmIndex, load_harm_index
from matac_ml.rfg import Policy, load_policy
from matac_ml.spec import Feature, Outcome, read_features
from training.recipe import Recipe

_Loaded = TypeVar("_Loaded")
#: Why days of harm are refused as what is predicted, and what serves instead.
_COUNTED = (
    "counts days, and a model gives the probability of something that happens or does not. Predict a record of much "
    "harm instead (harmful_record_365d); the share of all harm on each list is measured in every comparison."
)


@dataclass(frozen=True)
class RunSources:
    """Everything a run is defined by, besides the data."""

    features: tuple[Feature, ...]
    outcome: Outcome
    outcomes: tuple[Outcome, ...]
    policy: Policy
    harm: HarmIndex


def find_sources(recipe: Recipe, folder: Path) -> RunSources:
    """Load what the recipe names; relative paths start in ``folder``.

    Raises
    ------
    RecipeError
        With every fault at once: a name that is not found, a family, feature or outcome that is unknown, a policy or
        harm index that cannot be used, or nothing left to learn from.
    """
    faults: list[str] = []

    def found(choice: str, load: Callable[[], _Loaded]) -> _Loaded | None:
        try:
            return load()
        except ShownError as error:
            faults.extend([f"{choice}: {error.message}"] if error.message else [])
            faults.extend(f"{choice}: {fault}" for fault in error.faults)
            return None

    catalogue = found("catalogue", lambda: tuple(_listed(recipe.catalogue, folder, "CATALOGUE")))
    outcomes = found("outcomes", lambda: tuple(_listed(recipe.outcomes, folder, "OUTCOMES")))
    policy = found("policy", lambda: load_policy(_path_or_name(recipe.policy, folder)))
    harm = None
    if recipe.harm_index:
        name = recipe.harm_index
        harm = found("harm_index", lambda: load_harm_index(_path_or_name(name, folder)))
    features = _chosen(catalogue, recipe, faults) if catalogue else ()
    outcome = _outcome(outcomes, recipe, faults) if outcomes else None
    if faults or policy is None or outcome is None or outcomes is None:
        raise RecipeError("The recipe names what cannot be used.", faults=faults)
    return RunSources(features, outcome, outcomes, policy, harm or policy.harm_index)


def _path_or_name(name: str, folder: Path) -> str | Path:
    path = folder / name
    return path if path.is_file() else name


def _listed(name: str, folder: Path, attribute: str) -> Sequence[Any]:
    path = folder / name
    if path.suffix == ".json" and path.is_file():
        return read_features(path)
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


def _chosen(features: tuple[Feature, ...], recipe: Recipe, faults: list[str]) -> tuple[Feature, ...]:
    """The features to learn from; what is wrong with the choice is added to the faults."""
    families = {str(feature.family) for feature in features}
    unknown = [family for family in recipe.families or () if family not in families]
    faults += [f"families: {family!r} is not one of {', '.join(sorted(families))}" for family in unknown]
    names = {feature.name for feature in features}
    faults += [f"exclude: {name!r} is not in the catalogue" for name in recipe.exclude if name not in names]
    kept = tuple(
        feature
        for feature in features
        if (recipe.families is None or str(feature.family) in recipe.families) and feature.name not in recipe.exclude
    )
    thin = recipe.thin.feature
    # Without a family that was meant, this cannot be told.
    if not unknown and thin is not None and thin not in {feature.name for feature in kept}:
        faults.append(f"thin.feature: {thin!r} is not among the features chosen; name one, or null")
    if not kept and not unknown:
        faults.append("families, exclude: no feature is left to learn from")
    return kept


def _outcome(outcomes: tuple[Outcome, ...], recipe: Recipe, faults: list[str]) -> Outcome | None:
    """The outcome to predict; None, and one more fault, when there is none of that name or no model can predict it."""
    wanted = recipe.outcome or outcomes[0].name
    for outcome in outcomes:
        if outcome.name == wanted:
            faults += [] if outcome.is_yes_or_no else [f"outcome: {wanted} {_COUNTED}"]
            return outcome
    faults.append(f"outcome: must be one of {', '.join(o.name for o in outcomes)}, got {recipe.outcome!r}")
    return None

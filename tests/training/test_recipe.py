"""A recipe is read once, frozen, and refuses what it does not know."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from matac_ml.errors import RecipeError
from training.recipe import DEFAULT, Recipe, load_recipe
from training.sources import find_sources


def test_the_default_file_says_what_the_types_say() -> None:
    """Every choice of the commented file equals the default of the type, so neither drifts from the other."""
    recipe, folder = load_recipe()
    assert recipe == Recipe(name="default")
    assert folder == DEFAULT.parent


def test_every_fault_of_a_recipe_is_named_at_once(tmp_path: Path) -> None:
    """An unknown choice, a wrong number and a wrong contender are all in one message."""
    path = tmp_path / "bad.yaml"
    path.write_text("name: x\nfolds: 3\nseed: -1\ncontenders: [crystal_ball]\n")
    with pytest.raises(RecipeError) as caught:
        load_recipe(path)
    named = {fault.split(":")[0].removeprefix("bad.yaml, ") for fault in caught.value.faults}
    assert named == {"line 2, folds", "line 3, seed", "line 4, contenders.1"}


def test_everything_a_recipe_names_in_vain_is_said_at_once(tmp_path: Path) -> None:
    """Policy, harm index, outcome, family and feature are in one message; a policy's own faults keep their lines."""
    (tmp_path / "policy.yaml").write_text("name: x\nweights: 3\n")
    recipe = Recipe(
        name="x", policy="policy.yaml", harm_index="none", outcome="soon", families=("frequency", "R"), exclude=("age",)
    )
    with pytest.raises(RecipeError) as caught:
        find_sources(recipe, tmp_path)
    choices = [fault.split(":")[0] for fault in caught.value.faults]
    assert list(dict.fromkeys(choices)) == ["policy", "harm_index", "families", "exclude", "outcome"]
    assert any("line 2" in fault for fault in caught.value.faults if fault.startswith("policy"))
    assert find_sources(Recipe(name="x"), DEFAULT.parent).outcome.name == "new_record_365d"


def test_days_of_harm_are_refused_as_what_is_predicted() -> None:
    """Fitted as yes or no they would be called days of harm and be a probability; the message names what serves."""
    with pytest.raises(RecipeError) as caught:
        find_sources(Recipe(name="x", outcome="harm_days_365d"), DEFAULT.parent)
    (fault,) = caught.value.faults
    assert "counts days" in fault
    assert "harmful_record_365d" in fault
    crime = find_sources(Recipe(name="x", outcome="new_crime_365d"), DEFAULT.parent).outcome
    assert [condition.column for condition in crime.conditions] == ["is_crime", "domestic"]


def test_an_entry_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """The second of two entries would win silently."""
    path = tmp_path / "twice.yaml"
    path.write_text("name: x\nseed: 1\nseed: 2\n")
    with pytest.raises(RecipeError, match="line 3: 'seed' stands at line 2 already"):
        load_recipe(path)


def test_a_recipe_cannot_be_changed_and_its_hash_follows_its_choices() -> None:
    """Frozen; the same choices hash alike, another choice does not."""
    recipe = Recipe(name="a")
    with pytest.raises(ValidationError):
        recipe.seed = 3  # type: ignore[misc]
    assert Recipe(name="a").sha256 == recipe.sha256 != Recipe(name="a", seed=1).sha256


def test_what_is_served_must_be_a_contender() -> None:
    """A recipe that serves a model it does not compare is refused."""
    with pytest.raises(ValidationError, match="serve must be"):
        Recipe(name="a", contenders=("elastic_net", "matrix"), serve="lightgbm_free")

"""Every choice of one run, in one frozen object, read from a commented YAML file."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from matac_ml.errors import RecipeError
from matac_ml.practice import CYCLE_DAYS, LOOKBACK_DAYS
from matac_ml.yamlfile import read_yaml

DEFAULT = Path(__file__).parent / "recipes" / "default.yaml"

Contender = Literal[
    "base_rate",
    "last_incident",
    "matrix",
    "additive",
    "elastic_net",
    "lightgbm_monotone",
    "lightgbm_free",
    "hist_gradient_boosting",
]
#: Measured in every run, whatever contenders a recipe names: gates are judged by them.
BASELINES: tuple[Contender, ...] = ("base_rate", "matrix")
#: Contenders that a bundle can carry, the simplest first.
SERVABLE = ("additive", "elastic_net", "lightgbm_monotone", "lightgbm_free")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PredictionDates(_Frozen):
    """When people are looked at; see the comments of ``recipes/default.yaml``."""

    every_days: int = Field(CYCLE_DAYS, ge=1)
    dates: tuple[date, ...] | None = None
    first: date | None = None
    last: date | None = None
    anchor: date | None = None
    at_most: int = Field(48, ge=2)
    test: int = Field(6, ge=1)
    calibrate: int = Field(4, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> "PredictionDates":
        if self.dates is not None and list(self.dates) != sorted(set(self.dates)):
            raise ValueError("dates must rise, each named once")
        return self


class Booster(_Frozen):
    """Settings of a gradient-boosted model.

    The defaults are many small, strongly shrunk trees: on made-up forces of 12,000 to 80,000 incidents, where the best
    possible is known, they scored .003 to .009 of AUC higher than 200 trees of 15 leaves, and explaining a row costs
    less than half as much.
    """

    rounds: int = Field(300, ge=1, le=5000)
    leaves: int = Field(6, ge=2, le=256)
    depth: int = Field(3, ge=1, le=16)
    learning_rate: float = Field(0.03, gt=0, le=1)
    min_leaf: int = Field(200, ge=1)
    l2: float = Field(50.0, ge=0)
    feature_share: float = Field(0.3, gt=0, le=1)
    row_share: float = Field(0.8, gt=0, le=1)


class Additive(_Frozen):
    """Settings of the additive booster: one split a tree.

    ``rounds`` are at most: they stop early on people left out. ``l2`` draws steps that few rows tell of towards 0, the
    less the smaller the table. There are more than ``features`` only where fewer lose more than noise, or few rows have
    the outcome. ``monotone`` keeps to the directions that policy expects. ``pairs``
    is the most grids of two features, each printed and served like a curve; a pair need not keep to a direction.
    """

    rounds: int = Field(1200, ge=1, le=5000)
    learning_rate: float = Field(0.1, gt=0, le=1)
    min_leaf: int = Field(100, ge=1)
    l2: float = Field(200.0, ge=0)
    features: int = Field(12, ge=1, le=100)
    bins: int = Field(63, ge=3, le=255)
    monotone: bool = True
    pairs: int = Field(0, ge=0, le=20)


class Linear(_Frozen):
    """Settings of the elastic-net logistic model: penalty per row, and the share of it that is l1."""

    penalty: float = Field(0.0005, gt=0)
    l1_ratio: float = Field(0.5, ge=0, le=1)


class Search(_Frozen):
    """Optuna's budget on the inner temporal folds."""

    trials: int = Field(0, ge=0)
    seconds: float = Field(60.0, gt=0)


class Thin(_Frozen):
    """When there is too little history to say."""

    feature: str | None = "incidents_1095d"
    below: float = 1.0
    widest: float = Field(0.35, gt=0, le=1)


class Gates(_Frozen):
    """What must hold before a model may be promoted."""

    auc_at_least_matrix: bool = True
    brier_at_least_base_rate: bool = True
    calibration_holds: bool = True
    largest_shift: float = Field(0.1, ge=0)
    largest_slope_error: float = Field(0.15, ge=0)
    precision_at_capacity: bool = True
    harm_at_capacity: bool = True
    least_stable: float | None = Field(0.5, gt=0, le=1)
    largest_auc: float = Field(0.85, gt=0.5, le=1)
    no_audit_failure: bool = True


class Mitigation(_Frozen):
    """Whose share on the lists two extra fits try to even out; no attribute, and nothing is fitted."""

    attribute: str | None = "ethnicity"
    rows: int = Field(8_000, ge=100)
    selected: float = Field(0.05, gt=0, lt=0.5)


class Recipe(_Frozen):
    """Every choice of one run.

    Two runs of one recipe on the same data write byte-identical bundles. The comments of ``recipes/default.yaml`` say
    what each choice means.
    """

    name: str = Field(min_length=1, max_length=80, pattern=r"^[\w .-]+$")
    catalogue: str = "features.catalogue"
    outcomes: str = "features.outcomes"
    outcome: str | None = None
    policy: str = "default"
    harm_index: str | None = None
    families: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    as_of: PredictionDates = PredictionDates()
    lookback_days: int = Field(LOOKBACK_DAYS, ge=CYCLE_DAYS)
    recorded_within_days: int | None = Field(None, ge=1)
    exclude_managed: bool = True
    fit_rows: int | None = Field(120_000, ge=100)
    linear_rows: int = Field(40_000, ge=100)
    contenders: tuple[Contender, ...] = get_args(Contender)
    serve: Literal["auto", "additive", "elastic_net", "lightgbm_monotone", "lightgbm_free"] = "auto"
    additive: Additive = Additive()
    booster: Booster = Booster()
    linear: Linear = Linear()
    search: Search = Search()
    recalibrate: bool = False
    capacity: int | None = Field(None, ge=1)
    worths: tuple[Annotated[float, Field(ge=0.01)], ...] = Field((1.0, 4.0, 9.0, 19.0), min_length=1, max_length=8)
    resamples: int = Field(1000, ge=20, le=100_000)
    permutations: int = Field(2000, ge=20, le=100_000)
    ablation: bool = True
    stress: bool = True
    proxies: bool = True
    mitigation: Mitigation = Mitigation()
    seed: int = Field(2026, ge=0)
    thin: Thin = Thin()
    gates: Gates = Gates()

    @field_validator("contenders")
    @classmethod
    def _with_baselines(cls, named: tuple[Contender, ...]) -> tuple[Contender, ...]:
        """No recipe can leave out what its model must be held against."""
        missing: tuple[Contender, ...] = tuple(name for name in BASELINES if name not in named)
        return (*missing, *named)

    @model_validator(mode="after")
    def _serve_is_a_contender(self) -> "Recipe":
        if len(set(self.contenders)) != len(self.contenders):
            raise ValueError("contenders must each be named once")
        if self.serve != "auto" and self.serve not in self.contenders:
            raise ValueError(f"serve must be auto or one of the contenders, got {self.serve!r}")
        if not set(self.contenders) & set(SERVABLE):
            raise ValueError(f"contenders must hold at least one of {', '.join(SERVABLE)}")
        return self

    @property
    def sha256(self) -> str:
        """Hash of the choices, not of the file's comments or order."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def load_recipe(path: Path | None = None) -> tuple[Recipe, Path]:
    """Read a recipe; the default one when no path is given.

    Returns
    -------
    recipe : Recipe
    folder : Path
        Where relative paths of the recipe are looked for.

    Raises
    ------
    RecipeError
        With every fault at once.
    """
    path = path or DEFAULT
    file = read_yaml(path, refuse=RecipeError)
    return file.validated(Recipe, what="a recipe", refuse=RecipeError), path.parent

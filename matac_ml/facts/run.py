"""``RunFacts``: the typed record of one training run. Every paper is written from it, and from nothing else.

It travels inside the bundle, so it holds no clock time, no path and nobody's identifier: two runs of one recipe on the
same data give equal facts. A figure that could not be measured is ``None``, and papers say so.
"""

from datetime import date

from pydantic import Field

from matac_ml.facts.base import Estimate, Fact
from matac_ml.facts.gates import GateFacts
from matac_ml.facts.record import AuditFacts


class DataFacts(Fact):
    """What was learnt from."""

    force: str = Field(description="As the extract names itself; made-up forces say so.")
    description: str = ""
    data_hash: str
    cut_off: date = Field(description="The last day the extract holds.")
    first_day: date | None = Field(default=None, description="The first day on which an incident occurred.")
    incidents: int
    people: int
    crimes: int | None = None
    tables: dict[str, int] = Field(default={}, description="Table -> rows.")
    quality: dict[str, str] = Field(default={}, description="Data-quality question -> answer in words.")


class SplitFacts(Fact):
    """Which days were for what; between any two folds lies one horizon."""

    horizon_days: int
    fit: tuple[date, ...]
    calibrate: tuple[date, ...]
    test: tuple[date, ...]
    gap: tuple[date, ...] = ()
    look_back_days: int | None = Field(default=None, description="What happened longer ago is not looked at.")
    whole_from: date | None = Field(default=None, description="From this day on the records hold a whole look-back.")
    short: tuple[date, ...] = Field(default=(), description="Dates fitted or calibrated on for which they hold less.")
    aside: tuple[date, ...] = Field(default=(), description="Dates left out because they hold less.")
    rows: dict[str, int] = Field(description="Fold -> person-dates.")
    people: dict[str, int]
    outcomes: dict[str, int]
    found: int = Field(description="Person-dates found before anybody was left out.")
    left_out: dict[str, int] = Field(default={}, description="Reason -> person-dates left out.")
    censored: int = Field(default=0, description="Person-dates whose horizon passes the cut-off.")
    people_in_both: int = Field(default=0, description="People with rows both before and in the test.")


class ConfusionFacts(Fact):
    """Who was chosen and what then happened; every published figure derived from it must follow from it.

    Attributes
    ----------
    rule : str
        How rows were chosen, in words.
    true_positive, false_positive, false_negative, true_negative : float
        Fractions appear when rows that tie at the cut line share its places.
    """

    rule: str
    true_positive: float
    false_positive: float
    false_negative: float
    true_negative: float

    @property
    def precision(self) -> float:
        """Share of those chosen whose outcome happened; NaN where nobody was chosen."""
        return _ratio(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> float:
        """Share of the outcomes among those chosen (true positive rate); NaN where there is none."""
        return _ratio(self.true_positive, self.true_positive + self.false_negative)

    @property
    def false_positive_rate(self) -> float:
        """Share of those without the outcome who were chosen; NaN where everybody has it."""
        return _ratio(self.false_positive, self.false_positive + self.true_negative)

    @property
    def rows(self) -> float:
        """All rows."""
        return self.true_positive + self.false_positive + self.false_negative + self.true_negative


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


class CurvePoint(Fact):
    """One group of rows with neighbouring probabilities."""

    rows: int
    predicted: float = Field(description="Mean probability of the group.")
    observed: float = Field(description="Share of the group whose outcome happened.")
    low: float = Field(description="Lower end of Wilson's 95 % interval of `observed`.")
    high: float


class ContenderFacts(Fact):
    """One contender on the test fold; measures are named as in ``matac_ml.evaluation.MEASURES``."""

    name: str
    label: str
    measures: dict[str, Estimate]
    against_matrix: dict[str, Estimate] = Field(default={}, description="This contender minus the matrix, paired.")
    confusion: tuple[ConfusionFacts, ...] = ()
    calibration: tuple[CurvePoint, ...] = ()
    calibrated_on: str = ""
    tied_at_cut: float | None = None
    turnover: float | None = Field(default=None, description="Share of places that change hands between test dates.")
    by_cycle: dict[date, float] = Field(default={}, description="As-of date -> precision at k.")


class CalibrationFacts(Fact):
    """How the probabilities of the chosen model held on the test dates, on which they were not calibrated.

    The intervals hold the chance in the rows calibrated on and in the test rows, clustered by person.
    """

    later: bool = Field(description="Calibrated on later dates; otherwise on people scored by models of others.")
    shift: Estimate = Field(description="Log-odds recorded beyond those predicted; 0 is right.")
    slope: Estimate = Field(description="Of the recorded log-odds on those predicted; 1 is right.")
    recalibrated_on: tuple[date, ...] = Field(default=(), description="Test dates that the bundle's line comes from.")


class FeatureFacts(Fact):
    """One feature of the model, for the card and the data sheet."""

    name: str
    family: str
    text: str
    unit: str
    direction: int
    importance: float | None = Field(default=None, description="Mean absolute contribution, in log-odds.")
    missing_share: float | None = None


class CurveFacts(Fact):
    """What one feature adds to the calibrated log-odds; flat between its edges."""

    feature: str
    text: str
    unit: str
    edges: tuple[float, ...] = Field(description="Rising. points[i] holds up to edges[i], that value among them.")
    points: tuple[float, ...] = Field(description="One more than edges; their mean over the rows fitted on is 0.")
    missing: float = Field(description="For a missing value.")


class PairFacts(Fact):
    """What two features add to the calibrated log-odds together, besides what each adds alone."""

    features: tuple[str, str]
    edges: tuple[tuple[float, ...], tuple[float, ...]] = Field(description="Of each, as those of a curve.")
    points: tuple[tuple[float, ...], ...] = Field(
        description="A row an interval of the first and one more for it missing; in each row the same of the second."
    )


class PointsFacts(Fact):
    """A whole model as a table: base, one number from each curve and from each pair are the probability's log-odds."""

    base: float
    curves: tuple[CurveFacts, ...]
    pairs: tuple[PairFacts, ...] = ()


class OpposedFeature(Fact):
    """A feature whose effect has another sign under a stricter outcome; in log-odds a standard deviation."""

    feature: str
    predicted: float
    stricter: float


class StricterOutcome(Fact):
    """An outcome that needs more than the one predicted, and the features that have the opposite effect on it."""

    name: str
    text: str
    judged: bool = Field(description="False: too few rows are with it, or without it, to tell.")
    opposed: tuple[OpposedFeature, ...] = ()


class AblationStep(Fact):
    """What adding one family changed; measured on the test fold with a paired interval."""

    step: str
    added: str
    measures: dict[str, Estimate]
    gain: dict[str, Estimate] = Field(default={})
    supported: bool = Field(description="False: no measure moved by more than its interval.")

    @property
    def improved(self) -> tuple[str, ...]:
        """Measures by which it adds something: the AUC rose, or the Brier score fell, with its whole interval."""
        area, error = (self.gain.get(name, Estimate(value=None)) for name in ("auc", "brier"))
        better = {"auc": area.low is not None and area.low > 0, "brier": error.high is not None and error.high < 0}
        return tuple(name for name, is_better in better.items() if is_better)


class StressFacts(Fact):
    """The same contenders under another definition of the outcome, or under planted under-recording."""

    name: str
    text: str
    measures: dict[str, dict[str, Estimate]] = Field(description="Contender -> measure -> estimate.")
    top_list_overlap: float | None = Field(default=None, description="Share of the top list that stays.")
    planted: bool = Field(default=False, description="The outcome is the run's own; records were taken from the fit.")
    change: str = Field(default="", description="What else changes, in words; counts in it are protected.")


class RankReachFacts(Fact):
    """Where people at some ranks of the test lists stood when the model was fitted again on people drawn again."""

    first: int = Field(ge=1, description="The first of these ranks by the model in the bundle.")
    last: int = Field(ge=1)
    low: int = Field(ge=1, description="Nine in ten of the refitted ranks lie from here ...")
    high: int = Field(ge=1, description="... to here.")


class WorthFacts(Fact):
    """Net benefit on the test dates, where one outcome found is worth so many people named in vain."""

    worth: float = Field(gt=0, description="People named in vain that one outcome found is worth.")
    net_benefit: dict[str, Estimate] = Field(
        description="Contender -> outcomes found less people named in vain at their cost, per row; naming all rows is "
        "`everybody`."
    )


class PolicyFacts(Fact):
    """The RFGV matrix that the model stands beside."""

    name: str
    version: str
    label: str
    sha256: str
    harm_index: str
    capacity: int


class RunFacts(Fact):
    """Everything that is true of one run.

    Attributes
    ----------
    chosen : str
        Name of the contender in the bundle.
    audit : AuditFacts or None
        Fairness of model and matrix alike; None when it was not run, and papers then give no verdict.
    recipe : str
        The whole recipe as YAML, for the appendix.
    """

    name: str
    package: str = Field(description="Version of matac-ml.")
    libraries: dict[str, str] = Field(default={}, description="Library -> version.")
    outcome: str
    outcome_text: str
    data: DataFacts
    split: SplitFacts
    policy: PolicyFacts
    k: int = Field(description="Places on each list.")
    contenders: tuple[ContenderFacts, ...]
    chosen: str
    why: str
    calibration: CalibrationFacts | None = None
    features: tuple[FeatureFacts, ...]
    points: PointsFacts | None = Field(default=None, description="None where the model is not made of curves.")
    left_out_families: tuple[str, ...] = Field(default=(), description="Added nothing before the test; not fitted on.")
    stricter: tuple[StricterOutcome, ...] = Field(default=(), description="Looked at on the rows fitted on.")
    rank_reach: tuple[RankReachFacts, ...] = Field(default=(), description="Empty where no model was fitted again.")
    worth: tuple[WorthFacts, ...] = Field(default=(), description="One entry a worth, as the recipe names them.")
    ablation: tuple[AblationStep, ...] = ()
    stress: tuple[StressFacts, ...] = ()
    audit: AuditFacts | None = None
    gates: tuple[GateFacts, ...] = ()
    warnings: tuple[str, ...] = Field(default=(), description="For example a suspected leak. Shown first.")
    recipe: str
    recipe_sha256: str
    resamples: int
    seed: int

    def __getitem__(self, name: str) -> ContenderFacts:
        return next(contender for contender in self.contenders if contender.name == name)

    def __contains__(self, name: str) -> bool:
        return any(contender.name == name for contender in self.contenders)

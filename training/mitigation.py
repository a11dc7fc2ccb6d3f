"""Two extra fits that lessen one gap, with what they cost: reweighing, and a fit under a fairness constraint.

Protected characteristics weigh the rows that are learnt from; they are never read when somebody is scored. Nobody is
held to a threshold of their own group, and nothing is random: the mixture of models that the constrained fit gives is
averaged into one linear model before anybody is scored.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from fairlearn.reductions import DemographicParity, ErrorRate, ExponentiatedGradient
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from matac_ml.bundle.scoring import probability
from matac_ml.evaluation import Interval, Measured, PersonBootstrap, difference, measure
from matac_ml.facts import Estimate, GapFacts, MitigationFacts, TradeoffFacts, Verdict, estimates
from matac_ml.fairness import Cut, Instrument
from matac_ml.fairness.attributes import Audited
from matac_ml.fairness.groups import TITLES
from matac_ml.fairness.instrument import judge, measure_instrument
from training.compare import Comparison, fold_rows
from training.design import LinearDesign
from training.fairness_context import FairnessContext
from training.fit import fit_calibration
from training.folds import Folds
from training.recipe import Recipe
from training.rows import Floats, Rows, sample_by_person

_SHOWN = ("harm_at_k", "precision_at_k", "auc")
#: Gaps of ten contenders are drawn this many times fewer permutations than the audit.
_LIGHTER = 4
#: Rounds of the reduction; each fits one weighted logistic model.
_ROUNDS = 12
_TEXTS = {
    "plain": "A plain logistic model on the same rows as the two below: what differs from it is the mitigation.",
    "reweighed": (
        "Reweighing (Kamiran and Calders 2012): "
        "rows are weighted so that group and outcome are independent among those learnt from. "
        "Whoever is scored is scored by one linear model that does not read the group."
    ),
    "constrained": (
        "A fit under the constraint that groups are selected alike (Agarwal and others 2018; fairlearn's exponentiated "
        "gradient). The method gives a random mixture of models; here their log-odds are averaged, by the mixture's "
        "weights, into one linear model, so that nothing is random and no group has a threshold of its own."
    ),
}
_LABELS = {"plain": "Plain logistic", "reweighed": "Reweighed logistic", "constrained": "Constrained logistic"}


@dataclass(frozen=True)
class _Learnt:
    """The rows the extra fits learn from: design, outcome, and the group of each row in words."""

    design: LinearDesign
    y: Floats
    group: npt.NDArray[np.object_]


def mitigate(
    context: FairnessContext, folds: Folds, found: Comparison, group_of: pd.Series, *, recipe: Recipe
) -> MitigationFacts:
    """Fit the extra contenders and set them beside all others.

    Parameters
    ----------
    group_of : Series
        The group of every person by the attribute of the recipe, in the order of the codes of ``Rows.person``.
    """
    attribute = str(recipe.mitigation.attribute)
    fit, unseen = folds.for_side_models(seed=recipe.seed)
    few = sample_by_person(fit, recipe.mitigation.rows, seed=recipe.seed)
    learnt = _Learnt(LinearDesign.of(few), few.y, group_of.to_numpy()[few.person])
    audited = Audited.of(
        context.person, context.groups[[attribute]].reset_index(drop=True), resamples=2,
        permutations=max(20, recipe.permutations // _LIGHTER), seed=recipe.seed, titles=TITLES,
    )  # fmt: skip
    model = found[found.chosen]
    draws = PersonBootstrap(found.test.person, resamples=recipe.resamples, seed=recipe.seed)
    tested = fold_rows(found.test, k=found.k, base_rate=float(folds.calibrated_on.y.mean()))
    lines = [
        _line(
            contender.name,
            contender.label,
            contender.score,
            contender.measured,
            context,
            audited,
            against={} if contender is model else difference(contender.measured, model.measured),
        )
        for contender in found.contenders
        if contender.name != "base_rate"
    ]
    # Threads that wait for each other on shared cores cost ten times what they save.
    with threadpool_limits(limits=1):
        fits = _fits(learnt, unseen, found.test, recipe=recipe)
    for name, raw in fits.items():
        measured = measure(tested, raw[1], probability(fit_calibration(*raw[0]).log_odds(raw[1])), draws=draws)
        against = difference(measured, model.measured)
        lines.append(_line(name, _LABELS[name], raw[1], measured, context, audited, against=against))
    title = TITLES.get(attribute, attribute)
    return MitigationFacts(
        attribute=attribute, title=title, contenders=tuple(lines), text=_said(title, lines, len(few))
    )


def _fits(
    learnt: _Learnt, unseen: Rows, test: Rows, *, recipe: Recipe
) -> dict[str, tuple[tuple[Floats, Floats], Floats]]:
    """Raw scores with outcomes of the rows to calibrate on, and raw scores of the test rows, by name."""
    plain = _logistic(recipe, len(learnt.y)).fit(learnt.design.matrix, learnt.y)
    weights = reweighing(learnt.y, learnt.group)
    weighed = _logistic(recipe, len(learnt.y)).fit(learnt.design.matrix, learnt.y, sample_weight=weights)
    coefficients = {
        "plain": (plain.coef_[0], float(plain.intercept_[0])),
        "reweighed": (weighed.coef_[0], float(weighed.intercept_[0])),
        "constrained": _constrained(learnt, plain, recipe=recipe),
    }
    done = {}
    for name, (slope, intercept) in coefficients.items():
        scorer = learnt.design.scorer(slope, intercept)
        done[name] = ((scorer.log_odds(unseen.X), unseen.y), scorer.log_odds(test.X))
    return done


def _logistic(recipe: Recipe, rows: int) -> LogisticRegression:
    return LogisticRegression(C=1 / (recipe.linear.penalty * rows), max_iter=200)


def reweighing(outcome: Floats, group: npt.NDArray[np.object_]) -> Floats:
    """Weight of each row, expected over observed share of its group and outcome (Kamiran and Calders 2012, eq. 4).

    Parameters
    ----------
    outcome : ndarray of {0, 1}, shape (n,)
    group : ndarray, shape (n,)

    Examples
    --------
    >>> reweighing(np.array([1, 1, 0, 0]), np.array(["a", "a", "a", "b"])).round(2).tolist()
    [0.75, 0.75, 1.5, 0.5]
    """
    frame = pd.DataFrame({"group": group, "outcome": outcome})
    n = len(frame)
    of_group = frame.groupby("group")["outcome"].transform("size")
    of_outcome = frame.groupby("outcome")["group"].transform("size")
    both = frame.groupby(["group", "outcome"])["group"].transform("size")
    return (of_group * of_outcome / (n * both)).to_numpy(dtype=np.float64)


def _constrained(learnt: _Learnt, plain: LogisticRegression, *, recipe: Recipe) -> tuple[Floats, float]:
    """One linear model: the constrained mixture's log-odds, averaged by its weights."""
    p = plain.predict_proba(learnt.design.matrix)[:, 1]
    # Costs move the cut of the inner classifier from one half to where so few are selected as on a longer list.
    cut = float(np.clip(np.quantile(p, 1 - recipe.mitigation.selected), 0.02, 0.98))
    fit = ExponentiatedGradient(
        _logistic(recipe, len(learnt.y)),
        DemographicParity(difference_bound=0.01),
        objective=ErrorRate(costs={"fp": cut, "fn": 1 - cut}),
        max_iter=_ROUNDS,
    )
    fit.fit(learnt.design.matrix, learnt.y.astype(int), sensitive_features=learnt.group)
    mixed = [(float(share), fit.predictors_[place]) for place, share in fit.weights_.items() if share > 0]
    linear = [(share, model) for share, model in mixed if hasattr(model, "coef_")] or [(1.0, plain)]
    shares = np.array([share for share, _ in linear])
    weight = shares / sum(shares)
    intercept = weight @ np.array([float(model.intercept_[0]) for _, model in linear])
    return weight @ np.array([model.coef_[0] for _, model in linear]), float(intercept)


def _line(
    name: str, label: str, score: Floats, measured: Measured, context: FairnessContext, audited: Audited, *,
    against: Mapping[str, Interval],
) -> TradeoffFacts:  # fmt: skip
    short, long = (
        _gap(Instrument(name, label, score), context, audited, cut) for cut in (Cut(places=context.k), context.cut)
    )
    return TradeoffFacts(
        name=name,
        label=label,
        harm=Estimate.of(measured.values["harm_at_k"]),
        precision=Estimate.of(measured.values["precision_at_k"]),
        gap=short,
        long_gap=long,
        against_model=estimates({name: against[name] for name in _SHOWN if name in against}),
        mitigates=name in ("reweighed", "constrained"),
        text=_TEXTS.get(name, ""),
    )


def _gap(instrument: Instrument, context: FairnessContext, audited: Audited, cut: Cut) -> GapFacts:
    chosen = cut.chosen(instrument.score, None, context.test.cycle)
    measured = measure_instrument(
        instrument, audited, outcome=context.test.y, chosen=chosen, rule=cut.rule, only=("selected_share",)
    )
    (facts,) = judge([measured])
    return facts.attributes[0].gaps[0]


def _said(title: str, lines: list[TradeoffFacts], rows: int) -> str:
    parts = []
    for line in lines:
        cost, gap = line.against_model.get("harm_at_k"), line.long_gap.gap if line.long_gap else None
        if line.name not in _TEXTS or cost is None or cost.value is None or gap is None:
            continue
        reach = f" ({cost.low:+.1%} to {cost.high:+.1%})" if cost.low is not None and cost.high is not None else ""
        parts.append(f"{line.label}: harm captured {cost.value:+.1%}{reach}, gap {gap:.3f}")
    model = next(line.long_gap for line in lines if not line.against_model)
    own = (
        f"the model's own gap is {model.gap:.3f}" if model and model.gap is not None else "the model has no gap to show"
    )
    needed = (
        "It is a disparity."
        if model and model.verdict is Verdict.DISPARITY
        else "The audit does not call it a disparity, so there may be nothing to lessen."
    )
    return (
        f"{title}: on lists ten times as long {own}. {needed} Against the model: {'; '.join(parts)}. "
        f"These were fitted on {rows:,} rows and are never chosen for the bundle. "
        "They even out who is listed, not who is recorded: "
        "people of a group that is recorded less than it does harm are not found by them."
    )

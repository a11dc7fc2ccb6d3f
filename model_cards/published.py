"""The one door through which figures leave: a copy of a run's facts in which every figure may be printed.

Papers, pictures, CSV and JSON are written from this copy and never see the exact facts. So whatever they work out,
print side by side or draw tells no more than these rounded figures do, and a paper added later is held to the rule too.
"""

from collections.abc import Mapping

from matac_ml.evaluation import BY_NAME, MEASURES
from matac_ml.facts import (
    AblationStep,
    AuditFacts,
    ConfusionFacts,
    ContenderFacts,
    CurvePoint,
    DataFacts,
    Estimate,
    FeatureFacts,
    RunFacts,
    SplitFacts,
    StressFacts,
)
from matac_ml.fairness.disclosure import BASE, NOT_SHOWN, RECORDS_BASE, Rounding, at_least
from matac_ml.fairness.performance import step
from model_cards.differing import TOO_LIKE, few_people_differ, without_few_referred, without_groups
from model_cards.gate_text import published_gate
from model_cards.paired import FINEST, SIMPLE, anchored, around, paired_differences, sided
from model_cards.published_audit import LIST_STEP, published_audit
from model_cards.published_text import THE_MODEL, Sentences, in_words, known_figures
from model_cards.rounded import rounded_estimate
from model_cards.worth import published_worth

_Estimates = Mapping[str, Estimate]


class PublishedRun(RunFacts):
    """A run as it may be printed.

    Attributes
    ----------
    refused : str
        Why no table by group is written; empty where they are.
    model_type : str
        What kind of model the bundle holds; papers call it the model.
    """

    refused: str = ""
    model_type: str = ""


def published(facts: RunFacts, previous: RunFacts | None = None) -> PublishedRun:
    """Round every figure of a run for publication; a run that was published already is returned as it is.

    Parameters
    ----------
    previous : RunFacts, optional
        The version published before, with its exact figures. Where few people differ between the two, the tables by
        group are left out.
    """
    if isinstance(facts, PublishedRun):
        return facts
    run = _Run(facts).published()
    if previous is None or run.audit is None:
        return run
    if few_people_differ(facts, previous):
        return run.model_copy(update={"audit": without_groups(run.audit), "refused": TOO_LIKE})
    return run.model_copy(update={"audit": without_few_referred(run.audit, facts, previous)})


def model_type(facts: RunFacts) -> str:
    """What kind of model the bundle holds."""
    return facts.model_type if isinstance(facts, PublishedRun) else facts[facts.chosen].label


class _Run:
    def __init__(self, facts: RunFacts) -> None:
        self.facts = facts
        # The same records are rounded alike whatever is fitted to them, so that versions of a model can be compared.
        self.secret = facts.data.model_dump_json() + facts.split.model_dump_json()
        self.to = Rounding(self.secret)
        self.lists = max(len(facts.split.test), 1)
        self.base = round(at_least(BASE * self.lists))
        self.people = max(facts.split.people.get("test", 0), 1)
        self.step = max(FINEST, at_least(BASE / self.people))
        self.said = Sentences(self.to, lists=self.lists, step=self.step)
        measured = facts["matrix"].measures if "matrix" in facts else {}
        self.matrix = self.whole(measured) | self._capacity(measured, _places(facts["matrix"]) if measured else 0.0)

    def published(self) -> PublishedRun:
        facts = self.facts
        contenders = tuple(self._contender(contender) for contender in facts.contenders)
        labels = {contender.name: contender.label for contender in facts.contenders}
        known = known_figures(facts, contenders)
        said = Sentences(self.to, lists=self.lists, step=self.step, known=known)
        new: dict[str, object] = {
            "data": self._data(facts.data),
            "split": self._split(facts.split),
            "contenders": contenders,
            "model_type": facts[facts.chosen].label,
            "why": said.rounded(in_words(facts.why, labels)),
            "features": tuple(self._feature(feature) for feature in facts.features),
            "worth": tuple(published_worth(self.to, worth, self.step) for worth in facts.worth),
            "ablation": tuple(self._ablation(step) for step in facts.ablation),
            "stress": tuple(self._stress(choice) for choice in facts.stress),
            "audit": self._audit(facts.audit) if facts.audit else None,
            # Exact figures; the warnings and the gates say the same, rounded.
            "calibration": None,
            "gates": tuple(published_gate(gate, said, contenders, facts) for gate in facts.gates),
            "rank_reach": (),  # exact, and read beside a rank alone
            "warnings": tuple(said.rounded(line) for line in facts.warnings),
        }
        return PublishedRun(**({name: getattr(facts, name) for name in RunFacts.model_fields} | new))

    def _audit(self, audit: AuditFacts) -> AuditFacts:
        done = published_audit(audit, self.secret, lists=self.lists)
        chosen = self.facts.chosen
        if done.mitigation is None or chosen in SIMPLE:
            return done
        named = tuple(
            tradeoff.model_copy(update={"label": THE_MODEL}) if tradeoff.name == chosen else tradeoff
            for tradeoff in done.mitigation.contenders
        )
        return done.model_copy(update={"mitigation": done.mitigation.model_copy(update={"contenders": named})})

    def _data(self, data: DataFacts) -> DataFacts:
        def records(count: int, *key: str) -> int:
            return self.to.count(count, "records", *key, base=RECORDS_BASE)

        tables = {
            name: self.to.count(n, "people") if name == "people" else records(n, name)
            for name, n in data.tables.items()
        }
        new = {
            "incidents": records(data.incidents, "incidents"),
            "crimes": None if data.crimes is None else records(data.crimes, "crimes"),
            "people": self.to.count(data.people, "people"),
            "tables": tables,
            "quality": {name: self.said.rounded(answer) for name, answer in data.quality.items()},
        }
        return data.model_copy(update=new)

    def _split(self, split: SplitFacts) -> SplitFacts:
        dates = {"fit": split.fit, "calibrate": split.calibrate, "test": split.test}

        def rows(count: int, days: int, *key: str) -> int:
            return self.to.count(count, "rows", *key, base=round(at_least(BASE * max(days, 1))))

        every = sum(len(days) for days in dates.values())
        new = {
            "people": {fold: self.to.count(n, "people", fold) for fold, n in split.people.items()},
            "found": rows(split.found, every, "found"),
            "censored": rows(split.censored, every, "censored"),
            "left_out": {
                reason: n
                for reason, exact in split.left_out.items()
                if (n := rows(exact, every, "left out", reason)) != NOT_SHOWN
            },
            "people_in_both": self.to.count(split.people_in_both, "people", "both"),
        } | {
            name: {fold: rows(n, len(dates.get(fold, ())), name, fold) for fold, n in getattr(split, name).items()}
            for name in ("rows", "outcomes")
        }
        return split.model_copy(update=new)

    def whole(self, found: _Estimates, *key: str) -> dict[str, Estimate]:
        """Figures of everybody: one rounding for all, so that tables, pictures and sentences agree and keep order."""
        return {name: rounded_estimate(self.to, estimate, self.step, "whole", *key) for name, estimate in found.items()}

    def _capacity(self, found: _Estimates, places: float) -> dict[str, Estimate]:
        # A list of few places holds a small share of all harm and of all new victims: a hundredth is its scale.
        few = step(places) if places else 1.0
        listed = (m for m in MEASURES if m.at_capacity and m.name != "recall_at_k")  # recall follows from precision
        steps = {m.name: few if m.small_counts else LIST_STEP for m in listed}
        return {
            name: rounded_estimate(self.to, found[name], size, "capacity", name)
            for name, size in steps.items()
            if name in found
        }

    def _contender(self, contender: ContenderFacts) -> ContenderFacts:
        first = contender.confusion[0] if contender.confusion else None
        places = _places(contender)
        measures = self.whole(contender.measures) | self._capacity(contender.measures, places)
        for name, estimate in measures.items():
            if (neutral := BY_NAME[name].ideal) is not None:
                measures[name] = sided(estimate, contender.measures[name], neutral=neutral)
        measures |= anchored(measures, self._paired(contender), self.matrix)
        confusion: tuple[ConfusionFacts, ...] = ()
        if first:
            outcomes = first.true_positive + first.false_negative
            at_k, recall = self._at_capacity(first, places, measures["precision_at_k"].value)
            confusion = (at_k, *(self._at_threshold(m, contender.name) for m in contender.confusion[1:]))
            if "recall_at_k" in contender.measures and outcomes and places:
                scale = step(places) * places / outcomes
                exact = contender.measures["recall_at_k"]
                coarse = rounded_estimate(self.to, exact, scale, "capacity", "precision_at_k")
                measures["recall_at_k"] = coarse.model_copy(update={"value": recall})
        is_model = contender.name == self.facts.chosen and contender.name not in SIMPLE
        new = {
            "label": THE_MODEL if is_model else contender.label,
            "measures": measures,
            "against_matrix": self._against_matrix(contender, measures, places),
            "confusion": confusion,
            "calibration": self._curve(contender),
            "calibrated_on": self.said.rounded(contender.calibrated_on),
            "tied_at_cut": None,
            "turnover": None,
            "by_cycle": {
                day: min(1.0, max(0.0, self.to.to(rate, 2 / self.facts.k, "list", contender.name, f"{day}")))
                for day, rate in contender.by_cycle.items()
            } if self.facts.k > 1 else {},
        }  # fmt: skip
        return contender.model_copy(update=new)

    def _paired(self, contender: ContenderFacts) -> dict[str, Estimate]:
        """The differences from the matrix that are printed finely; none of a simple rule."""
        if not self.matrix or contender.name in SIMPLE:
            return {}
        return paired_differences(self.to, contender.against_matrix, people=self.people)

    def _against_matrix(self, contender: ContenderFacts, mine: _Estimates, places: float) -> dict[str, Estimate]:
        """Differences of the printed figures, so that no reader who subtracts finds another; intervals hold them."""
        found = self.whole(contender.against_matrix, "against") | self._capacity(contender.against_matrix, places)
        found |= self._paired(contender)
        found = {name: sided(gap, contender.against_matrix[name]) for name, gap in found.items()}
        done = {}
        for name, gap in found.items():
            ours, other = (figures.get(name, Estimate(value=None)).value for figures in (mine, self.matrix))
            if gap.value is None or ours is None or other is None:
                done[name] = gap
            else:
                done[name] = around(gap, round(ours - other, 12))
        return done

    def _at_capacity(
        self, exact: ConfusionFacts, places: float, precision: float | None
    ) -> tuple[ConfusionFacts, float | None]:
        """The cells that follow from the printed precision, and the recall that follows from them."""
        with_outcome = self.to.to(exact.true_positive + exact.false_negative, self.base, "rows", "outcomes", "test")
        every = exact.true_positive + exact.false_negative + exact.false_positive + exact.true_negative
        rows = self.to.to(every, self.base, "rows", "rows", "test")
        hits = min((precision or 0.0) * places, with_outcome)
        cells = ConfusionFacts(
            rule=exact.rule,
            true_positive=hits,
            false_positive=places - hits,
            false_negative=with_outcome - hits,
            true_negative=max(0.0, rows - with_outcome - (places - hits)),
        )
        return cells, hits / with_outcome if with_outcome else None

    def _at_threshold(self, exact: ConfusionFacts, name: str) -> ConfusionFacts:
        cells = ("true_positive", "false_positive", "false_negative", "true_negative")
        found = {cell: self.to.to(getattr(exact, cell), self.base, "cell", name, cell) for cell in cells}
        return ConfusionFacts(rule=exact.rule, **{c: n if n >= 2 * self.base else 0.0 for c, n in found.items()})

    def _curve(self, contender: ContenderFacts) -> tuple[CurvePoint, ...]:
        """The points. A mean prediction tells nobody's outcome: it is rounded more finely, and in order."""
        if not contender.calibration:
            return ()
        fine = max(FINEST, at_least(BASE * self.lists / min(point.rows for point in contender.calibration) / 10))
        return tuple(p for point in contender.calibration if (p := self._point(point, contender.name, fine)))

    def _point(self, point: CurvePoint, name: str, fine: float) -> CurvePoint | None:
        key = ("curve", name, f"{point.predicted:.9f}")
        rows = self.to.count(point.rows, *key, "rows", base=self.base)
        if rows == NOT_SHOWN:
            return None
        parts = [self.to.to(share * rows, self.base, *key) for share in (point.observed, point.low, point.high)]
        if not 2 * self.base <= parts[0] <= rows - 2 * self.base:
            return None
        observed, low, high = (part / rows for part in parts)
        predicted = self.to.to(point.predicted, fine, "curve", name, "predicted")
        return CurvePoint(rows=rows, predicted=predicted, observed=observed, low=max(0.0, low), high=min(1.0, high))

    def _feature(self, feature: FeatureFacts) -> FeatureFacts:
        def share(value: float | None, of: float, what: str) -> float | None:
            return None if value is None else self.to.to(value, of, "feature", feature.name, what)

        new = {"importance": share(feature.importance, self.step, "importance"),
               "missing_share": share(feature.missing_share, max(0.01, self.step), "missing")}  # fmt: skip
        return feature.model_copy(update=new)

    def _ablation(self, step: AblationStep) -> AblationStep:
        gain = self.whole(step.gain, "gain") | paired_differences(self.to, step.gain, people=self.people)
        gain = {name: sided(found, step.gain[name]) for name, found in gain.items()}
        return step.model_copy(update={"measures": self.whole(step.measures), "gain": gain})

    def _stress(self, choice: StressFacts) -> StressFacts:
        overlap = choice.top_list_overlap
        new = {
            "text": self.said.rounded(choice.text),
            "change": "",
            "measures": {name: self.whole(found) for name, found in choice.measures.items()},
            "top_list_overlap": None if overlap is None else self.to.to(overlap, 0.05, "overlap", choice.name),
        }
        return choice.model_copy(update=new)


def _places(contender: ContenderFacts) -> float:
    """Places on all lists together."""
    return contender.confusion[0].true_positive + contender.confusion[0].false_positive if contender.confusion else 0.0

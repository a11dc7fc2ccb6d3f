"""The one door through which figures leave: a copy of a run's facts in which every figure may be printed.

Papers, pictures, CSV and JSON are written from this copy and never see the exact facts. So whatever they work out,
print side by side or draw tells no more than these rounded figures do, and a paper added later is held to the rule too.
"""

import re
from collections.abc import Mapping

from matac_ml.fact import Estimate
from matac_ml.facts import (
    AblationStep,
    ConfusionFacts,
    ContenderFacts,
    CurvePoint,
    DataFacts,
    FeatureFacts,
    RunFacts,
    SplitFacts,
    StressFacts,
)
from matac_ml.fairness.disclosure import BASE, NOT_SHOWN, Rounding, at_least
from matac_ml.fairness.performance import step
from matac_ml.gates import GateFacts
from model_cards.differing import TOO_LIKE, few_people_differ, without_groups
from model_cards.published_audit import LIST_STEP, published_audit, rounded_estimate

#: A person can be in many incidents: totals of records are rounded ten times as coarsely as people.
RECORDS_BASE = 10 * BASE
_FINEST = 0.001
_CAPACITY = ("precision_at_k", "harm_at_k", "new_victims_at_k")
_OF = (
    r"(?:test |fitting |training |different |more )?(?:people|persons?|victims?|suspects?|rows|row|person-dates|"
    r"outcomes?|incidents?|records?|pairs|crimes|referrals|cases)\b"
)
_NUMBER = r"(?<![\d.,/-])(\d{1,3}(?:,\d{3})+|\d+)"
_COUNT = re.compile(rf"(?:{_NUMBER} of (?:the )?)?{_NUMBER}( {_OF})")
_MEASURE = re.compile(r"(?<![\d.])[+-]?\d*\.\d{3,}(?![\d.])")


class PublishedRun(RunFacts):
    """A run as it may be printed.

    Attributes
    ----------
    refused : str
        Why no table by group is written; empty where they are.
    """

    refused: str = ""


def published(facts: RunFacts, previous: RunFacts | None = None) -> PublishedRun:
    """Round every figure of a run for publication.

    Parameters
    ----------
    previous : RunFacts, optional
        The version published before, with its exact figures. Where few people differ between the two, the tables by
        group are left out.

    Returns
    -------
    PublishedRun
        Equal for equal facts. A run that was published already is returned as it is.
    """
    if isinstance(facts, PublishedRun):
        return facts
    too_like = previous is not None and few_people_differ(facts, previous)
    run = _Run(facts).published()
    if too_like and run.audit is not None:
        run = run.model_copy(update={"audit": without_groups(run.audit), "refused": TOO_LIKE})
    return run


class _Run:
    def __init__(self, facts: RunFacts) -> None:
        self.facts = facts
        # The same records are rounded alike whatever is fitted to them, so that versions of a model can be compared.
        self.secret = facts.data.model_dump_json() + facts.split.model_dump_json()
        self.to = Rounding(self.secret)
        self.lists = max(len(facts.split.test), 1)
        people = max(facts.split.people.get("test", 0), 1)
        self.step = max(_FINEST, at_least(BASE / people))

    def published(self) -> PublishedRun:
        facts = self.facts
        audit = published_audit(facts.audit, self.secret, lists=self.lists) if facts.audit else None
        new = {
            "data": self._data(facts.data),
            "split": self._split(facts.split),
            "contenders": tuple(self._contender(one) for one in facts.contenders),
            "why": self.sentence(_in_words(facts.why, {one.name: one.label for one in facts.contenders})),
            "features": tuple(self._feature(one) for one in facts.features),
            "ablation": tuple(self._ablation(one) for one in facts.ablation),
            "stress": tuple(self._stress(one) for one in facts.stress),
            "audit": audit,
            "gates": tuple(self._gate(gate) for gate in facts.gates),
            "warnings": tuple(self.sentence(line) for line in facts.warnings),
        }
        return PublishedRun(**({name: getattr(facts, name) for name in RunFacts.model_fields} | new))

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
            "quality": {name: self.sentence(said) for name, said in data.quality.items()},
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

    def whole(self, found: Mapping[str, Estimate], *key: str) -> dict[str, Estimate]:
        """Figures of everybody: one rounding for all, so that tables, pictures and sentences agree and keep order."""
        return {name: rounded_estimate(self.to, one, self.step, "whole", *key) for name, one in found.items()}

    def _capacity(self, found: Mapping[str, Estimate], places: float) -> dict[str, Estimate]:
        # A list of few places holds a small share of all harm and of all new victims: a hundredth is its scale.
        steps = dict.fromkeys(_CAPACITY, LIST_STEP) | {"precision_at_k": step(places) if places else 1.0}
        return {
            name: rounded_estimate(self.to, found[name], one, "capacity", name)
            for name, one in steps.items()
            if name in found
        }

    def _contender(self, one: ContenderFacts) -> ContenderFacts:
        first = one.confusion[0] if one.confusion else None
        places = first.true_positive + first.false_positive if first else 0.0
        measures = self.whole(one.measures) | self._capacity(one.measures, places)
        confusion: tuple[ConfusionFacts, ...] = ()
        if first:
            outcomes = first.true_positive + first.false_negative
            at_k, recall = self._at_capacity(first, places, measures["precision_at_k"].value)
            confusion = (at_k, *(self._at_threshold(m, one.name) for m in one.confusion[1:]))
            if "recall_at_k" in one.measures and outcomes and places:
                scale = step(places) * places / outcomes
                coarse = rounded_estimate(self.to, one.measures["recall_at_k"], scale, "capacity", "precision_at_k")
                measures["recall_at_k"] = coarse.model_copy(update={"value": recall})
        new = {
            "measures": measures,
            "against_matrix": self._against_matrix(one, measures, places),
            "confusion": confusion,
            "calibration": tuple(p for point in one.calibration if (p := self._point(point, one.name))),
            "calibrated_on": self.sentence(one.calibrated_on),
            "tied_at_cut": None,
            "turnover": None,
            "by_cycle": {
                day: min(1.0, max(0.0, self.to.to(rate, 2 / self.facts.k, "list", one.name, f"{day}")))
                for day, rate in one.by_cycle.items()
            } if self.facts.k > 1 else {},
        }  # fmt: skip
        return one.model_copy(update=new)

    def _against_matrix(self, one: ContenderFacts, mine: Mapping[str, Estimate], places: float) -> dict[str, Estimate]:
        """Differences of the printed figures, so that no reader who subtracts finds another; intervals hold them."""
        found = self.whole(one.against_matrix, "against") | self._capacity(one.against_matrix, places)
        matrix = self.facts["matrix"].measures if "matrix" in self.facts else {}
        theirs = self.whole(matrix) | self._capacity(matrix, places)
        done = {}
        for name, gap in found.items():
            ours, other = (figures.get(name, Estimate(value=None)).value for figures in (mine, theirs))
            if gap.value is None or ours is None or other is None:
                done[name] = gap
                continue
            value = round(ours - other, 12)
            low = None if gap.low is None else min(gap.low, value)
            high = None if gap.high is None else max(gap.high, value)
            done[name] = Estimate(value=value, low=low, high=high)
        return done

    def _at_capacity(
        self, exact: ConfusionFacts, places: float, precision: float | None
    ) -> tuple[ConfusionFacts, float | None]:
        """The cells that follow from the printed precision, and the recall that follows from them."""
        base = round(at_least(BASE * self.lists))
        with_outcome = self.to.to(exact.true_positive + exact.false_negative, base, "rows", "outcomes", "test")
        every = exact.true_positive + exact.false_negative + exact.false_positive + exact.true_negative
        rows = self.to.to(every, base, "rows", "rows", "test")
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
        base = round(at_least(BASE * self.lists))
        cells = ("true_positive", "false_positive", "false_negative", "true_negative")
        found = {cell: self.to.to(getattr(exact, cell), base, "cell", name, cell) for cell in cells}
        return ConfusionFacts(rule=exact.rule, **{c: n if n >= 2 * base else 0.0 for c, n in found.items()})

    def _point(self, point: CurvePoint, name: str) -> CurvePoint | None:
        base = round(at_least(BASE * self.lists))
        key = ("curve", name, f"{point.predicted:.9f}")
        rows = self.to.count(point.rows, *key, "rows", base=base)
        if rows == NOT_SHOWN:
            return None
        parts = [self.to.to(share * rows, base, *key) for share in (point.observed, point.low, point.high)]
        if not 2 * base <= parts[0] <= rows - 2 * base:
            return None
        observed, low, high = (part / rows for part in parts)
        predicted = self.to.to(point.predicted, base / rows, *key, "predicted")
        return CurvePoint(rows=rows, predicted=predicted, observed=observed, low=max(0.0, low), high=min(1.0, high))

    def _feature(self, one: FeatureFacts) -> FeatureFacts:
        def share(value: float | None, of: float, what: str) -> float | None:
            return None if value is None else self.to.to(value, of, "feature", one.name, what)

        new = {"importance": share(one.importance, self.step, "importance"),
               "missing_share": share(one.missing_share, max(0.01, self.step), "missing")}  # fmt: skip
        return one.model_copy(update=new)

    def _ablation(self, one: AblationStep) -> AblationStep:
        new = {"measures": self.whole(one.measures), "gain": self.whole(one.gain, "gain")}
        return one.model_copy(update=new)

    def _stress(self, one: StressFacts) -> StressFacts:
        overlap = one.top_list_overlap
        new = {
            "text": self.sentence(one.text),
            "change": "",
            "measures": {name: self.whole(found) for name, found in one.measures.items()},
            "top_list_overlap": None if overlap is None else self.to.to(overlap, 0.05, "overlap", one.name),
        }
        return one.model_copy(update=new)

    def _gate(self, gate: GateFacts) -> GateFacts:
        return gate.model_copy(update={"text": self.sentence(gate.text), "figure": None, "bound": None})

    def sentence(self, text: str) -> str:
        """Round the figures of a text that the run wrote: counts of people and rows, and measures to many places."""
        text = _COUNT.sub(lambda m: (f"{self._words(m[1])} of " if m[1] else "") + f"{self._words(m[2])}{m[3]}", text)
        return _MEASURE.sub(lambda m: self._measure(m[0]), text)

    def _words(self, figure: str) -> str:
        base = round(at_least(BASE * self.lists))
        count = self.to.count(int(figure.replace(",", "")), "text", figure, base=base)
        return f"about {count:,}" if count != NOT_SHOWN else f"fewer than {2 * base:,}"

    def _measure(self, figure: str) -> str:
        places = 3 if self.step < 0.01 else 2
        if 0 < abs(float(figure)) < self.step:
            return f"below {self.step:g}"
        value = self.to.to(float(figure), self.step, "whole")
        return f"{value:+.{places}f}" if figure[:1] in "+-" and value else f"{abs(value):.{places}f}"


def _in_words(text: str, labels: Mapping[str, str]) -> str:
    """Contenders by their labels, not by their names in the recipe."""
    for name in sorted(labels, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", labels[name], text)
    return text

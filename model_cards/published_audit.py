"""The audit as it is published: every count and rate of a group rounded to ten people, or not shown.

Counts of rows and places are first turned into counts of people. A person has a row on every list, so a count of rows
or of places on the lists would make one person look like many: a rate times the people of its group is the number of
people on an average list.
"""

import math
from collections.abc import Mapping

from matac_ml.evaluation import Ratio
from matac_ml.facts import (
    AttributeFacts,
    AuditFacts,
    CounterAllegationFacts,
    Estimate,
    GapFacts,
    GroupFacts,
    InstrumentFacts,
    LabelFacts,
    MitigationFacts,
    PairLineFacts,
    ProxyFacts,
    SwapFacts,
    TradeoffFacts,
    VictimSideFacts,
)
from matac_ml.fairness.disclosure import BASE, NOT_SHOWN, SMALLEST, Rounding
from matac_ml.fairness.measures import BY_NAME, GroupMeasure, OwnError
from model_cards.published_recording import published_recording
from model_cards.rounded import NONE, one_digit, rounded_estimate, rounded_share

EVERYBODY = "everybody"
#: Below so many people a step of ten people is wider than a tenth, and a rounded mean says nothing.
FEWEST_FOR_A_MEAN = 100
#: What instruments are called beside each other; what kind of model it is stands in the model card.
_LABELS = {"matrix": "Matrix", "model": "Model"}
#: What the share of all harm that a list of few places captures is rounded to.
LIST_STEP = 0.01


class PublishedGap(GapFacts):
    """A comparison that may be printed; ``above`` says on which side of everybody its group stands."""

    above: bool | None = None


class PublishedAudit(AuditFacts):
    """An audit that may be printed as it is; counts of rows and places in it are of people on an average list."""


def published_audit(audit: AuditFacts, secret: str = "", *, lists: int | None = None) -> "PublishedAudit":
    """Round an audit for publication.

    Parameters
    ----------
    secret : str
        Added to the exact counts of the audit, which decide how it is rounded.
    lists : int, optional
        As-of dates of the test; otherwise taken from the rows that people have.
    """
    if isinstance(audit, PublishedAudit):
        return audit
    return _Audit(audit, secret, lists).published()


class _Audit:
    def __init__(self, audit: AuditFacts, secret: str, lists: int | None) -> None:
        groups = [g for instrument in audit.instruments for a in instrument.attributes for g in a.groups if g.people]
        # Counts alone: the last bit of a rate or p-value differs between machines, and must not round everything anew.
        counts = [(g.group, g.rows, g.people, g.outcomes, round(g.selected, 6)) for g in groups]
        self.audit, self.to = audit, Rounding(f"{secret}{counts}")
        self.lists = lists or max((math.ceil(g.rows / g.people) for g in groups), default=1)

    def published(self) -> PublishedAudit:
        audit = self.audit
        new = {
            "rows": self.to.count(audit.rows, "rows", base=BASE * self.lists),
            "people": self.to.count(audit.people, "people"),
            "instruments": tuple(self._instrument(instrument, audit.people) for instrument in audit.instruments),
            "other_cuts": tuple(self._instrument(instrument, audit.people) for instrument in audit.other_cuts),
            "swap": tuple(self._swap(swap) for swap in audit.swap),
            "labels": tuple(self._label(label) for label in audit.labels),
            "victim_side": audit.victim_side and self._victims(audit.victim_side),
            "counter_allegations": audit.counter_allegations and self._both_roles(audit.counter_allegations),
            "proxies": tuple(self._proxy(proxy) for proxy in audit.proxies),
            "mitigation": audit.mitigation and self._mitigation(audit.mitigation),
            "recording": published_recording(self.to, audit.recording),
            "notes": (),
        }
        return PublishedAudit(**({name: getattr(audit, name) for name in AuditFacts.model_fields} | new))

    def _instrument(self, instrument: InstrumentFacts, people: int, label: str = "") -> InstrumentFacts:
        cut = (instrument.name, instrument.rule, label)
        attributes = (self._attribute(a, people, cut) for a in instrument.attributes)
        # One group alone is everybody; that there is a second of one person is nobody's business.
        shown = tuple(a for a in attributes if len(a.groups) > 1)
        return instrument.model_copy(
            update={"label": _LABELS.get(instrument.name, instrument.label), "attributes": shown}
        )

    def _attribute(self, attribute: AttributeFacts, people: int, cut: tuple[str, ...]) -> AttributeFacts:
        # A line that says only that a group is small says that somebody is in it: it is left out.
        found = (self._group(g, attribute.attribute, cut) for g in attribute.groups)
        groups = tuple(group for group in found if group is not None)
        overall = {gap.measure: Estimate(value=gap.overall) for gap in attribute.gaps if gap.overall is not None}
        whole = self._group(_everybody(attribute, people, overall), "", cut)
        gaps = tuple(_gap(gap, groups, whole) for gap in attribute.gaps)
        return attribute.model_copy(update={"groups": groups, "gaps": gaps})

    def _group(self, group: GroupFacts, attribute: str, cut: tuple[str, ...]) -> GroupFacts | None:
        people = self.to.count(group.people, attribute, group.group, "people")
        if people == NOT_SHOWN:
            return None
        found = group.measures
        label, who = cut[2], (attribute, group.group)
        base = self._share(found.get("base_rate"), people, label, *who, "base_rate")
        outcomes = round((base.value or 0) * people)
        share = self._share(found.get("selected_share"), people, *cut, *who, "selected_share")
        selected = round((share.value or 0) * people)
        done = {"base_rate": base, "selected_share": share}
        # Of victims only those whose suspect was ranked are counted: every one of them has an outcome.
        counts = {"rows": people, "outcomes": outcomes if "base_rate" in found else people, "selected": selected}
        for name in (name for name in found if name not in done):
            measure = BY_NAME[name]
            if isinstance(measure.formula, Ratio) and measure.of_a_cut:
                below = measure.formula.below
                # Where a count is not printed, neither is a share of what is left without it.
                known = all(counts.get(part) for part, _ in below.weights)
                done[name] = self._share(found[name], round(float(below.of(counts))) if known else 0, *cut, *who, name)
            else:
                done[name] = self._mean(measure, group, people, outcomes, (*cut, *who))
        measures = {name: done[name] for name in found}
        return GroupFacts(
            group=group.group, people=people, rows=people, outcomes=outcomes, selected=selected, measures=measures
        )

    def _share(self, found: Estimate | None, of: int, *key: str) -> Estimate:
        return rounded_share(self.to, found, of, *key)

    def _mean(
        self, measure: GroupMeasure, group: GroupFacts, people: int, outcomes: int, key: tuple[str, ...]
    ) -> Estimate:
        """A mean over the people of a group: one person moves it by at most one part in their number."""
        if isinstance(measure.formula, Ratio):
            # Points have no natural end, and their mean is compared by ranks elsewhere.
            points = measure.name == "mean_score" and "calibration_in_the_large" not in group.measures
            # The share recorded could be had back from what predicts it, the mean probability being near it.
            size = 0 if points or (measure.needs == "probability" and not outcomes) else people
        else:
            size = min(outcomes, people - outcomes) if isinstance(measure.formula, OwnError) else 0
        if size < FEWEST_FOR_A_MEAN:
            return NONE
        return rounded_estimate(self.to, group.measures[measure.name], BASE / size, *key, measure.name)

    def _swap(self, swap: SwapFacts) -> SwapFacts:
        def people(ways: Mapping[str, float], way: str) -> dict[str, int]:
            key = ("swap", swap.attribute, way)
            found = {g: self.to.count(places / self.lists, *key, g) for g, places in ways.items()}
            return _shown(found)

        ways = {way: people(getattr(swap, way), way) for way in ("entering", "leaving", "staying")}
        return swap.model_copy(update=ways)

    def _label(self, label: LabelFacts) -> LabelFacts:
        outcomes = self.to.count(label.outcomes, "label", label.name, base=BASE * self.lists)
        instruments = tuple(self._instrument(i, self.audit.people, label.name) for i in label.instruments)
        return label.model_copy(update={"outcomes": outcomes, "instruments": instruments, "changed": ()})

    def _victims(self, side: VictimSideFacts) -> VictimSideFacts:
        new = {
            "victims": self.to.count(side.victims, "victims"),
            "rows": self.to.count(side.rows, "victims", "rows", base=BASE * self.lists),
            "instruments": tuple(self._instrument(i, side.victims, "victims") for i in side.instruments),
            "text": "",
        }
        return side.model_copy(update=new)

    def _both_roles(self, roles: CounterAllegationFacts) -> CounterAllegationFacts:
        both = self.to.count(roles.in_both_roles, "both roles")
        by_sex = {sex: self.to.count(n, "both roles", sex) for sex, n in roles.in_both_roles_by_sex.items()}
        new = {
            "people": self.to.count(roles.people, "people"),
            "in_both_roles": both if roles.people - roles.in_both_roles >= SMALLEST else NOT_SHOWN,
            "in_both_roles_by_sex": _shown(by_sex),
            "pairs": self.to.count(roles.pairs, "pairs"),
            "lines": tuple(self._pairs(line) for line in roles.lines),
            "text": "",
        }
        return roles.model_copy(update=new)

    def _pairs(self, line: PairLineFacts) -> PairLineFacts:
        pairs = self.to.count(line.pairs, "pairs", line.question)
        share = self._share(line.share, pairs, "pairs", line.instrument, line.question, "share")
        return line.model_copy(
            update={"label": _LABELS.get(line.instrument, line.label), "pairs": pairs, "share": share, "text": ""}
        )

    def _proxy(self, proxy: ProxyFacts) -> ProxyFacts:
        people = next((g.people for g in proxy.groups if g.group == proxy.group), self.audit.people)
        shown = self.to.count(people, proxy.attribute, proxy.group or "", "people")
        auc = (
            NONE if shown == NOT_SHOWN else rounded_estimate(self.to, proxy.auc, BASE / shown, "proxy", proxy.attribute)
        )
        who = proxy.group if shown != NOT_SHOWN else None
        seen = None if proxy.detectable is None else 0.5 + one_digit(proxy.detectable - 0.5)
        return proxy.model_copy(update={"auc": auc, "group": who, "groups": (), "detectable": seen, "text": ""})

    def _mitigation(self, mitigation: MitigationFacts) -> MitigationFacts:
        return mitigation.model_copy(update={"contenders": tuple(self._tradeoff(c) for c in mitigation.contenders)})

    def _tradeoff(self, tradeoff: TradeoffFacts) -> TradeoffFacts:
        def whole(found: Estimate, *key: str) -> Estimate:
            return rounded_estimate(self.to, found, LIST_STEP, "mitigation", *key)

        new = {
            "harm": whole(tradeoff.harm, "harm"),
            "precision": whole(tradeoff.precision, "precision"),
            "gap": _gap(tradeoff.gap, (), None),
            "long_gap": tradeoff.long_gap and _gap(tradeoff.long_gap, (), None),
            "against_model": {name: whole(e, "against", name) for name, e in tradeoff.against_model.items()},
        }
        return tradeoff.model_copy(update=new)


def _shown(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count != NOT_SHOWN}


def _everybody(attribute: AttributeFacts, people: int, overall: Mapping[str, Estimate]) -> GroupFacts:
    """All groups together; the share recorded is worked out, as it is shown and not compared."""
    rows, outcomes = (sum(getattr(g, name) for g in attribute.groups) for name in ("rows", "outcomes"))
    selected = sum(g.selected for g in attribute.groups)
    shares = {"base_rate": outcomes, "selected_share": selected}
    ratios = {name: Estimate(value=min(1.0, part / rows)) for name, part in shares.items() if rows}
    known = {name for g in attribute.groups for name in g.measures}
    found = {name: ratio for name, ratio in ratios.items() if name in known} | dict(overall)
    return GroupFacts(group=EVERYBODY, rows=rows, people=people, outcomes=outcomes, selected=selected, measures=found)


def _gap(gap: GapFacts, groups: tuple[GroupFacts, ...], whole: GroupFacts | None) -> GapFacts:
    """A verdict with the published figures of its group and of everybody, or with none."""
    mine = next((g.measures.get(gap.measure, NONE).value for g in groups if g.group == gap.group), None)
    all_of_them = whole.measures.get(gap.measure, NONE).value if whole else None
    above = None if gap.value is None or gap.overall is None else gap.value > gap.overall
    # Figures that rounding has put on the other side would contradict the verdict beside them.
    shown = mine is not None and all_of_them is not None and above is (mine > all_of_them)
    named = {g.group for g in groups}
    new = {
        "groups": tuple(g for g in gap.groups if g in named),
        "too_small": tuple(g for g in gap.too_small if g in named),
        "group": gap.group if gap.group in named else None,
        "value": mine if shown else None,
        "overall": all_of_them if shown else None,
        "detectable": None if gap.detectable is None else one_digit(gap.detectable),
        "text": "",
        "above": above,
    } | dict.fromkeys(("gap", "highest", "lowest", "p_value", "p_adjusted", "largest_detectable"))
    return PublishedGap(**({name: getattr(gap, name) for name in GapFacts.model_fields} | new))

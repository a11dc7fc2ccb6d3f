"""An audit whose every part is filled, small counts among them, for what a small run does not have."""

from matac_ml.facts import (
    AttributeFacts,
    CounterAllegationFacts,
    Estimate,
    GroupFacts,
    GroupRecordingFacts,
    InstrumentFacts,
    LabelFacts,
    MitigationFacts,
    PairLineFacts,
    PowerFacts,
    ProxyFacts,
    RecordingFacts,
    RunFacts,
    SwapFacts,
    TradeoffFacts,
    Verdict,
    VictimSideFacts,
)


def filled(facts: RunFacts) -> RunFacts:
    """The facts with every part of the audit filled; the texts of facts hold counts that no paper may repeat."""
    audit = facts.audit
    assert audit is not None
    told = "Exactly 3 people."
    gap = audit.instruments[0].attributes[0].gaps[0]
    lost = gap.model_copy(update={"verdict": Verdict.DISPARITY, "group": gap.groups[0]})
    first = audit.instruments[0].attributes[0].model_copy(update={"gaps": (lost,)})
    label = audit.instruments[0].model_copy(update={"attributes": (first,)})
    estimate = Estimate(value=0.61, low=0.52, high=0.7)
    line = PairLineFacts(
        instrument="model", label="Model", question="Who called first?", pairs=7, share=estimate, text=told
    )
    even = line.model_copy(update={"pairs": 100, "share": Estimate(value=0.96, low=0.9, high=0.99)})
    one = TradeoffFacts(
        name="reweighed", label="Reweighed", harm=estimate, precision=estimate, gap=gap, mitigates=True, text=told,
        against_model={"harm": Estimate(value=-0.02, low=-0.05, high=0.01)},
    )  # fmt: skip
    parts = {
        "labels": (LabelFacts(name="charged", text="A charge.", outcomes=412, instruments=(label,), changed=(told,)),),
        "victim_side": VictimSideFacts(victims=953, rows=1204, instruments=(_victims(),), text=told),
        "counter_allegations": CounterAllegationFacts(
            people=5000, in_both_roles=244, in_both_roles_by_sex={"female": 181, "male": 60, "Not stated": 3},
            pairs=7, lines=(line, even), text=told,
        ),
        "proxies": (
            ProxyFacts(
                attribute="sex", title="Sex as recorded", auc=estimate, group="female", feature="own_victim_365d",
                detectable=0.573,
                verdict=Verdict.DISPARITY, text=told,
            ),
        ),
        "mitigation": MitigationFacts(attribute="sex", title="Sex as recorded", contenders=(one,), text=told),
        "recording": (recording(),),
        "swap": (
            SwapFacts(
                attribute="sex", title="Sex as recorded", entering={"female": 4.0, "male": 13.0},
                leaving={"female": 2.0, "male": 15.0}, staying={"female": 1.0, "male": 40.0},
            ),
        ),
    }  # fmt: skip
    return facts.model_copy(update={"audit": audit.model_copy(update=parts)})


def _victims() -> InstrumentFacts:
    groups = tuple(
        GroupFacts(
            group=name, rows=rows, people=people, outcomes=rows, selected=0.0,
            measures={
                "false_negative_rate": Estimate(value=miss),
                "mean_place": Estimate(value=0.3, low=0.2, high=0.4),
            },
        )
        for name, rows, people, miss in (
            ("female", 1000, 800, 0.9), ("male", 198, 149, 194 / 198), ("Not stated", 6, 4, 0.5),
        )
    )  # fmt: skip
    attribute = AttributeFacts(attribute="victim_sex", title="Sex of victim", groups=groups, gaps=())
    return InstrumentFacts(name="model", label="Model", attributes=(attribute,))


def recording() -> RecordingFacts:
    """An audit of recording: a group that is held less, everybody else, and a group of three."""
    told = "Exactly 3 people."
    groups = tuple(
        GroupRecordingFacts(
            group=name, people=people, linked=linked, known=known, held=held, text=told, verdict=verdict,
            share=Estimate(value=held / known, low=held / known - 0.06, high=held / known + 0.06),
            others=Estimate(value=others, low=others - 0.03, high=others + 0.03), ratio=ratio, p_value=0.0012,
            p_adjusted=0.0036, power=(PowerFacts(loss=0.25, power=0.613), PowerFacts(loss=0.5, power=0.987)),
            smallest_loss=0.317, cancelling_odds=odds, recorded=recorded, estimated=None,
        )
        for name, people, linked, known, held, others, ratio, odds, recorded, verdict in (
            ("Black", 113, 87, 137, 41, 0.502, Estimate(value=0.6, low=0.43, high=0.83), 2.36, 217, Verdict.DISPARITY),
            ("White", 687, 601, 803, 413, 0.3, Estimate(value=1.7, low=1.3, high=2), 0.41, 1913, Verdict.NO_DISPARITY),
            ("Other", 3, 3, 3, 1, 0.48, Estimate(value=None), None, 7, Verdict.NOT_ENOUGH),
        )
    )  # fmt: skip
    return RecordingFacts(
        attribute="ethnicity", title="Self-defined ethnicity (5+1 groups)", of="incidents", tolerance_days=3,
        people=1003, linked=891, stated=803, per_person=2, compared=2, source="It is what the person told the police.",
        groups=groups, notes=(told,),
    )  # fmt: skip

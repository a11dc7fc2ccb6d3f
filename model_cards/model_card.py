"""The model card: on its first page whether it may be approved, what it adds, what could not be told, what changed."""

from matac_ml.facts import RunFacts
from matac_ml.fairness.disclosure import MARK
from model_cards import pictures
from model_cards.changes import changes
from model_cards.consistency import CHECKED
from model_cards.data_sheet import calibrated
from model_cards.document import Block, Bullets, Document, Figure, Heading, Link, Paragraph, Table, Verbatim
from model_cards.feature_names import named
from model_cards.figures import about, figure, period, with_interval
from model_cards.not_known import not_known
from model_cards.performance import confusion_tables, difference_table, measure_tables, performance
from model_cards.verdicts import against_matrix, audit_lines, calibration, made_up_points, promotion
from model_cards.wording import LIMITS, MAY, MAY_NOT

#: On the first page; the comparison with the version before holds all of them.
_CHANGES_SHOWN = 4


def model_card(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the card."""
    return Document("model-card", "Model card", _short(facts, previous), tuple(_blocks(facts)))


def _short(facts: RunFacts, previous: RunFacts | None) -> tuple[Block, ...]:
    lead, said = promotion(facts)
    changed = changes(facts, previous)
    more = (Link(f"All {len(changed)} changes", "comparison"),) if len(changed) > _CHANGES_SHOWN else ()
    return (
        Paragraph(said, lead),
        Paragraph(
            f"{facts.outcome_text}, within {period(facts.split.horizon_days)}. It predicts what is recorded, not what "
            "people do.",
            "It predicts:",
        ),
        Paragraph(f"{facts.why[:1].upper()}{facts.why[1:]}.", "Why this model:"),
        Heading("Is it better than the matrix?"),
        Bullets((*against_matrix(facts), *made_up_points(facts))),
        Heading("Are its probabilities right?"),
        Bullets(calibration(facts)),
        Heading("Does it treat groups differently?"),
        Bullets(
            (
                *audit_lines(facts.audit),
                ("Too little data is not good news. ", Link("The bias report", "bias-report")),
            )
        ),
        *not_known(facts),
        Heading("What changed since the version before?"),
        Bullets((*changed[:_CHANGES_SHOWN], *more)),
    )


def _blocks(facts: RunFacts) -> list[Block]:
    return [*_use(facts), *_quality(facts), *_learnt(facts), Heading("The recipe"), Verbatim(facts.recipe)]


def _use(facts: RunFacts) -> list[Block]:
    gates = tuple((g.title, "yes" if g.passed else g.standing.words.upper(), g.text) for g in facts.gates)
    return [
        Heading("Gates"),
        Table("What must hold before the model is approved", ("Gate", "Holds", "What was found"), gates),
        Heading("What it may be used for"),
        Paragraph(MAY),
        Heading("What it may not be used for"),
        Bullets(MAY_NOT),
        Heading("What it cannot see"),
        Bullets(LIMITS),
    ]


def _quality(facts: RunFacts) -> list[Block]:
    split = facts.split
    chosen = performance(facts[facts.chosen])
    beside = [performance(facts["matrix"]), chosen] if "matrix" in facts and facts.chosen != "matrix" else [chosen]
    differences = difference_table(facts)
    blocks: list[Block] = [
        Heading("How good it is"),
        Paragraph(
            f"The test holds {about(split.rows['test'])} rows of {about(split.people['test'])} people on "
            f"{len(split.test)} later dates. In {about(split.outcomes['test'])} of the rows the outcome was recorded. "
            f"Each list has {facts.k} places. Intervals are 95 % intervals from {facts.resamples:,} resamples of "
            "people."
        ),
        *measure_tables(facts),
        *([differences] if differences else []),
        Heading("Contenders by AUC", 3),
        Figure(
            pictures.contenders(facts, "auc", "AUC"), "The square is the one in the bundle; lines are 95 % intervals."
        ),
    ]
    over_time = pictures.precision_over_time(beside, k=facts.k)
    if over_time:
        blocks += [Heading("Precision over time", 3), *over_time]
    blocks += [Heading("Calibration", 3), *pictures.calibration(beside)]
    blocks += [
        Heading("Confusion matrices", 3),
        *confusion_tables(facts),
        Paragraph(_ABOUT_COUNTS),
        Paragraph(CHECKED),
    ]
    return blocks


_ABOUT_COUNTS = (
    "Every figure is rounded up or down at random, so that two versions of this card do not show one person. “"
    f"{MARK}” stands for a number too small to print. Ten people share the step of a figure. There are two exceptions. "
    "The rates of whole lists are printed in steps of at least three places, because with few places a step of ten "
    "people would leave nothing to read; nobody was ever put on these lists, which were drawn up afterwards to test "
    "the instrument. Differences from the matrix in AUC and Brier score are printed more finely, because one person "
    "moves them very little. At capacity, the counts follow from the printed precision and from rounded totals: they "
    "are not exact counts. Figures may not add up."
)


def _learnt(facts: RunFacts) -> list[Block]:
    split = facts.split
    blocks: list[Block] = []
    if facts.ablation:
        rows = tuple(
            (
                step.step,
                with_interval(step.measures["auc"]),
                with_interval(step.gain["auc"], signed=True) if "auc" in step.gain else "–",
                with_interval(step.gain["brier"], signed=True) if "brier" in step.gain else "–",
                "yes" if step.supported else "not on these data",
            )
            for step in facts.ablation
        )
        head = ("Step", "AUC", "Change in AUC", "Change in Brier score", "Adds something")
        note = (
            "Each step is compared with the one before, and the first with the matrix. A family adds something where "
            "the AUC rises, or the Brier score falls, by more than chance explains. Escalation or context, where "
            "they add nothing, are never shown as a reason; they stay in the model and still move scores."
        )
        blocks += [
            Heading("What each family of features adds"),
            Table("Families added one by one", head, rows, note=note),
        ]
    blocks += [
        Heading("What it was learnt from"),
        Paragraph(
            f"The records hold {about(facts.data.incidents)} incidents and {about(facts.data.people)} people. "
            f"{_folds(facts)} Between any two of these lies one horizon of {split.horizon_days} days. "
            f"{about(split.people_in_both).capitalize()} people have rows both before and in the test, as they do when "
            "the model is used."
        ),
        Paragraph(("More about the data: ", Link("data sheet", "data-sheet"))),
        Heading("What it looks at"),
        Paragraph(
            "Sex, ethnicity, age, deprivation and area are not among these. They are used to audit scores, never to "
            "make them."
        ),
        _features(facts),
    ]
    return blocks


def _folds(facts: RunFacts) -> str:
    split = facts.split
    fitted = f"The model was fitted as of {len(split.fit)} dates"
    if not split.calibrate:
        return f"{fitted} and tested on {len(split.test)} later ones. {calibrated(facts)}"
    later = f"calibrated on {len(split.calibrate)} later ones and tested on {len(split.test)} later still"
    return f"{fitted}, {later}."


def _features(facts: RunFacts) -> Table:
    rows = tuple(
        (named(f), f.family, f.name, figure(f.importance), f"{f.missing_share or 0:.0%}")
        for f in sorted(facts.features, key=lambda f: (-(f.importance or 0), f.name))
    )
    head = ("Feature", "Family", "Name", "Mean move of the score (log-odds)", "Missing")
    return Table("Features, those that move scores most first", head, rows)

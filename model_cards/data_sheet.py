"""The data sheet: what was learnt from, what was left out and why, and what nobody wrote down about the data."""

from matac_ml.facts import RunFacts
from matac_ml.fairness.disclosure import NOT_SHOWN
from model_cards.document import Block, Bullets, Document, Heading, Paragraph, Table
from model_cards.feature_names import named
from model_cards.figures import about, counted, day, period
from model_cards.unfilled import Unfilled, unfilled_blocks
from model_cards.wording import LIMITS

_OPEN = (
    Unfilled("On what lawful basis the records are held and used", "The force's data protection officer"),
    Unfilled("How long each table is kept, and when it is deleted", "The force's retention schedule"),
    Unfilled("Which systems the records come from, and who extracted them", "Whoever made the extract"),
    Unfilled("Agreements under which partners' referrals are shared", "The force and its partners"),
    Unfilled("Changes in recording practice or in systems over the period", "The force's crime registrar"),
)


def data_sheet(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the data sheet."""
    data, split = facts.data, facts.split
    since = f"from {day(data.first_day)} " if data.first_day else ""
    short: tuple[Block, ...] = (
        Paragraph(
            f"an extract of {about(data.incidents)} incidents and {about(data.people)} people, {since}to "
            f"{day(data.cut_off)}, with the hash {data.data_hash[:16]}.",
            "Learnt from:",
        ),
        Paragraph(
            f"{facts.outcome_text}, within {period(split.horizon_days)} of a list. The model predicts what is "
            "recorded, not what people do.",
            "Outcome:",
        ),
        Paragraph(
            f"{about(split.found)} person-dates (one person on one date) were found. {_left_out(facts)} "
            f"{_censored(facts)}",
            "Left out:",
        ),
        Paragraph(_previous(facts, previous), "Since the version before:"),
    )
    return Document("data-sheet", "Data sheet", short, tuple(_blocks(facts)))


def _censored(facts: RunFacts) -> str:
    if not facts.split.censored:
        return "Every horizon closes before the records end."
    how_many = "Some" if facts.split.censored == NOT_SHOWN else about(facts.split.censored).capitalize()
    return f"{how_many} were not used, because their horizon ends after the records do."


def _left_out(facts: RunFacts) -> str:
    if not facts.split.left_out:
        return "None, or too few to print, were left out for another reason."
    return "Some were left out for the reasons below."


def _previous(facts: RunFacts, previous: RunFacts | None) -> str:
    if previous is None:
        return "there is no version before this one."
    if previous.data.data_hash == facts.data.data_hash:
        return "the extract is the same."
    return (
        f"the extract is another. The records now end on {day(facts.data.cut_off)}, before on "
        f"{day(previous.data.cut_off)}; they hold {about(facts.data.incidents)} incidents, before "
        f"{about(previous.data.incidents)}."
    )


def _blocks(facts: RunFacts) -> list[Block]:
    data = facts.data
    blocks: list[Block] = []
    if data.tables:
        shown = {name.replace("_", " "): count for name, count in data.tables.items()}
        rows = tuple((name, counted(count)) for name, count in shown.items() if count != NOT_SHOWN)
        few = [name for name, count in shown.items() if count == NOT_SHOWN]
        note = f"Empty, or too small to print: {', '.join(few)}." if few else ""
        blocks += [Heading("Tables"), Table("Rows of each table", ("Table", "Rows"), rows, figures=True, note=note)]
    if data.quality:
        blocks += [
            Heading("Data quality"),
            Table("Questions asked of the records", ("Question", "Answer"), tuple(data.quality.items())),
        ]
    blocks += [*_folds(facts), *_missing(facts)]
    blocks += [
        Heading("What the records cannot show"),
        Bullets(LIMITS[:4]),
        Heading("What is kept apart"),
        Paragraph(
            "Sex, ethnicity as people give it and as an officer saw it, age, deprivation and home area are read to "
            "audit scores. They are not among the features. The model does not learn from nominations, judgements or "
            "programmes: somebody already managed under MATAC is left out of fitting and testing, because what was "
            "done changes what follows."
        ),
    ]
    open_fields = (
        _OPEN if data.quality else (*_OPEN, Unfilled("Data-quality report", "matac-ml check EXTRACT writes it"))
    )
    return [*blocks, *unfilled_blocks(open_fields)]


def _folds(facts: RunFacts) -> list[Block]:
    split = facts.split
    dates = {"fit": split.fit, "calibrate": split.calibrate, "test": split.test}
    rows = tuple(
        (name, f"{day(days[0])} to {day(days[-1])}" if days else "–", f"{len(days)}", *_counts(facts, name))
        for name, days in dates.items()
        if days
    )
    head = ("For", "As-of dates", "Dates", "Rows", "People", "Outcome recorded")
    blocks: list[Block] = [
        Heading("Which days were for what"),
        Table("Folds: between any two lies one horizon", head, rows, figures=True, note=calibrated(facts)),
    ]
    if split.left_out:
        note = "Reasons for which few were left out are not printed."
        left = tuple((reason, counted(count)) for reason, count in split.left_out.items())
        blocks.append(Table("Person-dates left out", ("Reason", "Person-dates"), left, figures=True, note=note))
    return blocks


def calibrated(facts: RunFacts) -> str:
    """How probabilities were calibrated where the history is too short for a calibration set."""
    if facts.split.calibrate:
        return ""
    on = facts[facts.chosen].calibrated_on
    return f"The history is too short for a calibration set. Calibrated on {on}." if on else ""


def _counts(facts: RunFacts, fold: str) -> tuple[str, ...]:
    return tuple(
        counted(of[fold]) if fold in of else "–" for of in (facts.split.rows, facts.split.people, facts.split.outcomes)
    )


def _missing(facts: RunFacts) -> list[Block]:
    missing = sorted((f for f in facts.features if f.missing_share), key=lambda f: (-(f.missing_share or 0), f.name))
    if not missing:
        return []
    rows = tuple((named(f), f.unit or "–", f"{f.missing_share or 0:.0%}") for f in missing)
    note = (
        "A value is often missing because nothing was recorded, for example no earlier incident. It is never filled in."
    )
    return [
        Heading("What is often missing"),
        Table("Features that are missing for some rows", ("Feature", "Unit", "Missing"), rows, note=note),
    ]

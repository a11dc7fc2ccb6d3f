"""The fields of the transparency record: what facts fill, and what the force has to."""

from dataclasses import dataclass

from matac_ml.facts import RunFacts
from model_cards.document import Inline, Link
from model_cards.figures import about, day, period
from model_cards.performance import performance, printed
from model_cards.published import model_type
from model_cards.verdicts import audit_lines, benefits
from model_cards.wording import LIMITS, MAY, MAY_NOT

VERSION = "3.0"


@dataclass(frozen=True)
class Field:
    """One field of the record.

    Attributes
    ----------
    answer : Inline or None
        None when no fact fills it.
    who : str
        Who fills it then.
    """

    number: str
    name: str
    answer: Inline | None
    who: str = "The force"


def sections(facts: RunFacts) -> list[tuple[str, list[Field]]]:
    return [
        ("Metadata", _metadata()),
        ("Tier 1: overview", _tier_one(facts)),
        ("Tier 2: owner and responsibility", _owner()),
        ("Tier 2: description and rationale", _description(facts)),
        ("Tier 2: decision-making process", _process(facts)),
        ("Tier 2: tool specification", _specification(facts)),
        ("Tier 2: risks, mitigations and impact assessments", _risks(facts)),
    ]


def _metadata() -> list[Field]:
    return [
        Field("", "Record id", None, "Given when it is published"),
        Field("", "Standard version", VERSION),
        Field("", "Date of completion", None),
        Field("", "Date updated", None),
        Field("", "Date archived", None),
    ]


def _tier_one(facts: RunFacts) -> list[Field]:
    return [
        Field("1.1", "Name", f"matac-ml, {facts.name}"),
        Field(
            "1.2",
            "Description",
            f"{MAY} It predicts this: {_lower(facts.outcome_text)}, within {period(facts.split.horizon_days)}.",
        ),
        Field("1.3", "Website", None),
        Field("1.4", "Contact", None),
    ]


def _owner() -> list[Field]:
    names = (
        ("2.1.1", "Organisation"),
        ("2.1.2", "Team"),
        ("2.1.3", "Senior responsible owner"),
        ("2.1.4", "External supplier involved"),
        ("2.1.4.1", "Supplier's name"),
        ("2.1.4.2", "Supplier's Companies House number"),
        ("2.1.4.3", "Supplier's role"),
        ("2.1.4.4", "Type of procurement"),
        ("2.1.4.5", "Terms of the supplier's access to data"),
    )
    return [Field(number, name, None) for number, name in names]


def _description(facts: RunFacts) -> list[Field]:
    policy = facts.policy
    return [
        Field(
            "",
            "Detailed description",
            (
                f"Two instruments stand side by side. The matrix adds points for recency, frequency, gravity and "
                "victims by the "
                f"policy {policy.name} {policy.version} ({policy.label.rstrip('.')}). The model, {model_type(facts)}, "
                f"gives a calibrated probability from {len(facts.features)} features of the same records. The matrix "
                "comes first."
            ),
        ),
        Field(
            "",
            "Scope",
            f"Lists of {facts.k} places for one meeting. "
            + " ".join(f"It may not: {_lower(line)}" for line in MAY_NOT),
        ),
        Field("", "Benefits", benefits(facts)),
        Field("", "Previous process", None),
        Field(
            "",
            "Alternatives considered",
            "Compared on the same dates: "
            + "; ".join(one.label for one in facts.contenders if one.name != facts.chosen)
            + ".",
        ),
    ]


def _process(facts: RunFacts) -> list[Field]:
    return [
        Field(
            "",
            "Process integration",
            "A meeting agrees what to do about a few people; the list is one of the things it reads.",
        ),
        Field(
            "",
            "Provided information",
            (
                "Points line by line, a probability with its interval or no number where there is too little history, "
                "reasons with "
                "the incidents behind them, where the two instruments differ, and what the records cannot see."
            ),
        ),
        Field(
            "",
            "Frequency and scale of use",
            f"Each list has {facts.policy.capacity} places. The force decides how often it is used.",
        ),
        Field(
            "",
            "Human decisions and review",
            "A person decides; the name and the reason are kept. No request to the software nominates anybody. "
            "Somebody recorded only as a victim gets no score.",
        ),
        Field("", "Required training", None),
        Field("", "Appeals and review", None),
    ]


def _specification(facts: RunFacts) -> list[Field]:
    chosen, data, split = facts[facts.chosen], facts.data, facts.split
    one = performance(chosen)
    measures = ((f"Precision at {facts.k}", "precision_at_k"), ("AUC", "auc"), ("Brier score", "brier"))
    figures = " ".join(f"{title}: {printed(one, name)}." for title, name in measures)
    return [
        Field(
            "",
            "System architecture",
            "A Python package that answers requests over HTTP inside the force. Source and fitted model are open to "
            "inspection.",
        ),
        Field("", "Phase", None),
        Field("", "Maintenance", None),
        Field("", "Model name", model_type(facts)),
        Field(
            "",
            "Model version",
            f"matac-ml {facts.package}, recipe {facts.recipe_sha256[:16]}, data {data.data_hash[:16]}",
        ),
        Field(
            "",
            "Model task",
            f"Ranking by the probability that this is recorded: {_lower(facts.outcome_text)}, within "
            f"{period(split.horizon_days)}.",
        ),
        Field(
            "",
            "Model input",
            (
                f"{len(facts.features)} features of police records: ",
                Link("list", "model-card", "What it looks at"),
                ".",
            ),
        ),
        Field(
            "",
            "Model output",
            "A probability between 0 and 1, its interval, and what each family of features adds to it.",
        ),
        Field("", "Model performance", (figures + " ", Link("All figures", "model-card", "How good it is"), ".")),
        *_data_fields(facts),
    ]


def _data_fields(facts: RunFacts) -> list[Field]:
    data = facts.data
    since = f"from {day(data.first_day)} " if data.first_day else ""
    return [
        Field(
            "",
            "Development data",
            f"{data.force or 'An extract'}: {data.description} Records {since}to {day(data.cut_off)}.",
        ),
        Field(
            "",
            "Quantity of development data",
            f"{about(data.incidents).capitalize()} incidents and {about(data.people)} people.",
        ),
        Field(
            "",
            "Sensitive attributes",
            "Sex, ethnicity, age, deprivation and area are held to audit scores. None is a feature. Age also decides "
            "who is old enough to be on a list.",
        ),
        Field(
            "",
            "Completeness and representativeness",
            (" ".join(LIMITS[:3]) + " ", Link("Data sheet", "data-sheet"), "."),
        ),
        Field(
            "", "Data cleaning", "Every bad row is listed by file, line and rule; an extract with errors is refused."
        ),
        Field("", "Data collection", None),
        Field("", "Data access and storage", None),
        Field("", "Data sharing agreements", None),
        Field(
            "",
            "Operational data",
            "The same tables of the same force, as known on the day of the list; the force names its sources.",
        ),
    ]


def _risks(facts: RunFacts) -> list[Field]:
    return [
        Field(
            "",
            "Impact assessments",
            (
                "Annexes with what the run can show: ",
                Link("data protection", "dpia-annex"),
                ", ",
                Link("equality", "eia-annex"),
                ". The force writes the assessments themselves.",
            ),
        ),
        Field(
            "",
            "Risks: groups treated differently",
            (" ".join(audit_lines(facts.audit)) + " ", Link("Bias report", "bias-report"), "."),
        ),
        Field("", "Risks: what the records cannot see", " ".join(LIMITS)),
        Field(
            "",
            "Mitigations",
            "Gates before approval: " + "; ".join(f"{g.title} ({g.standing.words})" for g in facts.gates) + "."
            if facts.gates
            else None,
        ),
        Field("", "Date of the last impact assessment", None),
    ]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".") + ("." if text.endswith(".") else "")

"""The design choices of a release: what was chosen, who owns the choice, and why; part of every request."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from matac_ml.errors import GateError
from matac_ml.facts import Fact, RunFacts
from matac_ml.wording import span
from matac_ml.written import fault_of_reason, faults_of_name, has_hidden
from matac_ml.yamlfile import read_yaml
from matac_ml.yamltext import yaml_text

#: What every request must give an owner and a reason to -> what it is, for whoever fills in the file.
REQUIRED_CHOICES = {
    "label": "what the model predicts",
    "window": "within how long",
    "threshold": "how many people a list has",
}
MOST_CHOICES = 50


def _reason(text: str) -> str:
    if why := fault_of_reason(text) or (has_hidden(text) and "holds characters that cannot be seen"):
        raise ValueError(f"a reason {why}")
    return text.strip()


def _name(text: str) -> str:
    if faults := faults_of_name(text.strip(), "a name"):
        raise ValueError(faults[0])
    return text.strip()


class ChoiceMade(Fact):
    """What was chosen, by whom and why."""

    choice: Annotated[str, Field(max_length=300), AfterValidator(_name)]
    owner: Annotated[str, Field(max_length=80), AfterValidator(_name)] = Field(
        description="Who answers for the choice: a person or a role."
    )
    reason: Annotated[str, Field(max_length=1000), AfterValidator(_reason)]


class DesignChoice(ChoiceMade):
    """One line of the decision log.

    Attributes
    ----------
    topic : str
        What it is about, such as ``label``; lower case with underscores.
    """

    topic: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")


def check_choices(choices: Sequence[DesignChoice]) -> None:
    """Make sure that every topic of :data:`REQUIRED_CHOICES` is there, and none twice.

    Raises
    ------
    GateError
        With every topic that is missing or stands twice.
    """
    topics = [choice.topic for choice in choices]
    faults = [f"{topic}: {what}" for topic, what in REQUIRED_CHOICES.items() if topic not in topics]
    faults += [f"{topic}: it is listed twice" for topic in sorted(set(topics)) if topics.count(topic) > 1]
    if len(topics) > MOST_CHOICES:
        faults.append(f"at most {MOST_CHOICES} choices can be listed, got {len(topics)}")
    if faults:
        raise GateError("A request needs the design choices with an owner and a reason for each.", faults=faults)


def read_choices(path: Path) -> tuple[DesignChoice, ...]:
    """Read the file of design choices: topics, each with ``choice``, ``owner`` and ``reason``.

    Raises
    ------
    GateError
        With the line of every fault.
    """
    file = read_yaml(path, refuse=GateError)
    made = file.validated(dict[str, ChoiceMade], what="a list of design choices", refuse=GateError)
    faults = [file.fault((topic,), "a topic is lower case letters, digits and underscores") for topic in _odd(made)]
    if faults:
        raise GateError(f"{file.name} cannot be used as a list of design choices.", faults=faults)
    choices = tuple(DesignChoice(topic=topic, **choice.model_dump()) for topic, choice in made.items())
    check_choices(choices)
    return choices


def _odd(topics: Iterable[str]) -> list[str]:
    return [topic for topic in topics if not topic.isascii() or not topic.isidentifier() or topic != topic.lower()]


def choices_template(facts: RunFacts) -> str:
    """The file as a run leaves it: what was chosen is filled in, and people add who owns it and why."""
    chosen = {
        "label": facts.outcome_text,
        "window": span(facts.split.horizon_days),
        "threshold": f"{facts.k} places on each list",
        "features": f"{len(facts.features)} features",
        "model": facts.why,
        "policy": f"{facts.policy.name} {facts.policy.version}",
    }
    return yaml_text({topic: {"choice": text, "owner": "", "reason": ""} for topic, text in chosen.items()})

"""What we hold and have disclosed about a person, in plain English, for whoever answers that person's request."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from matac_ml.asof import Incident, PersonFile, PersonView
from matac_ml.wording import count, day

_OPENING = (
    "This is what the police records loaded here hold about this person, each time a score or the person's case was "
    "looked at, each request about the person that was refused, each step that people took about the person for a "
    "meeting, each act of support, and each challenge with its answer, all with their reasons. Before it is given to "
    "anybody, a person must check it: exemptions may apply, and it must not tell of another person."
)
_MEANING = (
    "A score orders people for a meeting of agencies. It is made from recorded incidents alone; "
    "sex, ethnicity, age, deprivation and address are not used to make it. It decides nothing: "
    "people do, and say why. "
    "Records are allegations unless an outcome says otherwise, and a mistake in them can be corrected."
)
#: What was looked at, by the kind of the ledger's entry.
_SEEN = {
    "consultation": "an explained score was shown",
    "list": "the person was on a list that was shown",
    "list_line": "a list was drawn for a meeting, with a line about the person",
    "many_victims_shown": "the person was among people with several victims and little recorded harm, who were shown",
    "drawn_list_shown": "the person was on a list drawn for a meeting, which was shown",
    "forward_look": "scores on later days were shown",
    "incident_table": "the incidents behind a score were shown",
    "explanation_again": "an earlier explanation was shown again",
    "subject_access": "a text like this one was written",
    "victims_shown": "the person was on the register of victims, which was shown",
    "victim_shown": "who is recorded as hurting whom around the person was shown",
    "own_actions_shown": "what an agency had agreed to do about the person was shown to that agency",
    "disclosure": "what a stated rule allows to be disclosed about the person was given to a partner agency",
    "case_look": "the person's case in the MATAC cycle, or a line about it, was shown",
}
#: What was asked for and refused.
_ASKED = {
    "score": "an explained score",
    "forward": "scores on later days",
    "incidents": "the incidents behind a score",
    "subject_access": "a text like this one",
    "show_challenges": "challenges of records and scores",
    "challenge": "a challenge of a record or a score",
    "show_victim": "who is recorded as hurting whom around the person",
    "support": "a step of support for the person",
    "report_own_action": "a report on an action",
    "step": "a step of the MATAC cycle",
    "cohort": "the cohort of a meeting",
    "refer": "a referral of the person",
    "open_case": "the person's case in the MATAC cycle",
}


#: What people did, by what it belongs to: its heading, and what is said where there was none.
_DONE = {
    "cycle": ("Steps of the MATAC cycle", "No step of the MATAC cycle is recorded about this person."),
    "support": ("Support for this person as a victim", ""),
    "challenge": ("Challenges to a record or a score, and their answers", ""),
}


@dataclass(frozen=True)
class PastLook:
    """A look at the person, from the ledger; ``unreadable`` when what it said was altered since.

    ``left_out`` when it was of a list that named the person as left out, who then has no rank on it.
    """

    entry: int
    recorded_at: datetime
    kind: str
    purpose: str
    matrix_total: int | None = None
    matrix_band: str = ""
    probability: float | None = None
    unreadable: bool = False
    rank: int | None = None
    left_out: bool = False


@dataclass(frozen=True)
class PastRefusal:
    """A request about the person that was refused, from the ledger: nothing was shown and nothing was done."""

    entry: int
    recorded_at: datetime
    asked: str
    purpose: str


@dataclass(frozen=True)
class PastStep:
    """Something people did about the person, from the ledger: what, by whom and why, as :func:`tell` says it.

    Attributes
    ----------
    of : str
        A step of the MATAC ``cycle``, an act of ``support`` for the person as a victim, or of a ``challenge``.
    """

    entry: int
    recorded_at: datetime
    told: str
    of: Literal["cycle", "support", "challenge"] = "cycle"


def subject_text(
    person_id: str,
    person: PersonFile | None,
    looks: Sequence[PastLook],
    steps: Sequence[PastStep] = (),
    refusals: Sequence[PastRefusal] = (),
    *,
    as_of: date,
) -> str:
    """Paragraphs separated by blank lines: what is held, what was said and decided, what it means."""
    parts = [f"About person {person_id}, on {day(as_of)}.", _OPENING]
    if person is None:
        parts.append("The records loaded now hold nothing about this person.")
    else:
        # A dual role before everything else: it is what the records of a suspect must be read with.
        view = PersonView(person, as_of)
        parts.append(_held("as victim", view.as_victim))
        parts.append(_held("as suspect or offender", view.as_suspect))
    parts.append(_said(looks))
    if refusals:
        parts.append(_refused(refusals))
    parts += _done(steps)
    parts.append(_MEANING)
    return "\n\n".join(parts)


def _held(role: str, incidents: Sequence[Incident]) -> str:
    if not incidents:
        return f"No domestic-abuse incident is recorded with this person {role}."
    lines = [
        f"- {day(incident.occurred_on)}, incident {incident.incident_id}: "
        f"{'recorded as a crime' if incident.is_crime else 'recorded as no crime'}"
        f"{f', offence code {incident.offence_code}' if incident.offence_code else ''}; "
        f"known since {day(incident.recorded_on)}."
        for incident in incidents
    ]
    return "\n".join([f"Recorded {role} in {count(len(incidents), 'domestic-abuse incident')}:", *lines])


def _said(looks: Sequence[PastLook]) -> str:
    if not looks:
        return "No score of this person has been looked at."
    return "\n".join([f"Looked at {_times(len(looks))}:", *(_look(look) for look in looks)])


def _refused(refusals: Sequence[PastRefusal]) -> str:
    lines = [
        f"- {_when(refusal.recorded_at)}, ledger entry {refusal.entry}: "
        f"{_ASKED.get(refusal.asked, 'something')} was asked for{_purpose(refusal.purpose)} and refused."
        for refusal in refusals
    ]
    return "\n".join([f"Asked about and refused {_times(len(lines))}; nothing was shown and nothing was done:", *lines])


def _done(steps: Sequence[PastStep]) -> Iterator[str]:
    """What people did, each kind under its own name; of support and challenges nothing where there was none."""
    for of, (title, none) in _DONE.items():
        mine = [step for step in steps if step.of == of]
        lines = [f"- {step.told} (ledger entry {step.entry}, {_when(step.recorded_at)})" for step in mine]
        if mine:
            yield "\n".join([f"{title}: {len(mine)}, each by a person and with that person's reason:", *lines])
        elif none:
            yield none


def _when(moment: datetime) -> str:
    return f"{day(moment.date())} at {moment:%H:%M} UTC"


def _times(count: int) -> str:
    return "1 time" if count == 1 else f"{count} times"


def _purpose(purpose: str) -> str:
    return f" ({purpose.replace('_', ' ')})" if purpose else ""


def _look(look: PastLook) -> str:
    said = " What it said cannot be read: the ledger must be verified." if look.unreadable else ""
    if look.left_out:
        said = f" It said: left out of the list, with {look.matrix_total} points and no rank."
    elif look.matrix_total is not None and look.rank is None:
        said = f" It said: {look.matrix_total} points, {look.matrix_band}"
        said += f"; probability {look.probability:.1%}." if look.probability is not None else "; no probability."
    if look.rank is not None:
        said = f" It said: rank {look.rank:,}, {look.matrix_total} points."
    seen = _SEEN.get(look.kind, look.kind.replace("_", " "))
    return f"- {_when(look.recorded_at)}, ledger entry {look.entry}: {seen}{_purpose(look.purpose)}.{said}"

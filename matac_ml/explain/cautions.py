"""What a reader must know before reading a score, in a fixed order, a dual role first; and what no score can see."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matac_ml.api.explanation import Caution, CautionKind
from matac_ml.asof import Incident, PersonFile, PersonView
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.rfg import Policy
from matac_ml.spec.harm_units import HUNDREDTHS
from matac_ml.wording import count, day, joined, number, relationship, span, window

#: Fewer incidents as suspect than this is a thin file.
THIN_FILE = 3
#: Days between happening and recording from which a record counts as late.
LATE_DAYS = 90
#: Figures outside the range of the training data that the text names.
_FIGURES = 5
#: Incidents, and people suspected in them, that the text itself names; the incidents are all among the caution's.
_NAMED = 3

#: By the flag of :func:`matac_ml.asof.eligibility_frame`, in the order in which they are said.
LEFT_OUT = {
    "deceased": "the records say that the person has died",
    "managed": "the person is under MATAC management already",
    "in_custody": "the person is in custody",
}

#: What no score here can see: printed with every one of them.
LIMITS = (
    "Only what was reported to and recorded by this force is seen. "
    "Most domestic abuse is never reported, so having few records is no reassurance.",
    "The model predicts that something is recorded again, which depends on reporting and policing as "
    "well as on what the person does.",
    "A record is an allegation unless an outcome says otherwise; a score is not evidence against anybody.",
    "Reasons say which recorded facts go together with the score in past data. They do not say what causes what.",
    "Records of other forces, health services, housing and courts are not included unless a partner sent them with the "
    "referral.",
)

#: Added when records came with a referral.
PARTNER_LIMIT = (
    "The partner's records are scored as sent: "
    "nobody has matched them with police records, and ranks compare them with people known from police records alone."
)


@dataclass(frozen=True)
class CautionInputs:
    """What the cautions are made from.

    Attributes
    ----------
    view : PersonView
        The person as known on the day of the context.
    out_of_range : sequence of str
        Figures of the person that lie far outside what the model was fitted on, in words.
    left_out : sequence of str
        Why the list leaves the person out, in plain English.
    tied_at_cut : (int, int) or None
        How many people are equal at the last place of the list, and for how many places, if this is one of them.
    """

    subject: Subject
    context: ScoringContext
    view: PersonView
    out_of_range: Sequence[str] = ()
    left_out: Sequence[str] = ()
    tied_at_cut: tuple[int, int] | None = None


def build_cautions(inputs: CautionInputs) -> tuple[Caution, ...]:
    """Every caution that applies, in the order of :class:`CautionKind`."""
    return (
        *_dual_role(inputs),
        *_identity(inputs),
        *_instruments(inputs),
        *_file(inputs),
        *_stale_extract(inputs),
        *_list(inputs),
        *_partner_records(inputs),
    )


def caution_not_scored(inputs: CautionInputs) -> tuple[Caution, ...]:
    """What to know beside the answer about somebody who has no score."""
    return (*_identity(inputs), *_stale_extract(inputs), *_partner_records(inputs))


def _dual_role(inputs: CautionInputs) -> Iterator[Caution]:
    view = inputs.view
    if view.as_victim and view.as_suspect:
        text = (
            f"This person is also recorded as a victim, {victim_text(view)} Read those incidents first. "
            "People decide who the primary aggressor is; a score cannot."
        )
        yield Caution(kind=CautionKind.DUAL_ROLE, text=text, incident_ids=_ids(view.as_victim))


def victim_text(view: PersonView) -> str:
    """In how many incidents, the latest when, as whose victim, who is suspected: the end of a sentence, and more."""
    incidents = view.as_victim
    related = dict.fromkeys(incident.relationship for incident in incidents if incident.relationship)
    whose = f", as {joined(map(relationship, related))} of the suspect" if related else ""
    counter = _ids(incident for incident in incidents if incident.counter_allegation)
    each_other = ""
    if counter:
        each_other = (
            f" In {len(counter):,} of these incidents ({_named(counter)}) a person suspected "
            "is also recorded as this person's own victim: the two are recorded against each other."
        )
    times = f"{count(len(incidents), 'incident')}, the latest on {day(incidents[0].occurred_on)}"
    return f"in {times}{whose}.{_against(view)}{each_other}"


def _against(view: PersonView) -> str:
    """Who is suspected, and in which of the incidents."""
    if not view.suspects:
        return " No suspect is recorded for these incidents."
    said = [f"{person_id} ({_named(_ids(incidents))})" for person_id, incidents in view.suspects.items()]
    return f" Suspected there: {_named(said)}."


def _ids(incidents: Iterable[Incident]) -> tuple[str, ...]:
    return tuple(incident.incident_id for incident in incidents)


def _named(things: Sequence[str]) -> str:
    """The first few of several, and how many more there are."""
    more = len(things) - _NAMED
    return joined([*things[:_NAMED], *([f"{more} more"] if more > 0 else [])])


def _identity(inputs: CautionInputs) -> Iterator[Caution]:
    subject, person_id = inputs.subject, inputs.view.person_id
    if subject.doubtful:
        text = f"This identifier may not stand for one person: {subject.doubtful}. Look at the records before any use."
        yield Caution(kind=CautionKind.DOUBTFUL_IDENTITY, text=text)
    if subject.asked_as not in ("", person_id):
        merged = f"{subject.asked_as} is now {person_id}: the two identifiers were merged"
        yield Caution(kind=CautionKind.MERGED_IDENTITY, text=f"{merged}, and this is the file of both.")


def _instruments(inputs: CautionInputs) -> Iterator[Caution]:
    context = inputs.context
    if context.matrix_only:
        yield Caution(kind=CautionKind.MATRIX_ONLY, text=f"Only the matrix is in force: {context.matrix_only}")
    if context.model is not None and not context.approved:
        who = "Nobody has approved this model"
        if context.approved is None:
            who = "No ledger was read, so it is not known whether anybody has approved this model"
        text = f"{who}: its numbers are for trials on this machine and decide nothing."
        yield Caution(kind=CautionKind.NOT_APPROVED, text=text)
    if context.model is not None and context.waivers:
        waived = "; ".join(f"{gate.title} ({gate.reason})" for gate in context.waivers)
        text = f"This model was approved although it does not meet every minimum requirement. Waived: {waived}."
        yield Caution(kind=CautionKind.WAIVED, text=text)


def _file(inputs: CautionInputs) -> Iterator[Caution]:
    incidents = inputs.view.as_suspect
    if len(incidents) < THIN_FILE:
        text = (
            f"There is little on record: {count(len(incidents), 'incident')} as suspect. "
            "One more or one fewer could change the score a lot."
        )
        yield Caution(kind=CautionKind.THIN_FILE, text=text, incident_ids=_ids(incidents))
    late = _ids(incident for incident in incidents if (incident.recorded_on - incident.occurred_on).days >= LATE_DAYS)
    if late:
        text = (
            f"{count(len(late), 'incident')} {_were(late)} recorded {span(LATE_DAYS)} or more after happening. "
            "This person's scores on earlier days could not have included them."
        )
        yield Caution(kind=CautionKind.LATE_RECORDS, text=text, incident_ids=late)


def _stale_extract(inputs: CautionInputs) -> Iterator[Caution]:
    context = inputs.context
    age = (context.today - context.data_as_of).days
    if age >= context.stale_after_days:
        ended = f"The records end on {day(context.data_as_of)}, {count(age, 'day')} before today"
        yield Caution(kind=CautionKind.STALE_EXTRACT, text=f"{ended}. Anything recorded since then is missing.")


def _list(inputs: CautionInputs) -> Iterator[Caution]:
    """What puts the person's number, or the person's rank, in doubt."""
    figures = inputs.out_of_range
    if figures:
        some = "One of this person's figures is" if len(figures) == 1 else "Some of this person's figures are"
        more = f" and {len(figures) - _FIGURES} more" if len(figures) > _FIGURES else ""
        text = f"{some} far outside the range the model was trained on: {joined(figures[:_FIGURES])}{more}."
        yield Caution(kind=CautionKind.OUT_OF_RANGE, text=text)
    if inputs.left_out:
        yield Caution(kind=CautionKind.NOT_ELIGIBLE, text=_left_out(inputs.left_out))
    if inputs.tied_at_cut is not None:
        people, places = inputs.tied_at_cut
        text = (
            f"{people:,} people, this one among them, are equal for the last {count(places, 'place')} that a meeting "
            "can take. The order does not say which of them takes a place: the meeting decides, with a reason."
        )
        yield Caution(kind=CautionKind.TIED_AT_CUT, text=text)


def _partner_records(inputs: CautionInputs) -> Iterator[Caution]:
    """Which of the incidents that a partner sent count for less than they seem to."""
    if not inputs.subject.from_partner:
        return
    view, harm = inputs.view, inputs.context.instruments.harm_table
    text = "This comes from records that a partner sent. Nobody has matched them with police records."
    too_late = view.not_yet_known
    if too_late:
        sent = count(len({*view.incidents_as_suspect, *view.incidents_as_victim, *too_late}), "incident")
        text += (
            f" {len(too_late):,} of {sent} sent {_were(too_late)} not counted: "
            f"recorded on or after {day(view.t)}, the day scored."
        )
    unmapped = _ids(
        incident for incident in view.as_suspect if incident.is_crime and incident.offence_code not in harm.by_code
    )
    if unmapped:
        has = "has an offence code" if len(unmapped) == 1 else "have offence codes"
        days = "without harm" if harm.unmapped is None else f"as {number(harm.unmapped / HUNDREDTHS, 'days')}"
        text += f" {count(len(unmapped), 'crime')} {has} not in the harm index, or none: each is counted {days}."
    yield Caution(kind=CautionKind.PARTNER_RECORDS, text=text, incident_ids=(*too_late, *unmapped))


def _were(things: Sequence[str]) -> str:
    return "was" if len(things) == 1 else "were"


def too_young(policy: Policy) -> str:
    """The sentence for a person below the policy's minimum age."""
    return f"the person is younger than {policy.eligibility.minimum_age}"


def why_left_out(view: PersonView, policy: Policy, *, lookback_days: int) -> tuple[str, ...]:
    """Say why the list of a day leaves a person out; empty for whoever is on it.

    Parameters
    ----------
    lookback_days : int
        Whoever is recorded as a suspect of an incident that happened in so many days before the day is looked at.
    """
    first = view.t - timedelta(days=lookback_days)
    if not any(incident.occurred_on >= first for incident in view.as_suspect):
        return (f"nothing is recorded with this person as suspect {window(lookback_days)}",)
    rules, age = policy.eligibility, view.age_years
    holds = {"deceased": view.has_died, "managed": view.under_management, "in_custody": view.in_custody}
    why = [] if age is None or age >= rules.minimum_age else [too_young(policy)]
    return (*why, *(text for flag, text in LEFT_OUT.items() if flag in rules.leave_out and holds[flag]))


def left_out_text(person: PersonFile | None, policy: Policy, as_of: date, *, lookback_days: int = LOOKBACK_DAYS) -> str:
    """The same as a sentence; empty for whoever is on the list, is no suspect, or is not known."""
    view = None if person is None else PersonView(person, as_of)
    if view is None or not view.is_suspect:
        return ""
    why = why_left_out(view, policy, lookback_days=lookback_days)
    return _left_out(why) if why else ""


def _left_out(why: Sequence[str]) -> str:
    return f"The list leaves this person out: {joined(why)}."

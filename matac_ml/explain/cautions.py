"""What a reader must know before reading a score, in a fixed order, a dual role first; and what no score can see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from matac_ml.api.explanation import Caution, CautionKind
from matac_ml.explain.context import STALE_DAYS
from matac_ml.explain.wording import count, day, joined, number, relationship

#: Fewer incidents as suspect than this is a thin file.
THIN_FILE = 3
#: Days between happening and recording from which a record counts as late.
LATE_DAYS = 90
#: Figures outside the range of the training data that the text names.
_FIGURES = 5
#: Incidents, and people suspected in them, that the text itself names; the incidents are all among the caution's.
_NAMED = 3

#: What no score here can see: printed with every one of them.
LIMITS = (
    "Only what was reported to and recorded by this force is seen. Most domestic abuse is never reported, so having "
    "few records is no reassurance.",
    "The model predicts that something is recorded again, which depends on reporting and policing as on conduct.",
    "A record is an allegation unless an outcome says otherwise; a score is no evidence against anybody.",
    "Reasons say which recorded facts go together with the score in past data. They do not say what causes what.",
    "Records of other forces, health, housing and courts are not seen unless a partner sent them with the referral.",
)

#: Added when records came with a referral.
PARTNER_LIMIT = (
    "The partner's records are scored as sent: nobody has matched them with police records, and ranks compare them "
    "with people known from police records alone."
)


@dataclass(frozen=True)
class PartnerRows:
    """Incidents of the person that a partner sent.

    Attributes
    ----------
    as_of : date
        The day scored.
    sent : int
        How many incidents.
    too_late : sequence of str
        Those recorded on or after the day, which nothing here counts.
    unmapped : sequence of str
        Crimes counted whose offence code the harm index does not hold.
    unmapped_days : float or None
        What the index gives each of those; None leaves its harm missing.
    """

    as_of: date
    sent: int
    too_late: Sequence[str] = ()
    unmapped: Sequence[str] = ()
    unmapped_days: float | None = None


@dataclass(frozen=True)
class CautionInputs:
    """What the cautions are made from.

    Attributes
    ----------
    as_victim, as_suspect : sequence of (incident_id, occurred_on, recorded_on)
        Newest first; only what was known on the day.
    victim_as : sequence of str
        What the person, as victim, was to the suspects (values of ``Relationship``), latest incident first.
    suspected : mapping of str to sequence of str
        By identifier, who is suspected in which of ``as_victim``.
    counter : sequence of str
        Those of ``as_victim`` in which somebody suspected is also recorded as this person's own victim.
    out_of_range : sequence of str
        Figures of the person that lie far outside what the model was fitted on, in words.
    left_out : sequence of str
        Why the list leaves the person out, in plain English.
    tied_at_cut : (int, int) or None
        How many people are equal at the last place of the list, and for how many places, if this is one of them.
    partner : PartnerRows or None
        What a partner sent; None of somebody in the extract.
    given_up, stays : str
        The identifier asked for when it was merged into another, empty otherwise; and the one that stays.
    doubtful : str
        Why the identifier may stand for nobody or for many people; empty when nothing about it is odd.
    """

    as_victim: Sequence[tuple[str, date, date]]
    as_suspect: Sequence[tuple[str, date, date]]
    data_as_of: date
    today: date
    matrix_only: str = ""
    approved: bool = True
    out_of_range: Sequence[str] = ()
    left_out: Sequence[str] = ()
    victim_as: Sequence[str] = ()
    suspected: Mapping[str, Sequence[str]] = field(default_factory=dict)
    counter: Sequence[str] = ()
    tied_at_cut: tuple[int, int] | None = None
    partner: PartnerRows | None = None
    given_up: str = ""
    stays: str = ""
    stale_after_days: int = STALE_DAYS
    doubtful: str = ""


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
    if inputs.as_victim and inputs.as_suspect:
        text = (
            f"This person is also recorded as a victim, {victim_text(inputs)} Read those first: who is the primary "
            "aggressor is for people to decide, and no score does."
        )
        yield Caution(kind=CautionKind.DUAL_ROLE, text=text, incident_ids=tuple(i for i, _, _ in inputs.as_victim))


def victim_text(inputs: CautionInputs) -> str:
    """In how many incidents, the latest when, as whose victim, who is suspected: the end of a sentence, and more."""
    newest = max(occurred for _, occurred, _ in inputs.as_victim)
    whose = f", as {joined(map(relationship, inputs.victim_as))} of the suspect" if inputs.victim_as else ""
    each_other = ""
    if inputs.counter:
        each_other = (
            f" In {count(len(inputs.counter), 'incident')} of these ({_named(inputs.counter)}) a person suspected "
            "is also recorded as this person's own victim: the two are recorded against each other."
        )
    incidents = count(len(inputs.as_victim), "incident")
    return f"in {incidents}, the latest on {day(newest)}{whose}.{_against(inputs)}{each_other}"


def _against(inputs: CautionInputs) -> str:
    """Who is suspected, and in which of the incidents."""
    if not inputs.suspected:
        return " No suspect is recorded for these incidents."
    said = [f"{person_id} ({_named(incidents)})" for person_id, incidents in inputs.suspected.items()]
    return f" Suspected there: {_named(said)}."


def _named(things: Sequence[str]) -> str:
    """The first few of several, and how many more there are."""
    more = len(things) - _NAMED
    return joined([*things[:_NAMED], *([f"{more} more"] if more > 0 else [])])


def _identity(inputs: CautionInputs) -> Iterator[Caution]:
    if inputs.doubtful:
        text = f"This identifier may not stand for one person: {inputs.doubtful}. Look at the records before any use."
        yield Caution(kind=CautionKind.DOUBTFUL_IDENTITY, text=text)
    if inputs.given_up:
        text = (
            f"{inputs.given_up} is now {inputs.stays}: the two identifiers were merged, and this is the file of both."
        )
        yield Caution(kind=CautionKind.MERGED_IDENTITY, text=text)


def _instruments(inputs: CautionInputs) -> Iterator[Caution]:
    if inputs.matrix_only:
        yield Caution(kind=CautionKind.MATRIX_ONLY, text=f"Only the matrix is in force: {inputs.matrix_only}")
    if not inputs.approved:
        text = "Nobody has approved this model: its numbers are for trials on this machine and decide nothing."
        yield Caution(kind=CautionKind.NOT_APPROVED, text=text)


def _file(inputs: CautionInputs) -> Iterator[Caution]:
    incidents = tuple(incident_id for incident_id, _, _ in inputs.as_suspect)
    if len(incidents) < THIN_FILE:
        text = (
            f"There is little on record: {count(len(incidents), 'incident')} as suspect. One more or one fewer could "
            "change the score a lot."
        )
        yield Caution(kind=CautionKind.THIN_FILE, text=text, incident_ids=incidents)
    late = tuple(i for i, occurred, recorded in inputs.as_suspect if (recorded - occurred).days >= LATE_DAYS)
    if late:
        text = (
            f"{count(len(late), 'incident')} {_were(late)} recorded {LATE_DAYS} days or more after happening, so on "
            "earlier days this person's scores could not have counted them."
        )
        yield Caution(kind=CautionKind.LATE_RECORDS, text=text, incident_ids=late)


def _stale_extract(inputs: CautionInputs) -> Iterator[Caution]:
    age = (inputs.today - inputs.data_as_of).days
    if age >= inputs.stale_after_days:
        ended = f"The records end on {day(inputs.data_as_of)}, {count(age, 'day')} before today"
        yield Caution(kind=CautionKind.STALE_EXTRACT, text=f"{ended}: anything since is not seen.")


def _list(inputs: CautionInputs) -> Iterator[Caution]:
    """What puts the person's number, or the person's rank, in doubt."""
    figures = inputs.out_of_range
    if figures:
        some = "One of this person's figures is" if len(figures) == 1 else "Some of this person's figures are"
        more = f" and {len(figures) - _FIGURES} more" if len(figures) > _FIGURES else ""
        text = f"{some} far outside the range the model was trained on: {joined(figures[:_FIGURES])}{more}."
        yield Caution(kind=CautionKind.OUT_OF_RANGE, text=text)
    if inputs.left_out:
        text = f"The list leaves this person out: {joined(inputs.left_out)}."
        yield Caution(kind=CautionKind.NOT_ELIGIBLE, text=text)
    if inputs.tied_at_cut is not None:
        people, places = inputs.tied_at_cut
        text = (
            f"{people:,} people, this one among them, are equal for the last {count(places, 'place')} that a meeting "
            "can take. The order does not say which of them takes a place: the meeting decides, with a reason."
        )
        yield Caution(kind=CautionKind.TIED_AT_CUT, text=text)


def _partner_records(inputs: CautionInputs) -> Iterator[Caution]:
    rows = inputs.partner
    if rows is None:
        return
    text = "This comes from records that a partner sent. Nobody has matched them with police records."
    if rows.too_late:
        text += (
            f" {len(rows.too_late):,} of {count(rows.sent, 'incident')} sent {_were(rows.too_late)} not counted: "
            f"recorded on or after {day(rows.as_of)}, the day scored."
        )
    if rows.unmapped:
        has = "has an offence code" if len(rows.unmapped) == 1 else "have offence codes"
        days = "without harm" if rows.unmapped_days is None else f"as {number(rows.unmapped_days, 'days')}"
        text += f" {count(len(rows.unmapped), 'crime')} {has} not in the harm index, or none: each is counted {days}."
    yield Caution(kind=CautionKind.PARTNER_RECORDS, text=text, incident_ids=(*rows.too_late, *rows.unmapped))


def _were(things: Sequence[str]) -> str:
    return "was" if len(things) == 1 else "were"

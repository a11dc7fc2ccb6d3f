"""What a reader must know before reading a score, in a fixed order: a dual role before everything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from matac_ml.api.explanation import Caution, CautionKind
from matac_ml.explain.wording import count, day, joined, number, relationship

#: Fewer incidents as suspect than this is a thin file.
THIN_FILE = 3
#: Days between happening and recording from which a record counts as late.
LATE_DAYS = 90
#: Days between the extract's end and the day of scoring from which the extract counts as stale, unless told.
STALE_DAYS = 35
#: Incidents, and people suspected in them, that the text itself names; the incidents are all among the caution's.
_NAMED = 3


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
class Known:
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


def build_cautions(known: Known) -> tuple[Caution, ...]:
    """Every caution that applies, in the order of :class:`CautionKind`."""
    made = (
        _dual_role(known),
        _doubtful_identity(known),
        _merged_identity(known),
        _matrix_only(known),
        _not_approved(known),
        _thin_file(known),
        _late_records(known),
        _stale_extract(known),
        _out_of_range(known),
        _not_eligible(known),
        _tied_at_cut(known),
        _partner_records(known),
    )
    return tuple(caution for caution in made if caution is not None)


def caution_not_scored(known: Known) -> tuple[Caution, ...]:
    """What to know beside the answer about somebody who has no score."""
    made = (_doubtful_identity(known), _merged_identity(known), _stale_extract(known), _partner_records(known))
    return tuple(caution for caution in made if caution is not None)


def _dual_role(known: Known) -> Caution | None:
    if not (known.as_victim and known.as_suspect):
        return None
    text = (
        f"This person is also recorded as a victim, {victim_text(known)} Read those first: who is the primary "
        "aggressor is for people to decide, and no score does."
    )
    return Caution(kind=CautionKind.DUAL_ROLE, text=text, incident_ids=tuple(i for i, _, _ in known.as_victim))


def victim_text(known: Known) -> str:
    """In how many incidents, the latest when, as whose victim, who is suspected: the end of a sentence, and more."""
    newest = max(occurred for _, occurred, _ in known.as_victim)
    whose = f", as {joined(map(relationship, known.victim_as))} of the suspect" if known.victim_as else ""
    each_other = ""
    if known.counter:
        each_other = (
            f" In {count(len(known.counter), 'incident')} of these ({_named(known.counter)}) a person suspected "
            "is also recorded as this person's own victim: the two are recorded against each other."
        )
    incidents = count(len(known.as_victim), "incident")
    return f"in {incidents}, the latest on {day(newest)}{whose}.{_against(known)}{each_other}"


def _against(known: Known) -> str:
    """Who is suspected, and in which of the incidents."""
    if not known.suspected:
        return " No suspect is recorded for these incidents."
    said = [f"{person_id} ({_named(incidents)})" for person_id, incidents in known.suspected.items()]
    return f" Suspected there: {_named(said)}."


def _named(things: Sequence[str]) -> str:
    """The first few of several, and how many more there are."""
    more = len(things) - _NAMED
    return joined([*things[:_NAMED], *([f"{more} more"] if more > 0 else [])])


def _doubtful_identity(known: Known) -> Caution | None:
    if not known.doubtful:
        return None
    text = f"This identifier may not stand for one person: {known.doubtful}. Look at the records before any use."
    return Caution(kind=CautionKind.DOUBTFUL_IDENTITY, text=text)


def _merged_identity(known: Known) -> Caution | None:
    if not known.given_up:
        return None
    text = f"{known.given_up} is now {known.stays}: the two identifiers were merged, and this is the file of both."
    return Caution(kind=CautionKind.MERGED_IDENTITY, text=text)


def _matrix_only(known: Known) -> Caution | None:
    if not known.matrix_only:
        return None
    return Caution(kind=CautionKind.MATRIX_ONLY, text=f"Only the matrix is in force: {known.matrix_only}")


def _not_approved(known: Known) -> Caution | None:
    if known.approved:
        return None
    text = "Nobody has approved this model: its numbers are for trials on this machine and decide nothing."
    return Caution(kind=CautionKind.NOT_APPROVED, text=text)


def _thin_file(known: Known) -> Caution | None:
    incidents = len(known.as_suspect)
    if incidents >= THIN_FILE:
        return None
    text = (
        f"There is little on record: {count(incidents, 'incident')} as suspect. One more or one fewer could "
        "change the score a lot."
    )
    return Caution(kind=CautionKind.THIN_FILE, text=text, incident_ids=tuple(i for i, _, _ in known.as_suspect))


def _late_records(known: Known) -> Caution | None:
    late = [i for i, occurred, recorded in known.as_suspect if (recorded - occurred).days >= LATE_DAYS]
    if not late:
        return None
    were = "was" if len(late) == 1 else "were"
    text = (
        f"{count(len(late), 'incident')} {were} recorded {LATE_DAYS} days or more after happening, so on earlier days "
        "this person's scores could not have counted them."
    )
    return Caution(kind=CautionKind.LATE_RECORDS, text=text, incident_ids=tuple(late))


def _stale_extract(known: Known) -> Caution | None:
    age = (known.today - known.data_as_of).days
    if age < known.stale_after_days:
        return None
    text = f"The records end on {day(known.data_as_of)}, {count(age, 'day')} before today: anything since is not seen."
    return Caution(kind=CautionKind.STALE_EXTRACT, text=text)


def _out_of_range(known: Known) -> Caution | None:
    if not known.out_of_range:
        return None
    listed = joined(known.out_of_range[:5])
    more = f" and {len(known.out_of_range) - 5} more" if len(known.out_of_range) > 5 else ""
    some = "One of this person's figures is" if len(known.out_of_range) == 1 else "Some of this person's figures are"
    text = f"{some} far outside the range the model was trained on: {listed}{more}."
    return Caution(kind=CautionKind.OUT_OF_RANGE, text=text)


def _not_eligible(known: Known) -> Caution | None:
    if not known.left_out:
        return None
    return Caution(kind=CautionKind.NOT_ELIGIBLE, text=f"The list leaves this person out: {joined(known.left_out)}.")


def _tied_at_cut(known: Known) -> Caution | None:
    if known.tied_at_cut is None:
        return None
    people, places = known.tied_at_cut
    text = (
        f"{people:,} people, this one among them, are equal for the last {count(places, 'place')} that a meeting can "
        "take. The order does not say which of them takes a place: the meeting decides, with a reason."
    )
    return Caution(kind=CautionKind.TIED_AT_CUT, text=text)


def _partner_records(known: Known) -> Caution | None:
    rows = known.partner
    if rows is None:
        return None
    text = "This comes from records that a partner sent. Nobody has matched them with police records."
    if rows.too_late:
        were = "was" if len(rows.too_late) == 1 else "were"
        text += (
            f" {len(rows.too_late):,} of {count(rows.sent, 'incident')} sent {were} not counted: recorded on or after "
            f"{day(rows.as_of)}, the day scored."
        )
    if rows.unmapped:
        has = "has an offence code" if len(rows.unmapped) == 1 else "have offence codes"
        days = "without harm" if rows.unmapped_days is None else f"as {number(rows.unmapped_days, 'days')}"
        text += f" {count(len(rows.unmapped), 'crime')} {has} not in the harm index, or none: each is counted {days}."
    return Caution(kind=CautionKind.PARTNER_RECORDS, text=text, incident_ids=(*rows.too_late, *rows.unmapped))

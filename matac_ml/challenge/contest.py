"""A contest as the ledger keeps it: what is contested, by whom, and how it was answered."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matac_ml.casework import Entry
from matac_ml.challenge.correction import Correction
from matac_ml.errors import LedgerError

RAISED, ANSWERED = "challenge_raised", "challenge_answered"
CHALLENGE_KINDS = frozenset({RAISED, ANSWERED})
#: What can be contested, and by whom, in words.
ABOUT = {"record": "a record", "score": "a score"}
BY = {
    "person": "the person it is about",
    "representative": "somebody who speaks for the person",
    "agency": "an agency",
    "staff": "a member of staff",
}
OUTCOMES = {"upheld": "upheld", "partly": "upheld in part", "refused": "not upheld"}


@dataclass(frozen=True)
class Challenge:
    """One contest.

    Attributes
    ----------
    number : int
        Of the entry that raised it: the answer names it.
    about, by : str
        Keys of :data:`ABOUT` and :data:`BY`.
    said : str
        What is contested, in the contester's words where they are known.
    raised_by : str
        Who recorded it.
    outcome : str
        A key of :data:`OUTCOMES`; empty while it is open.
    answer : str
        The reason that was given, and by whom in ``answered_by``.
    points : (int or None, int or None) or None
        Before and after, on ``seen_from``; None where nothing was corrected.
    """

    number: int
    person_id: str
    about: str
    by: str
    said: str
    incident_ids: tuple[str, ...]
    received: date
    raised_by: str
    outcome: str = ""
    answer: str = ""
    answered_by: str = ""
    answered: date | None = None
    corrections: tuple[Correction, ...] = ()
    seen_from: date | None = None
    points: tuple[int | None, int | None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return not self.outcome


def challenges_from(entries: Iterable[Entry]) -> tuple[Challenge, ...]:
    """Every contest that entries tell of, in the order in which they were raised.

    Raises
    ------
    LedgerError
        An entry does not say what its kind says.
    """
    found: dict[int, Challenge] = {}
    for entry in entries:
        if entry.kind not in CHALLENGE_KINDS or entry.personal is None:
            continue
        said = entry.personal.payload
        try:
            if entry.kind == RAISED:
                found[entry.number] = _raised(entry, said)
            else:
                number = int(said["challenge"])
                found[number] = _answered(found[number], entry, said)
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(f"Entry {entry.number} is not valid. Verify the ledger.") from error
    return tuple(found.values())


def _raised(entry: Entry, said: Mapping[str, Any]) -> Challenge:
    who = entry.personal.subject if entry.personal else ""
    incidents = tuple(str(one) for one in said["incident_ids"])
    received = date.fromisoformat(said["received"])
    about, by = str(said["about"]), str(said["by"])
    return Challenge(entry.number, who, about, by, str(said["said"]), incidents, received, entry.actor)


def _answered(challenge: Challenge, entry: Entry, said: Mapping[str, Any]) -> Challenge:
    points = said.get("points")
    return replace(
        challenge,
        outcome=str(said["outcome"]),
        answer=entry.personal.justification if entry.personal else "",
        answered_by=entry.actor,
        answered=date.fromisoformat(said["on"]),
        corrections=tuple(Correction.from_payload(one) for one in said["corrections"]),
        seen_from=date.fromisoformat(said["seen_from"]) if said.get("seen_from") else None,
        points=(points[0], points[1]) if points else None,
    )


def tell_challenge(entry: Entry, day: Callable[[date], str] = date.isoformat) -> str:
    """One sentence about an entry of a contest; where its personal part was erased, that alone."""
    if entry.personal is None:
        return f"{entry.kind.replace('_', ' ')}, erased"
    said = entry.personal.payload
    try:
        if entry.kind == RAISED:
            what = f"{BY[said['by']]} contested {ABOUT[said['about']]}: {said['said'].rstrip('.')}"
        else:
            corrections = [Correction.from_payload(one).words for one in said["corrections"]]
            corrected = f"; corrected: {'; '.join(corrections)}" if corrections else ""
            what = f"the challenge of entry {said['challenge']} was {OUTCOMES[said['outcome']]}{corrected}"
        on = day(date.fromisoformat(said["on"]))
    except (KeyError, TypeError, ValueError, AttributeError):  # somebody wrote into the ledger
        return f"{entry.kind.replace('_', ' ')}, which cannot be read; verify the ledger"
    return f"{on}, {what}. By {entry.actor}: {entry.personal.justification}"

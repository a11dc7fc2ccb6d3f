"""Contests over a ledger: raised and answered, each looked at and written as one act."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from matac_ml.casework import Entry
from matac_ml.casework.ledger_work import LedgerWork
from matac_ml.casework.notes import CONFLICT, is_same
from matac_ml.casework.reading import Reader
from matac_ml.casework.refusing import faults_of_person
from matac_ml.casework.steps import DECISIONS
from matac_ml.challenge.contest import (
    ABOUT,
    ANSWERED,
    BY,
    CHALLENGE_KINDS,
    OUTCOMES,
    RAISED,
    Challenge,
    challenges_from,
)
from matac_ml.challenge.correction import Correction
from matac_ml.challenge.difference import ScoreDifference
from matac_ml.written import has_hidden, tidied

PURPOSE = "challenge"
LONGEST, MOST_CORRECTIONS = 1000, 20
#: A challenge is recorded at most so long after it was received; longer is a slip of the keyboard.
_LONGEST_AGO = timedelta(days=730)
DECIDED = (
    "you have taken a decision about this person, or declared a conflict of interest; "
    "somebody else who answers challenges may answer this one"
)


class ChallengeWork(LedgerWork):
    """Contests over a ledger."""

    def all(self) -> tuple[Challenge, ...]:
        """Every contest, in the order in which they were raised."""
        return challenges_from(self.ledger.entries(kind=CHALLENGE_KINDS))

    def of(self, person_id: str) -> tuple[Challenge, ...]:
        """Every contest about a person."""
        return challenges_from(self.ledger.entries(kind=CHALLENGE_KINDS, subject=self.identities(person_id)))

    def raise_challenge(
        self,
        person_id: str,
        *,
        about: str,
        by: str,
        said: str,
        received: date,
        incident_ids: Sequence[str] = (),
        actor: str,
        reason: str,
    ) -> Entry:
        """Record that a record or a score about a person is contested.

        Parameters
        ----------
        about, by : str
            Keys of ``ABOUT`` and ``BY``.
        said : str
            What is contested, in the contester's words.
        incident_ids : sequence of str
            The incidents that are meant, where a record is contested.
        """
        today = self.today()
        faults = [*faults_of_person(person_id)]
        faults += [] if about in ABOUT else [f"what is contested must be one of {', '.join(ABOUT)}"]
        faults += [] if by in BY else [f"whoever contests it must be one of {', '.join(BY)}"]
        if not 3 <= len(said.strip()) <= LONGEST or has_hidden(said):
            faults.append(f"what is contested must be one line of 3 to {LONGEST} characters")
        if not today - _LONGEST_AGO <= received <= today:
            faults.append(f"the day it was received must be from {today - _LONGEST_AGO} to {today}; got {received}")
        if about == "record" and not incident_ids:
            faults.append("the incident whose record is contested must be named")
        payload = {"about": about, "by": by, "said": tidied(said), "received": received.isoformat()}
        kept = {**payload, "incident_ids": list(incident_ids)}
        return self.act(
            RAISED, person_id, purpose=PURPOSE, actor=actor, reason=reason, said=kept, faults=lambda _: faults
        )

    def answer(
        self,
        person_id: str,
        *,
        challenge: int,
        outcome: str,
        actor: str,
        reason: str,
        corrections: Sequence[Correction] = (),
        changes: ScoreDifference | None = None,
    ) -> Entry:
        """Answer a contest; whoever has decided about the person does not.

        Parameters
        ----------
        challenge : int
            Number of the entry that raised it.
        outcome : str
            A key of ``OUTCOMES``; a correction belongs to one that is upheld.
        changes : ScoreDifference, optional
            What the corrections do to the score; kept with the answer.
        """
        payload: dict[str, Any] = {
            "challenge": challenge,
            "outcome": outcome,
            "corrections": [one.payload() for one in corrections],
        }
        if changes is not None:
            payload |= {
                "seen_from": changes.day.isoformat(),
                "points": [changes.without.total, changes.corrected.total],
            }

        def faults(reader: Reader) -> list[str]:
            known = self.identities(person_id)
            of_person = challenges_from(reader.entries(kind=CHALLENGE_KINDS, subject=known))
            found = next((one for one in of_person if one.number == challenge), None)
            decided = reader.entries(kind=DECISIONS | {CONFLICT}, subject=known)
            return [
                *_faults_of_answer(found, outcome, corrections, self.today()),
                *([DECIDED] if any(is_same(entry.actor, actor) for entry in decided) else []),
            ]

        return self.act(ANSWERED, person_id, purpose=PURPOSE, actor=actor, reason=reason, said=payload, faults=faults)


def _faults_of_answer(
    found: Challenge | None, outcome: str, corrections: Sequence[Correction], today: date
) -> list[str]:
    if found is None:
        return ["there is no such challenge about this person"]
    faults = [] if found.is_open else [f"it was answered on {found.answered} by {found.answered_by}"]
    faults += [] if outcome in OUTCOMES else [f"the outcome must be one of {', '.join(OUTCOMES)}"]
    if outcome == "refused" and corrections:
        faults.append("a challenge that is not upheld corrects nothing")
    if len(corrections) > MOST_CORRECTIONS:
        faults.append(f"an answer makes at most {MOST_CORRECTIONS} corrections, got {len(corrections)}")
    if found.about == "record" and any(one.incident_id not in found.incident_ids for one in corrections):
        faults.append("a correction must be of an incident that the challenge names")
    if any(one.day > today for one in corrections):
        faults.append(f"a correction must hold from a day that is not after today, {today}")
    if any(one.change == "classification" and one.is_crime is None for one in corrections):
        faults.append("a classification says whether the incident is a crime")
    return faults

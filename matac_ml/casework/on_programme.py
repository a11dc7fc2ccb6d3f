"""Somebody on the programme: needs, contacts, agreements and breaches, and the question whether to remove somebody.

People record and decide each of these. Which interventions are offered, and when the question is asked, follows from
the toolkit's rules alone; no model has a part in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from matac_ml.casework.case import Case
from matac_ml.casework.entry import Entry
from matac_ml.casework.programme import Judged
from matac_ml.casework.programme_notes import BREACHED, CONTACT, KEPT, MADE, NEEDS, SIGNED
from matac_ml.casework.reading import Reader
from matac_ml.casework.stepping import Stepping
from matac_ml.casework.steps import State
from matac_ml.casework.toolkit import Intervention, Toolkit
from matac_ml.wording import count
from matac_ml.written import faults_of_name, has_hidden, tidied

#: Terms of one agreement at most, and characters of each.
MOST_TERMS, LONGEST_TERM = 20, 300


class Contact(StrEnum):
    """How somebody was contacted, or was tried to be."""

    VISIT = "visit"
    MEETING = "meeting"
    PHONE = "phone"
    MESSAGE = "message"
    LETTER = "letter"


@dataclass(frozen=True)
class Offer:
    """An intervention that the toolkit offers for recorded needs."""

    name: str
    intervention: Intervention
    needs: tuple[str, ...]


def offers(toolkit: Toolkit, case: Case) -> tuple[Offer, ...]:
    """What the toolkit offers for the needs that staff recorded, in its order: a rule of the file, and no choice."""
    found = (
        (name, one, tuple(need for need in one.for_needs if need in case.needs))
        for name, one in toolkit.interventions.items()
    )
    return tuple(Offer(name, one, needs) for name, one, needs in found if needs)


def missed(case: Case) -> tuple[int, int]:
    """Weeks missed in a row, up to the last recorded one, and in all."""
    in_a_row = 0
    for week in sorted(case.weeks, reverse=True):
        if case.weeks[week]:
            break
        in_a_row += 1
    return in_a_row, sum(not engaged for engaged in case.weeks.values())


def asks_removal(case: Case, toolkit: Toolkit) -> str:
    """The question whether to remove somebody, where the toolkit asks it; a person decides. Empty where it does not.

    Somebody who was kept is asked about again once another week was missed.
    """
    in_a_row, in_all = missed(case)
    limits = ((toolkit.missed_in_a_row, in_a_row, "in a row"), (toolkit.missed_in_all, in_all, "in all"))
    reached = [f"{limit} {how}" for limit, number, how in limits if limit is not None and number >= limit]
    if case.state is not State.PLANNED or not reached or (case.kept_at is not None and in_all <= case.kept_at[1]):
        return ""
    asks = f"the toolkit asks from {' and from '.join(reached)}"
    found = f"Missed {count(in_a_row, 'week')} in a row and {in_all} in all; {asks}"
    return f"{found}: remove the person, or keep them on the programme and say why"


@dataclass
class ProgrammeWork(Stepping):
    """What is noted about people on the programme, over a ledger."""

    def record_needs(self, person_id: str, *, needs: Sequence[str], actor: str, reason: str) -> Entry:
        """Record which needs somebody has, by their names in the toolkit; what is said last holds."""
        unknown = sorted(set(needs) - self.toolkit.needs.keys())
        faults = [f"needs must be in the toolkit, got {', '.join(unknown)}"] if unknown else []
        chosen = [need for need in self.toolkit.needs if need in needs]
        return self._note(NEEDS, person_id, actor, reason, lambda *_: ({"needs": chosen}, faults))

    def note_contact(
        self, person_id: str, *, how: str, reached: bool, contacted_on: date, actor: str, reason: str
    ) -> Entry:
        """Note that somebody was contacted, or could not be reached; the reason says what came of it."""
        faults = [] if how in list(Contact) else [f"a contact is one of {', '.join(Contact)}"]
        faults += _faults_of_past("a contact", contacted_on, self.today())
        said = {"how": how, "reached": reached, "contacted_on": contacted_on.isoformat()}
        return self._note(CONTACT, person_id, actor, reason, lambda *_: (said, faults))

    def keep(self, person_id: str, *, actor: str, reason: str) -> Entry:
        """Decide to keep somebody on the programme though the toolkit asks whether to remove them."""

        def judged(case: Case, _: Reader) -> Judged:
            in_a_row, in_all = missed(case)
            asked = asks_removal(case, self.toolkit)
            faults = [] if asked else ["the toolkit does not ask whether to remove this person"]
            return {"in_a_row": in_a_row, "in_all": in_all}, faults

        return self._note(KEPT, person_id, actor, reason, judged)

    def make_agreement(self, person_id: str, *, terms: Sequence[str], agency: str, actor: str, reason: str) -> Entry:
        """Make an Acceptable Behaviour Agreement for an intervention of the plan that is tied to one."""
        kept, agency = [tidied(term) for term in terms if term.strip()], tidied(agency)
        faults = faults_of_name(agency, "the agency that offers it")
        if not 1 <= len(kept) <= MOST_TERMS:
            faults.append(f"an agreement has 1 to {MOST_TERMS} terms, got {len(kept)}")
        faults += [
            f"term {place} must be one line of 3 to {LONGEST_TERM} characters"
            for place, term in enumerate(kept, 1)
            if not 3 <= len(term) <= LONGEST_TERM or has_hidden(term)
        ]

        def judged(case: Case, _: Reader) -> Judged:
            tied = [name for name in case.interventions if _needs_agreement(self.toolkit, name)]
            none = [] if tied else ["no intervention of this person's plan is tied to an agreement"]
            return {"terms": kept, "agency": agency}, [*faults, *none]

        return self._note(MADE, person_id, actor, reason, judged)

    def sign_agreement(
        self, person_id: str, *, agreement: int, signed_on: date, signed_by: str, actor: str, reason: str
    ) -> Entry:
        """Record who signed an agreement, and when."""
        said: dict[str, Any] = {
            "agreement": agreement,
            "signed_on": signed_on.isoformat(),
            "signed_by": tidied(signed_by),
        }
        faults = [*faults_of_name(signed_by, "who signed"), *_faults_of_past("a signature", signed_on, self.today())]

        def judged(case: Case, _: Reader) -> Judged:
            found = next((one for one in case.agreements if one.number == agreement), None)
            none = ["there is no such agreement with this person"] if found is None else []
            none += ["the agreement is signed already"] if found is not None and found.signed_on else []
            return said, [*faults, *none]

        return self._note(SIGNED, person_id, actor, reason, judged)

    def record_breach(self, person_id: str, *, agreement: int, breached_on: date, actor: str, reason: str) -> Entry:
        """Record a breach of a signed agreement; the reason says what happened. What follows, people decide."""
        faults = _faults_of_past("a breach", breached_on, self.today())

        def judged(case: Case, _: Reader) -> Judged:
            found = next((one for one in case.agreements if one.number == agreement), None)
            none = ["there is no such agreement with this person"] if found is None else []
            if found is not None and (found.signed_on is None or breached_on < found.signed_on):
                none.append("an agreement is breached on or after the day on which it was signed")
            return {"agreement": agreement, "breached_on": breached_on.isoformat()}, [*faults, *none]

        return self._note(BREACHED, person_id, actor, reason, judged)


def _needs_agreement(toolkit: Toolkit, name: str) -> bool:
    return name in toolkit.interventions and toolkit.interventions[name].agreement


def _faults_of_past(what: str, day: date, today: date) -> list[str]:
    return [f"the day of {what} must not lie after today, {today}; got {day}"] if day > today else []

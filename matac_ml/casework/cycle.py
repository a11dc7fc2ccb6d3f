"""The MATAC cycle: each step by a named person with a reason, an entry in the ledger. The program takes none itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.toolkit import Toolkit, load_toolkit
from matac_ml.errors import UsageError

#: A programme lasts so many weeks (Northamptonshire, 2019).
PROGRAMME_WEEKS = 17
COHORT = 10
#: A reason of fewer characters explains nothing to whoever reads it in a year.
LEAST_REASON = 10
PURPOSE = "matac_cycle"


class State(StrEnum):
    """Where somebody stands."""

    NOBODY = "not in the cycle"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    IN_COHORT = "in the cohort"
    PLANNED = "planned"
    REMOVED = "removed for not engaging"
    COMPLETED = "completed"
    EXITED = "exited"


#: step -> (states it may follow, state it leads to)
STEPS: dict[str, tuple[tuple[State, ...], State]] = {
    "referral": ((State.NOBODY, State.DECLINED, State.REMOVED, State.EXITED), State.REFERRED),
    "judgement_accepted": ((State.REFERRED,), State.ACCEPTED),
    "judgement_declined": ((State.REFERRED,), State.DECLINED),
    "cohort_member": ((State.ACCEPTED,), State.IN_COHORT),
    "plan": ((State.IN_COHORT, State.PLANNED), State.PLANNED),
    "engagement": ((State.PLANNED,), State.PLANNED),
    "removal": ((State.IN_COHORT, State.PLANNED), State.REMOVED),
    "completion": ((State.PLANNED,), State.COMPLETED),
    "exit": ((State.COMPLETED, State.REMOVED), State.EXITED),
}

REGRESSION = (
    "A score falls by itself as time passes without a record, and most high scores are followed by lower ones whatever "
    "is done. A fall is no evidence that the programme worked, unless it is compared with similar people who were not "
    "on it."
)


@dataclass(frozen=True)
class Case:
    """One person's way through the cycle.

    Attributes
    ----------
    weeks : tuple of int
        Weeks of the programme in which the person engaged.
    """

    person_id: str
    state: State
    entries: tuple[Entry, ...]
    entry_score: int | None = None
    exit_score: int | None = None
    interventions: tuple[str, ...] = ()
    weeks: tuple[int, ...] = ()
    started: date | None = None


@dataclass
class Cycle:
    """Casework over a ledger.

    Parameters
    ----------
    ledger : Ledger
    toolkit : Toolkit
    """

    ledger: Ledger
    toolkit: Toolkit = field(default_factory=load_toolkit)

    def case(self, person_id: str) -> Case:
        """Read somebody's case from the ledger."""
        found = [one for one in self.ledger.entries(subject=person_id) if one.kind in STEPS and one.personal]
        state = State.NOBODY
        seen: dict[str, Any] = {"interventions": (), "weeks": ()}
        for one in found:
            state = STEPS[one.kind][1]
            payload = one.personal.payload if one.personal else {}
            if one.kind == "referral":
                seen = {"interventions": (), "weeks": ()}
            seen |= {name: payload[name] for name in ("entry_score", "exit_score") if name in payload}
            if one.kind == "plan":
                seen |= {"interventions": tuple(payload["interventions"]), "started": payload["starts"]}
            if one.kind == "engagement" and payload["engaged"]:
                seen["weeks"] = (*seen["weeks"], int(payload["week"]))
        started = date.fromisoformat(seen.pop("started")) if "started" in seen else None
        return Case(person_id, state, tuple(found), started=started, **seen)

    def refer(self, person_id: str, *, actor: str, reason: str, source: str, score: int | None = None) -> Entry:
        """Somebody, from analysis or a partner, proposes a person for the meeting.

        Parameters
        ----------
        source : str
            ``analysis``, or the name of the partner agency.
        score : int, optional
            Points of the matrix on the day: the entry score.
        """
        payload = {"source": source} | ({} if score is None else {"entry_score": score})
        return self._step("referral", person_id, actor, reason, payload)

    def judge(self, person_id: str, *, actor: str, reason: str, accept: bool) -> Entry:
        """Specialist staff accept or decline a referral, with a reason."""
        return self._step("judgement_accepted" if accept else "judgement_declined", person_id, actor, reason, {})

    def cohort(
        self, proposed: Sequence[str], *, actor: str, reason: str, name: str, overrides: Mapping[str, str] | None = None
    ) -> list[Entry]:
        """The meeting takes its cohort: the order proposed is kept beside who was put on or left off against it.

        Parameters
        ----------
        proposed : sequence of str
            Accepted people in the order of the list.
        overrides : mapping of person to reason, optional
            Proposed people left off, or others put on, each with its own reason.
        """
        why = dict(overrides or {})
        first = list(proposed[:COHORT])
        out = [person for person in first if person in why]
        into = [person for person in why if person not in first]
        members = [person for person in first if person not in out] + into
        faults = [f"an override {self._short(why[person])}" for person in why if self._short(why[person])]
        faults += [f"{len(members)} people are one cohort too many; at most {COHORT}"] if len(members) > COHORT else []
        not_ready = sum(self.case(person).state is not State.ACCEPTED for person in members)
        faults += [f"{not_ready} of its members were not accepted by a judgement"] if not_ready else []
        faults += [] if members else ["it has no member"]
        self._refuse("The cohort cannot be taken.", actor, reason, faults)
        given = {"actor": actor, "purpose": PURPOSE, "justification": reason, "reference": name}
        entries = [NewEntry("cohort", payload={"proposed": first, "out": out, "into": into}, **given)]
        entries += [
            NewEntry("override", payload={"way": way, "reason": why[person]}, subject=person, **given)
            for way, people in (("out", out), ("in", into))
            for person in people
        ]
        entries += [NewEntry("cohort_member", subject=person, payload={"cohort": name}, **given) for person in members]
        return self.ledger.append_many(entries)

    def plan(self, person_id: str, *, actor: str, reason: str, interventions: Sequence[str], starts: date) -> Entry:
        """Interventions of the toolkit, and the day on which the programme begins."""
        unknown = sorted(set(interventions) - set(self.toolkit.interventions))
        faults = [f"interventions must be of the toolkit, got {', '.join(unknown)}"] if unknown else []
        faults += [] if interventions else ["at least one intervention is needed"]
        self._refuse("The plan cannot be made.", actor, reason, faults)
        payload = {
            "interventions": list(interventions),
            "starts": starts.isoformat(),
            "ends": (starts + timedelta(weeks=PROGRAMME_WEEKS)).isoformat(),
            "toolkit": f"{self.toolkit.name} {self.toolkit.version}",
        }
        return self._step("plan", person_id, actor, reason, payload)

    def engage(self, person_id: str, *, actor: str, reason: str, week: int, engaged: bool = True) -> Entry:
        """Whether the person engaged in one week of the programme, 1 to 17."""
        if not 1 <= week <= PROGRAMME_WEEKS:
            raise UsageError(f"week must be 1 to {PROGRAMME_WEEKS}, got {week}.")
        return self._step("engagement", person_id, actor, reason, {"week": week, "engaged": engaged})

    def remove(self, person_id: str, *, actor: str, reason: str) -> Entry:
        """Take a person who does not engage off the programme; they are dealt with as any prolific offender."""
        return self._step("removal", person_id, actor, reason, {})

    def complete(self, person_id: str, *, actor: str, reason: str) -> Entry:
        """The programme is done."""
        return self._step("completion", person_id, actor, reason, {})

    def leave(self, person_id: str, *, actor: str, reason: str, score: int) -> Entry:
        """The exit, with the score on the day, and what a fall of it does not show."""
        return self._step("exit", person_id, actor, reason, {"exit_score": score, "note": REGRESSION})

    def override_statistics(self) -> dict[str, int]:
        """How many people were put on, and left off, against the list, and how many cohorts there were."""
        ways = [one.personal.payload["way"] for one in self.ledger.entries(kind="override") if one.personal]
        cohorts = sum(1 for _ in self.ledger.entries(kind="cohort"))
        return {"cohorts": cohorts, "put on": ways.count("in"), "left off": ways.count("out")}

    def _step(self, kind: str, person_id: str, actor: str, reason: str, payload: Mapping[str, Any]) -> Entry:
        before, state = STEPS[kind][0], self.case(person_id).state
        asked = kind.replace("_", " ")
        allowed = " or ".join(before)
        faults = [] if state in before else [f"{asked} follows {allowed}; this person is {state}"]
        self._refuse(f"The step cannot be taken: {asked}.", actor, reason, faults)
        given = NewEntry(kind, actor, PURPOSE, reason, subject=person_id, payload=payload)
        return self.ledger.append(given)

    def _refuse(self, message: str, actor: str, reason: str, faults: list[str]) -> None:
        if not actor.strip():
            faults = [*faults, "a named person must take it; no name came"]
        if short := self._short(reason):
            faults = [*faults, f"its reason {short}"]
        if faults:
            raise UsageError(message, faults=faults)

    @staticmethod
    def _short(reason: str) -> str:
        length = len(reason.strip())
        return "" if length >= LEAST_REASON else f"must have at least {LEAST_REASON} characters, got {length}"

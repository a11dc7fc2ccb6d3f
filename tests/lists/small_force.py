"""A force of a few people, each incident told in one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from matac_ml.casework import Ledger
from matac_ml.casework.drawn import DrawnList, write_list
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import rank_everybody
from matac_ml.lists import draw_up
from matac_ml.records import Extract
from matac_ml.rfg import Policy, load_policy

#: The day of the first list of most tests.
DAY = date(2025, 6, 2)
WHO = {"actor": "an.analyst", "reason": "For the meeting of June."}


@dataclass(frozen=True)
class Happened:
    """One incident: who is suspected against whom, how many days before :data:`DAY`, what, and when it was recorded."""

    number: str
    suspect: str
    victim: str
    ago: int
    code: str | None = "00501"
    is_crime: bool = True
    recorded_ago: int | None = None
    area: str | None = "North"

    @property
    def occurred_on(self) -> date:
        """The day it happened."""
        return DAY - timedelta(days=self.ago)

    @property
    def recorded_on(self) -> date:
        """The day it was recorded: when it happened unless told."""
        return DAY - timedelta(days=self.ago if self.recorded_ago is None else self.recorded_ago)


def tables(happened: Sequence[Happened], **more: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Mapping[str, Any]]]:
    """The tables of an extract; everybody is forty unless ``people`` says otherwise."""
    names = sorted({name for incident in happened for name in (incident.suspect, incident.victim)})
    told = {row["person_id"]: row for row in more.pop("people", ())}
    people = [{"person_id": name, "birth_date": date(1985, 1, 1), **told.get(name, {})} for name in names]
    incidents = [
        {
            "incident_id": incident.number,
            "occurred_on": incident.occurred_on,
            "recorded_on": incident.recorded_on,
            "is_crime": incident.is_crime,
            "offence_code": incident.code,
            "area": incident.area,
        }
        for incident in happened
    ]
    involvements = [
        row
        for incident in happened
        for row in (
            {"incident_id": incident.number, "person_id": incident.suspect, "role": "suspect"},
            {"incident_id": incident.number, "person_id": incident.victim, "role": "victim", "relationship": "partner"},
        )
    ]
    return {"incidents": incidents, "involvements": involvements, "people": people, **more}


def extract_of(happened: Sequence[Happened], *, until: date | None = None, **more: Any) -> Extract:
    """Records as of the end of a day: what was recorded later is not in them."""
    end = until or max(DAY, *(incident.recorded_on for incident in happened))
    return Extract.from_tables(
        tables([incident for incident in happened if incident.recorded_on <= end], **more), cut_off=end
    )


def context_of(extract: Extract, day: date = DAY, policy: Policy | None = None) -> ScoringContext:
    """The matrix alone, as of a day."""
    rules = policy or load_policy()
    return ScoringContext(
        policy=rules,
        harm=rules.harm_index,
        model=None,
        as_of=day,
        data_as_of=extract.cut_off,
        data_hash=extract.data_hash,
        today=day,
    )


def drawn(ledger: Ledger, extract: Extract, day: date = DAY, *, policy: Policy | None = None, **how: Any) -> DrawnList:
    """Draw the list of a day."""
    context = context_of(extract, day, policy)
    basis, lines = draw_up(extract, context, rank_everybody(extract, context), **how)
    return write_list(ledger, basis, lines, **WHO)


def many_suspects(count: int) -> list[Happened]:
    """Suspects ``S00`` and on, each with one incident fewer than the one before, each against one victim."""
    return [
        Happened(f"I{i:02}-{j:02}", f"S{i:02}", f"V{i:02}", 30 + 10 * j + i)
        for i in range(count)
        for j in range(2 * (count - i))
    ]


def moved_by(incident: Happened, days: int) -> Happened:
    """The same incident recorded so many days after it was."""
    return replace(incident, recorded_ago=(incident.recorded_ago or incident.ago) - days)

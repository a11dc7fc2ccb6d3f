"""What one person's file shows as of a day: the visible rows of each view, with the values known by then."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from matac_ml.asof.rows import Incident, PairRow, PersonFile, SuspectRow, VictimRow
from matac_ml.asof.weights import HarmTable
from matac_ml.codes import CHARGED_OUTCOMES
from matac_ml.spec import Condition, View
from matac_ml.spec.aggregates import Value
from matac_ml.spec.condition import Op


@lru_cache(maxsize=4096)
def _values_meeting(condition: Condition) -> frozenset[Value] | None:
    """The values that meet a condition, where they can be listed: one look into a set, many times a person."""
    return frozenset(condition.scaled().values) if condition.op is Op.IN else None


@dataclass(frozen=True, slots=True)
class Seen:
    """A visible row: when it happened (proleptic ordinal), and its columns as known at the as-of day.

    ``harm_days`` is in hundredths of a day.
    """

    day: int
    incident: Incident
    values: Mapping[str, Value]


class SeenFile:
    """The visible rows of a person at ``t``, by view, filtered by conditions; each filter is worked out once."""

    def __init__(self, person: PersonFile, t: date, *, harm: HarmTable) -> None:
        self.person, self.t, self.day = person, t, t.toordinal()
        self._harm = harm
        self._incidents: dict[str, dict[str, Value]] = {}
        self._views: dict[View, list[Seen]] = {}
        self._filtered: dict[tuple[View, tuple[Condition, ...]], tuple[list[Seen], list[int]]] = {}
        self._custody: dict[int, int] = {}

    @property
    def at_risk_from(self) -> date | None:
        """The day from which the person could be recorded at all."""
        return self.person.at_risk_from

    def rows(self, view: View, where: tuple[Condition, ...], *, window: int) -> list[Seen]:
        """Rows that meet every condition and happened in ``[t - window, t)``, oldest first."""
        rows, days = self._matching(view, where)
        return rows[bisect_left(days, self.day - window) :]

    def count(self, view: View, where: tuple[Condition, ...], *, window: int) -> int:
        """Number of those rows."""
        days = self._matching(view, where)[1]
        return len(days) - bisect_left(days, self.day - window)

    def every(self, view: View, where: tuple[Condition, ...]) -> list[Seen]:
        """Rows that meet every condition, however long ago, oldest first."""
        return self._matching(view, where)[0]

    def custody_days(self, window: int) -> int:
        """Days of ``[t - window, t)`` in custody, overlapping spells counted once."""
        if window not in self._custody:
            self._custody[window] = self._count_custody(window)
        return self._custody[window]

    def _count_custody(self, window: int) -> int:
        spells = sorted(
            (s.start_on.toordinal(), self.day if s.end_on is None else s.end_on.toordinal() + 1)
            for s in self.person.custody
            if s.known_from < self.t
        )
        days, reached = 0, self.day - window
        for start, end in spells:
            days += max(0, min(end, self.day) - max(start, reached))
            reached = max(reached, min(end, self.day))
        return days

    def _matching(self, view: View, where: tuple[Condition, ...]) -> tuple[list[Seen], list[int]]:
        key = (view, where)
        if key not in self._filtered:
            rows = self._view(view)
            for condition in where:
                column, met_by = condition.column, _values_meeting(condition)
                if met_by is None:
                    holds = condition.scaled().holds
                    rows = [row for row in rows if holds(row.values[column])]
                else:
                    rows = [row for row in rows if row.values[column] in met_by]
            self._filtered[key] = (rows, [row.day for row in rows])
        return self._filtered[key]

    def _view(self, view: View) -> list[Seen]:
        if view not in self._views:
            made: list[Seen] = []
            if view is View.SUSPECT:
                made = [self._suspect(row) for row in self.person.as_suspect if self._visible(row)]
            elif view is View.PAIR:
                made = [self._pair(row) for row in self.person.pairs if self._visible(row)]
            else:
                made = [self._victim(row) for row in self.person.as_victim if self._visible(row)]
            self._views[view] = sorted(made, key=lambda row: (row.day, row.incident.incident_id))
        return self._views[view]

    def _visible(self, row: SuspectRow | PairRow | VictimRow) -> bool:
        return row.known_from < self.t and row.incident.occurred_on < self.t

    def _suspect(self, row: SuspectRow) -> Seen:
        return self._seen(row.incident, self._charged(row))

    def _pair(self, row: PairRow) -> Seen:
        more: dict[str, Value] = {"victim_id": row.victim_id, "relationship": row.relationship}
        return self._seen(row.incident, more | self._charged(row))

    def _victim(self, row: VictimRow) -> Seen:
        counter = row.counter_from is not None and row.counter_from < self.t
        return self._seen(row.incident, {"relationship": row.relationship, "counter_allegation": counter})

    def _charged(self, row: SuspectRow | PairRow) -> dict[str, Value]:
        """The role known by the day, and whether it or the outcome known by the day says that they were charged."""
        offender = row.offender_from is not None and row.offender_from < self.t
        outcome = self._known(row.incident)["outcome_code"]
        return {"role": "offender" if offender else "suspect", "charged": offender or outcome in CHARGED_OUTCOMES}

    def _seen(self, incident: Incident, more: dict[str, Value]) -> Seen:
        return Seen(incident.occurred_on.toordinal(), incident, self._known(incident) | more)

    def _known(self, incident: Incident) -> dict[str, Value]:
        """The incident's columns as known at ``t``."""
        known = self._incidents.get(incident.incident_id)
        if known is None:
            known = incident.known(self.t)
            classified = incident.classified(self.t)
            known["harm_days"] = self._harm.of(
                classified.offence_code, is_crime=classified.is_crime, proactive=incident.proactively_detected
            )
            self._incidents[incident.incident_id] = known
        return known

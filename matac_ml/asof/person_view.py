"""One person as of a day: the only place where a file is asked what was known by then.

Features, lists, explanations and casework look at people through a :class:`PersonView`, so that a score and what is
said about it never see different records.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import TypeVar

from matac_ml.ages import full_years
from matac_ml.asof.person_file import (
    Counterpart,
    Incident,
    PairRow,
    Part,
    PersonFile,
    RecordedIncident,
    SuspectRow,
    VictimRow,
    ViewRow,
    known_before,
)
from matac_ml.asof.weights import HarmTable
from matac_ml.codes import CHARGED_OUTCOMES
from matac_ml.spec import Condition, View
from matac_ml.spec.aggregates import Value
from matac_ml.spec.condition import Op

Linked = TypeVar("Linked", SuspectRow, PairRow, VictimRow)


@lru_cache(maxsize=4096)
def _values_meeting(condition: Condition) -> frozenset[Value] | None:
    """The values that meet a condition, where they can be listed: one look into a set, many times a person."""
    return frozenset(condition.scaled().values) if condition.op is Op.IN else None


class PersonView:
    """One person's file as it was known strictly before ``t``, under the identity that stayed by then.

    Two kinds of readers share it. *People* read incidents: :attr:`as_suspect`, :attr:`as_victim`, and what follows from
    them. *Features* read rows by view and condition: :meth:`rows`, :meth:`count`, :meth:`every`,
    :meth:`custody_days`. Everything is worked out when first asked for, and once.

    Parameters
    ----------
    person : PersonFile
    t : date
        The as-of day.
    harm : HarmTable, optional
        Needed for the harm of incidents and for features that look at it.
    """

    def __init__(self, person: PersonFile, t: date, *, harm: HarmTable | None = None) -> None:
        self.person, self.t, self.day = person.as_of(t), t, t.toordinal()
        self._harm = harm
        self._known: dict[str, dict[str, Value]] = {}
        self._views: dict[View, list[ViewRow]] = {}
        self._filtered: dict[tuple[View, tuple[Condition, ...]], tuple[list[ViewRow], list[int]]] = {}
        self._custody: dict[int, int] = {}

    # What people read.

    @property
    def person_id(self) -> str:
        """The identity as of the day: another one may stay once a merge is found."""
        return self.person.person_id

    @cached_property
    def incidents_as_suspect(self) -> Mapping[str, Incident]:
        """By identifier, every incident in which the person is known as suspect or offender, domestic or not."""
        victims: dict[str, list[Counterpart]] = {}
        for pair in self._visible(self.person.pairs):
            victims.setdefault(pair.incident.incident_id, []).append(Counterpart(pair.victim_id, pair.relationship))
        found = {}
        for row in self._visible(self.person.as_suspect):
            key = row.incident.incident_id
            found[key] = self._incident(row, self._part(row), others=tuple(victims.get(key, ())))
        return found

    @cached_property
    def incidents_as_victim(self) -> Mapping[str, Incident]:
        """By identifier, every incident in which the person is known as the victim, domestic or not."""
        found = {}
        for row in self._visible(self.person.as_victim):
            suspects = [s for s in row.suspects if known_before(self.t, s.known_from)]
            found[row.incident.incident_id] = self._incident(
                row,
                "victim",
                others=tuple(Counterpart(s.person_id, s.relationship) for s in suspects),
                relationship=row.relationship,
                counter_allegation=known_before(self.t, row.counter_from),
            )
        return found

    @cached_property
    def as_suspect(self) -> tuple[Incident, ...]:
        """Domestic-abuse incidents in which the person is known as suspect or offender, newest first."""
        return _newest_domestic(self.incidents_as_suspect)

    @cached_property
    def as_victim(self) -> tuple[Incident, ...]:
        """Domestic-abuse incidents in which the person is known as the victim, newest first."""
        return _newest_domestic(self.incidents_as_victim)

    @property
    def is_suspect(self) -> bool:
        """Whether the person is known as suspect or offender in domestic abuse: nobody else has a score."""
        return any(row.incident.domestic for row in self._visible(self.person.as_suspect))

    @property
    def is_victim(self) -> bool:
        """Whether the person is known as a victim of domestic abuse."""
        return any(row.incident.domestic for row in self._visible(self.person.as_victim))

    @property
    def has_dual_role(self) -> bool:
        """Whether the person is known as both: said before everything else."""
        return self.is_suspect and self.is_victim

    @cached_property
    def suspects(self) -> Mapping[str, tuple[Incident, ...]]:
        """Who is known to be suspected against the person, and of which incidents; the latest incident's come first."""
        suspected: dict[str, list[Incident]] = {}
        for incident in self.as_victim:
            for other in incident.others:
                suspected.setdefault(other.person_id, []).append(incident)
        return {person_id: tuple(incidents) for person_id, incidents in suspected.items()}

    @cached_property
    def recorded_against_each_other(self) -> frozenset[str]:
        """Who is known as this person's victim and also as suspected against this person."""
        return frozenset(other.person_id for row in self.as_suspect for other in row.others) & self.suspects.keys()

    @cached_property
    def not_yet_known(self) -> tuple[str, ...]:
        """Incidents of the file in which the person had no part that was known before the day, latest first."""
        known = self.incidents_as_suspect.keys() | self.incidents_as_victim.keys()
        incidents = [
            *(row.incident for row in self.person.as_suspect),
            *(row.incident for row in self.person.as_victim),
        ]
        recorded = {incident.incident_id: incident.occurred_on for incident in incidents}
        return tuple(sorted(recorded.keys() - known, key=lambda key: (recorded[key], key), reverse=True))

    @property
    def in_custody(self) -> bool:
        """Whether a spell in custody is known to cover the day."""
        return any(spell.covers(self.t) for spell in self.person.custody)

    @property
    def under_management(self) -> bool:
        """Whether the person is under MATAC management on the day."""
        return any(spell.covers(self.t) for spell in self.person.management)

    @property
    def has_died(self) -> bool:
        """Whether the person died before the day."""
        return known_before(self.t, self.person.deceased_on)

    @property
    def age_years(self) -> int | None:
        """Age in full years on the day; None without a date of birth."""
        born = self.person.birth_date
        return None if born is None else full_years(born, self.t)

    # What features read: see ``PersonRows`` in matac_ml/spec/aggregates/engines.py.

    @property
    def at_risk_from(self) -> date | None:
        """The day from which the person could be recorded at all."""
        return self.person.at_risk_from

    def rows(self, view: View, where: tuple[Condition, ...], *, window: int) -> list[ViewRow]:
        """Rows that meet every condition and happened in ``[t - window, t)``, oldest first."""
        rows, days = self._matching(view, where)
        return rows[bisect_left(days, self.day - window) :]

    def count(self, view: View, where: tuple[Condition, ...], *, window: int) -> int:
        """Number of those rows."""
        days = self._matching(view, where)[1]
        return len(days) - bisect_left(days, self.day - window)

    def every(self, view: View, where: tuple[Condition, ...]) -> list[ViewRow]:
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
            if known_before(self.t, s.known_from)
        )
        days, reached = 0, self.day - window
        for start, end in spells:
            days += max(0, min(end, self.day) - max(start, reached))
            reached = max(reached, min(end, self.day))
        return days

    def _matching(self, view: View, where: tuple[Condition, ...]) -> tuple[list[ViewRow], list[int]]:
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

    def _view(self, view: View) -> list[ViewRow]:
        if view not in self._views:
            if view is View.SUSPECT:
                made = [self._row(row.incident, self._charged(row)) for row in self._visible(self.person.as_suspect)]
            elif view is View.PAIR:
                made = [self._row(row.incident, self._of_pair(row)) for row in self._visible(self.person.pairs)]
            else:
                made = [self._row(row.incident, self._of_victim(row)) for row in self._visible(self.person.as_victim)]
            self._views[view] = sorted(made, key=lambda row: (row.day, row.incident.incident_id))
        return self._views[view]

    def _visible(self, rows: Sequence[Linked]) -> list[Linked]:
        return [row for row in rows if known_before(self.t, row.known_from) and row.incident.occurred_on < self.t]

    def _part(self, row: SuspectRow | PairRow) -> Part:
        return "offender" if known_before(self.t, row.offender_from) else "suspect"

    def _charged(self, row: SuspectRow | PairRow) -> dict[str, Value]:
        """The role known by the day, and whether it or the outcome known by the day says that they were charged."""
        part, outcome = self._part(row), self._columns(row.incident)["outcome_code"]
        return {"role": part, "charged": part == "offender" or outcome in CHARGED_OUTCOMES}

    def _of_pair(self, row: PairRow) -> dict[str, Value]:
        return {"victim_id": row.victim_id, "relationship": row.relationship} | self._charged(row)

    def _of_victim(self, row: VictimRow) -> dict[str, Value]:
        return {"relationship": row.relationship, "counter_allegation": known_before(self.t, row.counter_from)}

    def _row(self, incident: RecordedIncident, more: dict[str, Value]) -> ViewRow:
        return ViewRow(incident.occurred_on.toordinal(), incident, self._columns(incident) | more)

    def _incident(
        self,
        row: SuspectRow | VictimRow,
        part: Part,
        *,
        others: tuple[Counterpart, ...],
        relationship: str | None = None,
        counter_allegation: bool = False,
    ) -> Incident:
        incident, classified = row.incident, row.incident.classified(self.t)
        return Incident(
            incident_id=incident.incident_id,
            occurred_on=incident.occurred_on,
            recorded_on=incident.recorded_on,
            part=part,
            named_on=row.known_from,
            values=self._columns(incident),
            reclassified_on=None if classified == incident.classifications[0] else classified.known_from,
            others=others,
            relationship=relationship,
            counter_allegation=counter_allegation,
        )

    def _columns(self, incident: RecordedIncident) -> dict[str, Value]:
        """The incident's columns as known at ``t``."""
        known = self._known.get(incident.incident_id)
        if known is None:
            self._known[incident.incident_id] = known = incident.known(self.t)
            if self._harm is not None:
                classified = incident.classified(self.t)
                known["harm_days"] = self._harm.of(
                    classified.offence_code,
                    is_crime=classified.is_crime,
                    proactive=incident.fixed["proactively_detected"] is True,
                )
        return known


def _newest_domestic(incidents: Mapping[str, Incident]) -> tuple[Incident, ...]:
    domestic = (incident for incident in incidents.values() if incident.domestic)
    return tuple(sorted(domestic, key=lambda incident: incident.order, reverse=True))

"""The incidents behind features, found once for every feature that has the same ones.

Many features look at the same rows: a count, a total and a share of the same incidents in the same window. Which do is
worked out once for a set of instruments; a person's incidents are then looked up once a group, and each incident is
made into a reference once a person.
"""

from collections.abc import Hashable, Iterable, Sequence

from matac_ml.api.explanation import IncidentRef
from matac_ml.asof.evidence import evidence_key, evidence_rows
from matac_ml.asof.person_view import PersonView, ViewRow
from matac_ml.spec import Feature

#: Incidents given with one reason; how many there are in all is given beside them.
MOST_INCIDENTS = 40

Refs = tuple[IncidentRef, ...]


class EvidenceGroups:
    """Which features have the same incidents behind them.

    Parameters
    ----------
    features : iterable of Feature
    lookback_days : int
        The window of features that declare none.
    """

    def __init__(self, features: Iterable[Feature], *, lookback_days: int) -> None:
        self.lookback_days = lookback_days
        groups: dict[Hashable, int] = {}
        self.group = {
            feature.name: groups.setdefault(evidence_key(feature, lookback_days=lookback_days), len(groups))
            for feature in features
        }


class EvidenceIndex:
    """The incidents behind the features of one person, as known on the day of the view."""

    def __init__(self, view: PersonView, groups: EvidenceGroups) -> None:
        self._view = view
        self._groups = groups
        self._found: dict[int, Refs] = {}
        self._refs: dict[str, IncidentRef] = {}

    def behind(self, feature: Feature) -> Refs:
        """Every incident behind a feature's value, newest first, each once."""
        group = self._groups.group[feature.name]
        found = self._found.get(group)
        if found is None:
            rows = evidence_rows(self._view, feature, lookback_days=self._groups.lookback_days)
            self._found[group] = found = _newest_first([self._ref(row) for row in rows])
        return found

    def behind_any(self, features: Sequence[Feature]) -> Refs:
        """The incidents behind any of some features, newest first, each once."""
        if len(features) == 1:
            return self.behind(features[0])
        return _newest_first([ref for feature in features for ref in self.behind(feature)])

    def _ref(self, row: ViewRow) -> IncidentRef:
        incident = row.incident
        ref = self._refs.get(incident.incident_id)
        if ref is None:
            self._refs[incident.incident_id] = ref = IncidentRef(
                incident_id=incident.incident_id,
                occurred_on=incident.occurred_on,
                recorded_on=incident.recorded_on,
                offence_code=str(row.values["offence_code"] or ""),
            )
        return ref


def _newest_first(refs: list[IncidentRef]) -> Refs:
    once = {ref.incident_id: ref for ref in refs}
    return tuple(sorted(once.values(), key=lambda ref: (ref.occurred_on, ref.incident_id), reverse=True))

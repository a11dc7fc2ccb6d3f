"""The incidents behind features, found once for every feature that has the same ones.

Many features look at the same rows: a count, a total and a share of the same incidents in the same window. Which do is
worked out once for a set of instruments; a person's incidents are then looked up once a group, and each incident is
made into a reference once a person.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matac_ml.api.explanation import IncidentRef
from matac_ml.asof.person import evidence_key
from matac_ml.asof.person_file import ViewRow
from matac_ml.asof.person_view import PersonView
from matac_ml.spec import Feature
from matac_ml.spec.aggregates import AggregateDefinition

#: Incidents given with one reason; how many there are in all is given beside them.
MOST_INCIDENTS = 40

Refs = tuple[IncidentRef, ...]


@dataclass(frozen=True, eq=False)
class EvidenceGroup:
    """Features that have the same incidents behind them: how to find these, and any one of the features."""

    definition: AggregateDefinition
    feature: Feature
    window: int

    def rows(self, view: PersonView) -> Sequence[ViewRow]:
        """The visible rows behind them, in no stated order."""
        return self.definition.evidence(view, self.feature, self.window)


def evidence_groups(features: Iterable[Feature], *, lookback_days: int) -> dict[str, EvidenceGroup]:
    """Say which group every feature belongs to, by its name.

    Parameters
    ----------
    lookback_days : int
        The window of features that declare none.
    """
    groups: dict[Hashable, EvidenceGroup] = {}
    found = {}
    for feature in features:
        group = EvidenceGroup(feature.definition, feature, feature.window_days or lookback_days)
        found[feature.name] = groups.setdefault(evidence_key(feature, lookback_days=lookback_days), group)
    return found


class EvidenceIndex:
    """The incidents behind the features of one person, as known on the day of the view."""

    def __init__(self, view: PersonView, groups: Mapping[str, EvidenceGroup]) -> None:
        self._view = view
        self._groups = groups
        self._found: dict[EvidenceGroup, Refs] = {}
        self._refs: dict[str, IncidentRef] = {}

    def behind(self, feature: Feature) -> Refs:
        """Every incident behind a feature's value, newest first, each once."""
        group = self._groups[feature.name]
        found = self._found.get(group)
        if found is None:
            self._found[group] = found = _newest_first([self._ref(row) for row in group.rows(self._view)])
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

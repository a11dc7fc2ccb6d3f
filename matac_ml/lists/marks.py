"""Could it matter: records that are missing or pending and could move somebody across the line of a list.

Whoever is listed is marked where the place rests on something that is not known. Whoever is below the line is named
where the records that are missing could give enough points for a place. Nothing is guessed: the marks say what to look
up, and the list stays as it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matac_ml.asof import Incident, PersonFile, PersonView
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import Ranking
from matac_ml.lists.known import counted
from matac_ml.records import Extract
from matac_ml.rfg import Policy
from matac_ml.rfg.names import GRAVITY, VICTIMS, ComponentName
from matac_ml.rfg.points import score_columns
from matac_ml.wording import count, joined

Ints = npt.NDArray[np.int64]
#: People below the line whom a list names at most, those nearest to it first.
MOST_BELOW = 50
#: More harm than any index gives: the highest band.
_MOST_HARM = 1e7
#: Incidents that a mark names; those beyond are counted.
_NAMED = 3

# What of a person's incidents in the window may be missing; the file of whoever it could matter to decides.
_GAPS = """
SELECT v.person_id,
    count(DISTINCT i.incident_id) FILTER (WHERE NOT EXISTS (FROM involvements w WHERE w.incident_id = i.incident_id
        AND w.role = 'victim' AND w.person_id <> v.person_id AND w.recorded_on < $as_of
        AND coalesce(w.counterpart_id = v.person_id, TRUE))) AS unnamed,
    count(DISTINCT i.incident_id) FILTER (WHERE coalesce(NOT list_contains($codes, i.offence_code), TRUE)
        OR EXISTS (FROM reclassifications r WHERE r.incident_id = i.incident_id)) AS unweighed
FROM involvements v JOIN incidents i ON i.incident_id = v.incident_id
WHERE v.role IN ('suspect', 'offender') AND i.domestic AND v.recorded_on < $as_of AND i.occurred_on < $as_of
    AND i.occurred_on >= $as_of - CAST($window AS INTEGER)
GROUP BY v.person_id HAVING unnamed > 0 OR unweighed > 0
"""


@dataclass(frozen=True)
class Gaps:
    """Incidents in the window of which something is missing."""

    unnamed: tuple[Incident, ...]
    unweighed: tuple[Incident, ...]

    @classmethod
    def of(cls, view: PersonView, context: ScoringContext) -> "Gaps":
        """What is missing for the components that the policy has."""
        incidents = tuple(counted(view, context.policy).values())
        held = context.instruments.harm_table.by_code
        components = context.policy.components
        unnamed = tuple(incident for incident in incidents if not incident.others)
        unweighed = tuple(incident for incident in incidents if incident.is_crime and incident.offence_code not in held)
        return cls(
            unnamed if ComponentName.VICTIMS in components else (),
            unweighed if ComponentName.GRAVITY in components else (),
        )

    def marks(self) -> Iterator[str]:
        """What is missing, in plain English."""
        if self.unnamed:
            names = "names no victim" if len(self.unnamed) == 1 else "name no victim"
            yield f"{count(len(self.unnamed), 'incident')} {names} ({_some(self.unnamed)}): more victims, more points"
        if self.unweighed:
            has = "has" if len(self.unweighed) == 1 else "have"
            yield (
                f"{count(len(self.unweighed), 'crime')} {has} no offence code that the harm index holds "
                f"({_some(self.unweighed)}): the harm is not known"
            )


def marks_of_listed(person: PersonFile, context: ScoringContext, *, tied: bool) -> tuple[str, ...]:
    """What a place rests on that is not known; of whoever ties at the line also what could put them above it."""
    found = []
    if person.birth_date is None:
        age = context.policy.eligibility.minimum_age
        found.append(f"no date of birth is recorded: somebody younger than {age} would not be listed")
    if tied:
        found += Gaps.of(context.view(person), context).marks()
    return tuple(found)


def below_the_line(
    extract: Extract,
    context: ScoringContext,
    ranking: Ranking,
    *,
    area: str | None,
    listed: Sequence[str],
    find: Callable[[list[str]], Mapping[str, PersonFile]],
) -> dict[str, tuple[str, ...]]:
    """Name people below the line of a list by the matrix whom missing records could put across it.

    Parameters
    ----------
    listed : sequence of str
        Whoever is listed, in order: the last one is at the line.

    Returns
    -------
    dict of str to tuple of str
        Person to marks, in order of the list; at most :data:`MOST_BELOW`.
    """
    if not listed:
        return {}
    people = ranking.people
    line = int(people.loc[[listed[-1]], "total"].to_numpy()[0])
    nowhere = people["area"].isna().to_numpy() if area is not None else np.zeros(len(people), dtype=np.bool_)
    could = people["eligible"].to_numpy(dtype=bool) & ~people.index.isin(listed)
    if area is not None:
        could &= (people["area"] == area).to_numpy(dtype=bool) | nowhere
    gaps = _gaps(extract, context)
    asked = people[could & (people.index.isin(gaps) | nowhere)].sort_index()
    best = _best(ranking, context.policy, [str(person) for person in asked.index], gaps)
    near = asked.assign(best=best)[best >= line].sort_values(list(ranking.order), ascending=False, kind="stable")
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(near), MOST_BELOW):
        some = [str(person) for person in near.index[start : start + MOST_BELOW]]
        for person, file in ((person, file) for person, file in find(some).items() if person in some):
            missing = Gaps.of(context.view(file), context)
            exact = {person: (len(missing.unnamed), len(missing.unweighed))}
            if _best(ranking, context.policy, [person], exact)[0] < line:
                continue
            no_area = area is not None and not isinstance(people.at[person, "area"], str)
            where = ["no incident says in which area it was, so the person is on no area's list"] if no_area else []
            if marks := (*where, *missing.marks()):
                found[person] = marks
        if len(found) >= MOST_BELOW:
            break
    order = {str(person): place for place, person in enumerate(near.index)}
    return {person: found[person] for person in sorted(found, key=order.__getitem__)[:MOST_BELOW]}


def _gaps(extract: Extract, context: ScoringContext) -> dict[str, tuple[int, int]]:
    """How many incidents of each person may lack a victim, and how many their harm."""
    asked = {
        "as_of": context.as_of,
        "window": context.policy.entry.window_days,
        "codes": list(context.harm.days),
    }
    rows = extract.connect(as_of=context.as_of).execute(_GAPS, asked).fetchall()
    return {str(person): (int(unnamed), int(unweighed)) for person, unnamed, unweighed in rows}


def _best(ranking: Ranking, policy: Policy, people: Sequence[str], gaps: Mapping[str, tuple[int, int]]) -> Ints:
    """The most points that each person could have if what is missing were recorded."""
    values = [ranking.values(person) or {} for person in people]
    columns = {
        feature.name: np.array([_number(known.get(feature.name)) for known in values], dtype=np.float64)
        for feature in policy.features
    }
    missing = np.array([gaps.get(person, (0, 0)) for person in people], dtype=np.float64).reshape(-1, 2)
    if VICTIMS in columns:
        columns[VICTIMS] = np.nan_to_num(columns[VICTIMS]) + missing[:, 0]
    if GRAVITY in columns:
        columns[GRAVITY] = np.where(missing[:, 1] > 0, _MOST_HARM, columns[GRAVITY])
    _, total, _ = score_columns(policy, columns)
    return total


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _some(incidents: Sequence[Incident]) -> str:
    named = [incident.incident_id for incident in incidents[:_NAMED]]
    more = len(incidents) - _NAMED
    return joined([*named, *([f"{more} more"] if more > 0 else [])])

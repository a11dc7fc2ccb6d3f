"""Could it matter: records that are missing or pending and could move somebody across the line of a list.

Whoever is listed is marked where the place rests on something that is not known. Whoever is below the line is named
where the records that are missing could give enough points for a place. Nothing is guessed: the marks say what to look
up, and the list stays as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


@dataclass(frozen=True)
class Missing:
    """What may be missing of everybody ranked: it is the same for every list of a day.

    Attributes
    ----------
    near : ndarray of bool, shape (n,)
        Whose incidents lack something, or say of no area.
    best : ndarray of int, shape (n,)
        The most points that each could have if everything missing were recorded.
    """

    near: npt.NDArray[np.bool_]
    best: Ints

    @classmethod
    def of(cls, found: Iterable[tuple[str, int, int]], context: ScoringContext, ranking: Ranking) -> "Missing":
        """Work out from what :func:`find_gaps` found how far each could come."""
        gaps = np.zeros((len(ranking.people), 2))
        for person, *counts in found:
            if (place := ranking.place(person)) is not None:
                gaps[place] = counts
        near = np.asarray((gaps > 0).any(axis=1), dtype=np.bool_)
        return cls(near, _best(ranking, context.policy, np.arange(len(gaps)), gaps))


def nearest_below(missing: Missing, ranking: Ranking, *, area: str | None, listed: Sequence[str]) -> tuple[str, ...]:
    """Whoever is below the line of a list and might cross it, in its order; their files decide."""
    if not listed:
        return ()
    people = ranking.people
    at = ranking.rows_of(listed)
    could = people["eligible"].to_numpy(dtype=bool)
    near = missing.near
    if area is not None:
        nowhere = people["area"].isna().to_numpy()
        could, near = could & ((people["area"] == area).to_numpy(dtype=bool) | nowhere), near | nowhere
    wanted = could & near & (missing.best >= people["total"].to_numpy()[at[-1]])
    wanted[at] = False
    rows = np.flatnonzero(wanted)
    # The columns of the order from the last to the first: whoever is equal in all stays in order of identifier.
    order = np.lexsort([-people[name].to_numpy()[rows] for name in reversed(ranking.order)])
    return tuple(str(person) for person in people.index[rows[order]])


def below_the_line(
    context: ScoringContext,
    ranking: Ranking,
    missing: Missing,
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
    near = nearest_below(missing, ranking, area=area, listed=listed)
    line = int(ranking.people["total"].to_numpy()[ranking.rows_of(listed[-1:])].max(initial=0))
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(near), MOST_BELOW):
        some = list(near[start : start + MOST_BELOW])
        files = find(some)
        gaps = [Gaps.of(context.view(files[person]), context) for person in some]
        exact = np.array([(len(each.unnamed), len(each.unweighed)) for each in gaps], dtype=np.float64)
        rows = ranking.rows_of(some)
        reach = _best(ranking, context.policy, rows, exact) >= line
        for person, row, each, reaches in zip(some, rows, gaps, reach, strict=True):
            no_area = area is not None and not isinstance(ranking.people["area"].iat[row], str)
            where = ["no incident says in which area it was, so the person is on no area's list"] if no_area else []
            if reaches and (marks := (*where, *each.marks())):
                found[person] = marks
        if len(found) >= MOST_BELOW:
            break
    return dict(list(found.items())[:MOST_BELOW])


def find_gaps(extract: Extract, context: ScoringContext) -> list[tuple[str, int, int]]:
    """Everybody whose incidents may lack something: person, how many may lack a victim, how many their harm."""
    asked = {
        "as_of": context.as_of,
        "window": context.policy.entry.window_days,
        "codes": list(context.harm.days),
    }
    rows: list[tuple[str, int, int]] = extract.connect(as_of=context.as_of).execute(_GAPS, asked).fetchall()
    return rows


def _best(ranking: Ranking, policy: Policy, rows: Ints, gaps: npt.NDArray[np.float64]) -> Ints:
    """The most points that the people of some rows could have if what is missing were recorded."""
    measured = ranking.measured()
    columns = {feature.name: measured[feature.name].to_numpy()[rows] for feature in policy.features}
    if VICTIMS in columns:
        columns[VICTIMS] = np.nan_to_num(columns[VICTIMS]) + gaps[:, 0]
    if GRAVITY in columns:
        columns[GRAVITY] = np.where(gaps[:, 1] > 0, _MOST_HARM, columns[GRAVITY])
    _, total, _ = score_columns(policy, columns)
    return total


def _some(incidents: Sequence[Incident]) -> str:
    named = [incident.incident_id for incident in incidents[:_NAMED]]
    more = len(incidents) - _NAMED
    return joined([*named, *([f"{more} more"] if more > 0 else [])])

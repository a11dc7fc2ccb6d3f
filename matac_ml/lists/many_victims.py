"""People with several victims and little recorded harm over a long time, whom an order by harm alone would not find.

They are in order of identifier and have no rank: the view shows whose records a specialist may want to read, and says
nothing of how likely or how grave anything is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from matac_ml.asof import PersonFile, PersonView, feature_table, read_people
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import OnRegisters, Ranking
from matac_ml.lists.known import counted
from matac_ml.ranks import cut_line
from matac_ml.records import Extract
from matac_ml.rfg.features import policy_features
from matac_ml.rfg.names import GRAVITY, VICTIMS, ComponentName

#: Different victims from which somebody is shown.
LEAST_VICTIMS = 3
#: From the first to the last incident in the window at least so long.
LEAST_SPAN = timedelta(days=365)
#: Harm is little up to this share of that of the last place of an order by harm alone.
SHARE_OF_HARM = 0.5
#: Said wherever they are shown.
MEANING = (
    "Recorded against three or more people over a year or more, with little harm recorded: an order by harm alone "
    "would not find them. They are in order of identifier, and not ranked. The view does not say how likely or how "
    "grave anything is; it shows whose records a specialist may want to read."
)


@dataclass(frozen=True)
class ManyVictims:
    """Somebody recorded against several people.

    Attributes
    ----------
    victims, incidents : int
        In the policy's window.
    harm_days : float
        By the harm index; harm that is not known counts nothing.
    first, last : date
        When the first and the last of the incidents happened.
    """

    person_id: str
    also_victim: bool
    serial_perpetrator: bool
    victims: int
    incidents: int
    harm_days: float
    first: date
    last: date
    area: str | None


def many_victims(
    extract: Extract,
    context: ScoringContext,
    ranking: Ranking,
    *,
    area: str | None = None,
    serial: OnRegisters | None = None,
    find: Callable[[list[str]], Mapping[str, PersonFile]] | None = None,
) -> tuple[ManyVictims, ...]:
    """Find people with several victims and little harm over a long time.

    Parameters
    ----------
    area : str, optional
        The area of the latest incident; the whole force unless told.
    serial, find : optional
        The registers and the reader of files, where they are at hand already.

    Returns
    -------
    tuple of ManyVictims
        Whoever the policy would list, with at least three victims in its window, at least a year between the first and
        the last incident, and at most half the harm that the last place of a list by harm alone has. In order of
        identifier.
    """
    found = _candidates(extract, context, ranking, area)
    files = (find or (lambda people: read_people(extract, people)))(sorted(found))
    registers = serial or OnRegisters.draw(extract, context.policy, context.as_of)
    people = []
    for person_id in sorted(found):
        view = context.view(files[person_id])
        days = sorted(incident.occurred_on for incident in counted(view, context.policy).values())
        if days and days[-1] - days[0] >= LEAST_SPAN:
            people.append(_shown(person_id, view, found[person_id], days, ranking, registers))
    return tuple(people)


def _candidates(
    extract: Extract, context: ScoringContext, ranking: Ranking, area: str | None
) -> dict[str, tuple[int, float]]:
    """Number of victims and harm of whoever has enough victims and little harm."""
    features = policy_features(
        (ComponentName.GRAVITY, ComponentName.VICTIMS),
        window_days=context.policy.entry.window_days,
        charged_only=False,
        worst=False,
        count_crimes=False,
    )
    back = context.instruments.lookback_days
    frame = feature_table(extract, features, [context.as_of], harm=context.harm, lookback_days=back)
    frame = frame.set_index(frame["person_id"].astype(str))
    people = ranking.people
    taken = people["eligible"].to_numpy(dtype=bool)
    if area is not None:
        taken = taken & (people["area"] == area).to_numpy(dtype=bool)
    frame = frame.loc[people.index[taken]]
    if frame.empty:
        return {}
    harm = np.nan_to_num(frame[GRAVITY].to_numpy(np.float64))
    by_harm = harm[cut_line(harm, context.policy.capacity).shown].min()
    victims = np.nan_to_num(frame[VICTIMS].to_numpy(np.float64))
    chosen = (victims >= LEAST_VICTIMS) & (harm <= SHARE_OF_HARM * by_harm)
    rows = zip(frame.index[chosen], victims[chosen], harm[chosen], strict=True)
    return {str(person): (int(number), float(days)) for person, number, days in rows}


def _shown(
    person_id: str,
    view: PersonView,
    found: tuple[int, float],
    days: list[date],
    ranking: Ranking,
    serial: OnRegisters,
) -> ManyVictims:
    area = ranking.people.at[person_id, "area"]
    return ManyVictims(
        person_id=person_id,
        also_victim=view.has_dual_role,
        serial_perpetrator=person_id in serial.perpetrators,
        victims=found[0],
        incidents=len(days),
        harm_days=found[1],
        first=days[0],
        last=days[-1],
        area=area if isinstance(area, str) else None,
    )

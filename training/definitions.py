"""Other definitions of what is predicted, over the recipe's own horizon and whatever the catalogue lists."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from features.shared import CHARGED, HARMFUL
from matac_ml.spec import Clock, Condition, Outcome, OutcomeKind
from training.dataset import Dataset
from training.rows import Floats, Rows
from training.sources import RunSources


def other_outcomes(sources: RunSources) -> tuple[Outcome, ...]:
    """What a run's list is also held against, each meaning once and none of them what is predicted.

    Returns
    -------
    tuple of Outcome
        The yes-or-no outcomes of the recipe's file that look no further ahead; any new record, a harmful one, one with
        somebody new as victim and one that ended in a charge, over the horizon predicted and by the same clock; and
        what is predicted, by the other clock.
    """
    main = sources.outcome
    listed = (
        outcome for outcome in sources.outcomes if outcome.is_yes_or_no and outcome.horizon_days <= main.horizon_days
    )
    other = Clock.RECORDED if main.clock is Clock.HAPPENED else Clock.HAPPENED
    turned = replace(main, name=f"{main.name}_by_day_{other.value}", clock=other)
    return tuple(_each_meaning_once((*listed, *_of_one_horizon(main), turned), but=main))


def labels_of(found: pd.DataFrame, dataset: Dataset, rows: Rows) -> dict[str, Floats]:
    """Whether each outcome of a table by person and day happened, for each of the rows.

    Parameters
    ----------
    found : DataFrame
        As :func:`matac_ml.asof.outcome_table` gives it.
    """
    identities, days = np.array(dataset.identities, dtype=object), pd.to_datetime(list(rows.dates))
    keys = pd.MultiIndex.from_arrays([identities[rows.identity], days[rows.cycle]])
    values = found.assign(as_of=pd.to_datetime(found["as_of"])).set_index(["person_id", "as_of"]).reindex(keys)
    return {str(name): (values[name].fillna(0).to_numpy() > 0).astype(np.float64) for name in values.columns}


def _of_one_horizon(main: Outcome) -> Iterator[Outcome]:
    """The definitions that practice would argue about, from the widest to the narrowest."""
    record, whom = OutcomeKind.RECORD, "is recorded with this person as suspect"
    declared: tuple[tuple[str, OutcomeKind, tuple[Condition, ...], str], ...] = (
        ("new_record", record, (), f"Any further incident {whom}"),
        ("harmful_record", record, (HARMFUL,), f"An incident of half a year of harm or more {whom}"),
        ("new_victim", OutcomeKind.NEW_VICTIM, (), f"An incident {whom} and somebody new as victim"),
        (
            "charged_record",
            record,
            (CHARGED,),
            "An incident is recorded, and this person charged, cautioned or convicted",
        ),
    )
    days = main.horizon_days
    for name, kind, where, sentence in declared:
        yield Outcome(
            name=f"{name}_{days}d", kind=kind, horizon_days=days, where=where, sentence=sentence, clock=main.clock
        )


def _each_meaning_once(outcomes: Iterable[Outcome], *, but: Outcome) -> Iterator[Outcome]:
    """Leave out what is asked already under another name; another meaning of a name that is taken gets a new one."""
    meant, named = {_meaning(but)}, {but.name}
    for outcome in outcomes:
        if _meaning(outcome) in meant:
            continue
        found = replace(outcome, name=f"{outcome.name}_again") if outcome.name in named else outcome
        meant.add(_meaning(found))
        named.add(found.name)
        yield found


def _meaning(outcome: Outcome) -> tuple[object, ...]:
    """What is counted, without the words for it."""
    where = frozenset((c.column, c.op, frozenset(c.values)) for c in outcome.conditions)
    return outcome.kind, outcome.horizon_days, outcome.clock, where

"""Who comes onto a list and who leaves it when another version takes over, by group, fit to be shown to anybody."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from matac_ml.fairness.disclosure import MARK, NOT_SHOWN, Rounding
from matac_ml.fairness.groups import TITLES, audit_groups
from matac_ml.page import Table
from matac_ml.records import Extract
from training.rows import Floats

#: Attributes by which the two lists are compared; what is recorded of somebody is not one of them.
_BY = ("sex", "ethnicity", "age", "deprivation")
CAPTION = "Who stays, leaves and enters, by group"


def movement_by_group(
    extract: Extract, people: Sequence[str], before: Floats, after: Floats, *, names: tuple[str, str], day: date
) -> Table:
    """Count by group who stands on both lists, on the first alone and on the second alone.

    Counts of people are rounded at random to tens and shown from twenty on, as everything that is published.

    Parameters
    ----------
    people : sequence of str
        Everybody whom the policy would take.
    before, after : ndarray, shape (people,)
        Each one's share of a place; people who tie at the last place share it.
    names : (str, str)
        What the two lists are called.
    """
    groups = audit_groups(extract.people_frame(), people, day)
    moves = {
        "both": np.minimum(before, after),
        "left": np.maximum(before - after, 0),
        "came": np.maximum(after - before, 0),
    }
    exact = {
        (name, str(group), move): float(share[(groups[name] == group).to_numpy()].sum())
        for name in _BY
        if name in groups
        for group in sorted(set(groups[name]))
        for move, share in moves.items()
    }
    to = Rounding(f"{extract.data_hash}{sorted(exact.items())}")

    def shown(*key: str) -> str:
        rounded = to.count(exact[key[0], key[1], key[2]], *key)
        return MARK if rounded == NOT_SHOWN else f"about {rounded:,}"

    lines = dict.fromkeys((name, group) for name, group, _ in exact)
    head = ("Group", "On both lists", f"Only on the list of {names[0]}", f"Only on the list of {names[1]}")
    rows = tuple((f"{TITLES[name]}: {group}", *(shown(name, group, move) for move in moves)) for name, group in lines)
    return Table(CAPTION, head, rows)

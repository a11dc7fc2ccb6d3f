"""Counter-allegations: pairs of people recorded against each other, and which of the two a list puts first.

Where a victim is accused in turn, a list that counts records alone can put the victim above the person they fear.
Hester (2013) found that women recorded as perpetrators mostly had one incident, and men who were recorded many.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.evaluation import wilson
from matac_ml.facts import CounterAllegationFacts, Estimate, PairLineFacts, finite
from matac_ml.fairness.history import SUSPECT_ONLY

Floats = npt.NDArray[np.float64]
#: Fewer pairs than this say nothing.
ENOUGH = 10

_MUTUAL = """
WITH before AS (SELECT suspect, victim, count(*) AS times, min(known) AS first FROM audit_pairs
    WHERE known < ? GROUP BY suspect, victim)
SELECT a.suspect AS one, a.victim AS other, a.times AS by_one, b.times AS by_other, a.first AS first_by_one,
    b.first AS first_by_other
FROM before a JOIN before b ON b.suspect = a.victim AND b.victim = a.suspect
WHERE a.suspect < a.victim ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Question:
    """What is asked of a pair: whether the first of the two stands nearer to the top.

    Attributes
    ----------
    first : ndarray of int, shape (pairs,)
        1 where the question is about ``one``, -1 where about ``other``, 0 where the pair cannot answer.
    """

    text: str
    first: npt.NDArray[np.int64]


def mutual_pairs(con: duckdb.DuckDBPyConnection, as_of: date) -> pd.DataFrame:
    """Pairs in which each is recorded as suspect against the other, strictly before a day.

    Returns
    -------
    DataFrame
        ``one`` and ``other`` (each pair once), ``by_one`` and ``by_other`` (incidents with that person as suspect),
        ``first_by_one`` and ``first_by_other`` (the day the first of these was known).
    """
    frame: pd.DataFrame = con.execute(_MUTUAL, [as_of]).df()
    return frame


def questions(pairs: pd.DataFrame, sex: Mapping[Any, str]) -> tuple[Question, ...]:
    """What is asked of every pair: who accused whom more often, who did first, and who is a woman."""
    often = np.sign((pairs["by_one"] - pairs["by_other"]).to_numpy()).astype(np.int64)
    first = np.sign(
        (pd.to_datetime(pairs["first_by_other"]) - pd.to_datetime(pairs["first_by_one"])).dt.days.to_numpy()
    ).astype(np.int64)
    woman, man = ({p for p, s in sex.items() if s == kind} for kind in ("female", "male"))
    women = np.array(
        [
            (person in woman and other in man) - (other in woman and person in man)
            for person, other in zip(pairs["one"], pairs["other"], strict=True)
        ],
        dtype=np.int64,
    )
    return (
        Question("The person who is the suspect more often in the pair's incidents stands nearer to the top", often),
        Question("The person who was recorded as the suspect first stands nearer to the top", first),
        Question("In pairs of a woman and a man, the woman stands nearer to the top", women),
    )


def counter_allegations(
    pairs: pd.DataFrame,
    asked: tuple[Question, ...],
    *,
    instruments: Mapping[str, tuple[str, pd.Series]],
    roles: pd.Series,
    sex: pd.Series,
) -> CounterAllegationFacts:
    """Audit people in both roles, and pairs recorded against each other.

    Parameters
    ----------
    instruments : mapping of name to (label, Series)
        Share of the list above each person, on average over the lists, indexed by person; smaller is nearer to the top.
    roles, sex : Series
        Of everybody ranked, indexed by person.
    """
    lines = tuple(
        _line(name, label, question, pairs, place) for name, (label, place) in instruments.items() for question in asked
    )
    both = roles != SUSPECT_ONLY
    by_sex = {str(k): int(v) for k, v in both.groupby(sex.reindex(roles.index)).sum().items()}
    text = (
        f"{int(both.sum()):,} of {len(roles):,} people ranked are also recorded as victims; "
        f"in {len(pairs):,} pairs each is recorded as suspect against the other. "
        "Which of the two is the primary aggressor is for officers to find out; a list does not know."
    )
    return CounterAllegationFacts(
        people=len(roles), in_both_roles=int(both.sum()), in_both_roles_by_sex=by_sex, pairs=len(pairs), lines=lines,
        text=text,
    )  # fmt: skip


def _line(name: str, label: str, question: Question, pairs: pd.DataFrame, place: pd.Series) -> PairLineFacts:
    ahead = np.sign(place.reindex(pairs["other"]).to_numpy() - place.reindex(pairs["one"]).to_numpy())
    asked = (question.first != 0) & np.isfinite(ahead)
    n = int(asked.sum())
    if n < ENOUGH:
        text = f"{question.text}: not enough evidence; {n} pairs can answer."
        return PairLineFacts(
            instrument=name, label=label, question=question.text, pairs=n, share=Estimate(value=None), text=text
        )
    share = float(((1 + question.first[asked] * ahead[asked]) / 2).mean())
    low, high = wilson(share * n, n)
    unknown = "whether that is more or less than half cannot be told from chance"
    verdict = "more often than not" if low > 0.5 else "less often than not" if high < 0.5 else unknown
    text = f"{question.text}: in {share:.0%} ({low:.0%} to {high:.0%}) of {n:,} pairs; {verdict}."
    found = Estimate(value=finite(share), low=finite(low), high=finite(high))
    return PairLineFacts(instrument=name, label=label, question=question.text, pairs=n, share=found, text=text)

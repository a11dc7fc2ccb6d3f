"""Scores of everybody as one table, and explained scores of some of them, as a batch writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from matac_ml.api.explanation import ExplainedScore, NotScored
from matac_ml.asof import PersonFile
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.person import explain_people
from matac_ml.explain.ranking import Ranking

#: The column that says why an identifier may not stand for one person.
DOUBTFUL = "doubtful_identity"


def score_table(ranking: Ranking, doubtful: Mapping[str, str]) -> pd.DataFrame:
    """Everybody with their rank, which equal people share; whom the policy would not take comes last, with why.

    Parameters
    ----------
    doubtful : mapping of str to str
        From :meth:`Extract.doubtful`.
    """
    everybody = ranking.first(max(1, len(ranking.people))).people.set_index("person_id")
    table = (
        ranking.people.join(everybody[["rank", "tied_with"]].astype("Int64"))
        .rename_axis("person_id")
        .reset_index()
        .rename(columns={"total": "matrix_total"})
    )
    table = table.rename(columns={"band": "matrix_band", "low": "probability_low", "high": "probability_high"})
    table["ineligible"] = table["ineligible"].map("; ".join)
    table[DOUBTFUL] = [doubtful.get(str(person), "") for person in table["person_id"]]
    by = {"eligible": False, "rank": True, "matrix_total": False, "person_id": True}
    ordered = table.sort_values(list(by), ascending=list(by.values()))
    first = ["rank", "tied_with", "person_id", "also_victim", DOUBTFUL, "eligible", "ineligible", "area"]
    return ordered[[*first, *(name for name in ordered.columns if name not in first)]].reset_index(drop=True)


def explain_ranked(
    people: Sequence[tuple[str, PersonFile]], context: ScoringContext, ranking: Ranking, doubtful: Mapping[str, str]
) -> tuple[ExplainedScore | NotScored, ...]:
    """Explain people beside everybody's ranks, in the order given.

    Parameters
    ----------
    people : sequence of (str, PersonFile)
        The identifier that each was asked for by, and the file.
    """
    subjects = [
        Subject(
            file,
            asked_as=name,
            values=ranking.values(file.person_id),
            doubtful=doubtful.get(file.person_id, ""),
        )
        for name, file in people
    ]
    return explain_people(subjects, replace(context, rank_table=ranking.rank_table))

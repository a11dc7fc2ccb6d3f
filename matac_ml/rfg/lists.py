"""The list of one policy on one day: everybody eligible, in order, with whoever is equal at the last place."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from matac_ml.asof import eligibility_frame, feature_table
from matac_ml.evaluation import places
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.ranks import CutLine, cut_line, shared_ranks
from matac_ml.records import Extract
from matac_ml.rfg.points import place_scores, score_matrix
from matac_ml.rfg.policy import Policy, is_eligible

#: How somebody stands on a list.
ON, TIED, UNRANKED = "on the list", "tied", "not ranked"


@dataclass(frozen=True)
class Listed:
    """Everybody eligible under one policy on one day.

    Attributes
    ----------
    frame : DataFrame
        Indexed by person: points of each component, ``total``, ``order`` (the total with the rule for ties below one
        point), ``rank`` (equal people share one), ``standing`` (``on the list``, ``tied`` or ``not on the list``),
        ``place`` (share of a place among the first k), ``also_victim``, and what the matrix measured.
    """

    policy: Policy
    frame: pd.DataFrame
    k: int

    @cached_property
    def line(self) -> CutLine:
        """Who is among the first ``k``, and who is equal at the last place."""
        return cut_line(self.frame["order"].to_numpy(np.float64), self.k)

    def ordered(self) -> pd.DataFrame:
        """Everybody in order of the list, ``person_id`` as the first column.

        Equal people stand in order of identifier, so that the same records give the same file, and share a rank.
        """
        frame = self.frame.rename_axis("person_id").reset_index()
        return frame.sort_values(["order", "person_id"], ascending=[False, True]).reset_index(drop=True)

    def first(self, k: int | None = None) -> pd.DataFrame:
        """The first ``k`` as :meth:`ordered` gives them, with everybody who is equal at the last place."""
        ordered = self.ordered()
        return ordered[cut_line(ordered["order"].to_numpy(np.float64), k or self.k).shown]


def listed(extract: Extract, policy: Policy, as_of: date, *, k: int | None = None) -> Listed:
    """Score everybody eligible on a day."""
    back = max(LOOKBACK_DAYS, policy.entry.window_days)
    frame = feature_table(extract, policy.features, [as_of], harm=policy.harm_index, lookback_days=back)
    who = eligibility_frame(extract, [as_of], lookback_days=back)
    frame = frame.set_index("person_id").loc[who["person_id"]][is_eligible(policy, who)]
    scored = score_matrix(policy, frame)
    size = k or policy.capacity
    scored["order"] = place_scores(policy, scored)
    order = scored["order"].to_numpy(np.float64)
    scored["rank"] = shared_ranks(order)
    scored["standing"] = cut_line(order, size).standing()
    scored["place"] = places(order, size) if len(scored) else 0.0
    return Listed(policy, scored.join(frame).join(who.set_index("person_id")["also_victim"]), size)

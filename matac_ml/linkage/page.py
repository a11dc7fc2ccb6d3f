"""The pairs as one page to read beside the sheet."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matac_ml.linkage.proposal import Proposal
from matac_ml.linkage.sheet import PARTICULARS, evidence, known, strength
from matac_ml.page import Document, write_prose
from matac_ml.wording import count

_TEMPLATE = Path(__file__).parent / "templates" / "pairs.md"


def pairs_page(proposal: Proposal, pairs: Sequence[Mapping[str, Any]]) -> Document:
    """Write the pairs with both sides of each and the evidence in words."""
    return write_prose(
        _TEMPLATE,
        {
            "shown": count(len(pairs), "pair"),
            "identities": proposal.told["identities"],
            "not_compared": proposal.told["not_compared"],
            "pairs": [
                {
                    "number": pair["number"],
                    "strength": strength(pair),
                    "evidence": list(evidence(pair)),
                    "rows": _rows(proposal, pair),
                }
                for pair in pairs
            ],
        },
    )


def _rows(proposal: Proposal, pair: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    first, second = (proposal.names.get(pair[side], {}) for side in ("first", "second"))
    rows = [("Number", pair["first"], pair["second"])]
    rows += [(PARTICULARS[name], first.get(name) or "", second.get(name) or "") for name in known(proposal)]
    return [*rows, ("Incidents", str(pair["first_incidents"]), str(pair["second_incidents"]))]

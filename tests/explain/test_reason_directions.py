"""A reason says which way it moves the score, in words and in the field that the page shows."""

from datetime import date

import pytest

from features import CATALOGUE
from matac_ml.asof import PersonView, person_file_from_records
from matac_ml.explain.context import plan_families
from matac_ml.explain.evidence import EvidenceIndex, evidence_groups
from matac_ml.explain.model_score import reasons_by_family

FEATURE = CATALOGUE[0]


@pytest.mark.parametrize(
    ("contribution", "said", "directions"),
    [
        (0.41, "raises this score strongly", ["raises"]),
        (-0.4, "lowers this score somewhat", ["lowers"]),
        (-0.09, "lowers this score slightly", ["lowers"]),
        (0.0, "no difference", []),
    ],
)
def test_a_reason_says_which_way_it_moves_the_score(contribution: float, said: str, directions: list[str]) -> None:
    """What adds to the log-odds raises the score, what takes away from them lowers it; nothing is no reason."""
    view = PersonView(person_file_from_records({"people": [{"person_id": "P"}]}, "P"), date(2024, 6, 1))
    evidence = EvidenceIndex(view, evidence_groups([FEATURE], lookback_days=1095))
    plans = plan_families([FEATURE], typical={})
    (family,) = reasons_by_family(plans, {FEATURE.name: None}, [contribution], evidence)
    assert said in family.text
    assert [reason.direction for reason in family.reasons] == directions

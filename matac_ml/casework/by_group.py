"""How judgements agreed by protected characteristics, in protected counts: to look at judgements, never for a score."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from matac_ml.casework.cycle import Cycle
from matac_ml.casework.statistics import Settlement, agreement_counts, settlements

if TYPE_CHECKING:
    from matac_ml.records import Extract

#: Characteristics by which judgements are counted, as an audit of scores names them.
LOOKED_AT = ("sex", "ethnicity", "age")
MEANING = (
    "Protected characteristics as recorded, to look at judgements and for nothing else: no score uses them. A "
    "difference can have many causes, and a few judgements show none."
)


def agreement_by_group(cycle: Cycle, extract: "Extract", as_of: date) -> dict[str, dict[str, dict[str, str]]]:
    """Count by each characteristic how the referrals of each group were judged and settled.

    Parameters
    ----------
    as_of : date
        Day on which ages are taken.

    Returns
    -------
    dict of title to group to way to text
        Counts as :func:`~matac_ml.fairness.disclosure.protect` gives them; empty where nobody was judged. A
        characteristic of which nothing is recorded is left out.
    """
    from matac_ml.codes import NOT_STATED
    from matac_ml.fairness.groups import TITLES, audit_groups

    people: Sequence[str] = sorted({settlement.person_id for settlement in settlements(cycle)})
    if not people:
        return {}
    groups = audit_groups(extract.people_frame(), people, as_of)

    def counted(name: str) -> dict[str, dict[str, str]]:
        of_person = groups[name].to_dict()

        def group_of(settlement: Settlement) -> str:
            return str(of_person.get(settlement.person_id, NOT_STATED))

        return agreement_counts(cycle, group_of)

    return {TITLES[name]: counted(name) for name in LOOKED_AT if name in groups}

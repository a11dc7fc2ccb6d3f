"""The circumstances recorded, and the person's own record as a victim."""

from functools import partial

from features.shared import EXPOSURE, HESTER, PPIT, THREE_YEARS, TURNER, YEAR, as_victim, context, noted
from matac_ml.spec import Aggregate, Condition, Feature, among, is_true

COUNT = Aggregate.COUNT
NOT_SUPPORTED: Condition = among(
    "outcome_code", 14, 16, words="closed because the victim did not or could not support action"
)
BY_VICTIM: Condition = among("report_source", "victim", words="reported by the victim")
BY_OTHERS: Condition = among("report_source", "third_party", words="reported by a third party")
COUNTERED, CHILDREN = (is_true("counter_allegation"),), (is_true("children_present"),)

own = partial(as_victim, direction=0, source=HESTER)
share = partial(context, aggregate=Aggregate.SHARE, window_days=THREE_YEARS, direction=0, min_n=2, source=TURNER)

CONTEXT: tuple[Feature, ...] = (
    own("own_victim_365d", aggregate=COUNT, window_days=YEAR),
    own("own_victim_1095d", aggregate=COUNT, window_days=THREE_YEARS),
    own("days_since_own_victim", aggregate=Aggregate.DAYS_SINCE_LAST, window_days=THREE_YEARS),
    own("counter_allegations_1095d", aggregate=COUNT, window_days=THREE_YEARS, where=COUNTERED),
    context("children_365d", aggregate=COUNT, window_days=YEAR, where=CHILDREN, direction=0, source=PPIT),
    context("children_1095d", aggregate=COUNT, window_days=THREE_YEARS, where=CHILDREN, direction=0, source=PPIT),
    share("alcohol_share_1095d", where=(is_true("alcohol"),), of=noted("alcohol")),
    share("drugs_share_1095d", where=(is_true("drugs"),), of=noted("drugs")),
    context(
        "stalking_1095d",
        aggregate=COUNT,
        window_days=THREE_YEARS,
        where=(is_true("stalking"),),
        direction=1,
        source=PPIT,
    ),
    share("not_supported_share_1095d", where=(NOT_SUPPORTED,)),
    share("victim_reports_share_1095d", where=(BY_VICTIM,), of=noted("report_source")),
    share("third_party_share_1095d", where=(BY_OTHERS,), of=noted("report_source")),
    share("crime_share_1095d", where=(is_true("is_crime"),)),
    context(
        "custody_days_365d",
        aggregate=Aggregate.CUSTODY_DAYS,
        window_days=YEAR,
        direction=0,
        allowed_because=EXPOSURE,
        source=TURNER,
    ),
)

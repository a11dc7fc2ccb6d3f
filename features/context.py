"""The circumstances recorded, and the person's own record as a victim."""

from features.shared import EXPOSURE, HESTER, PPIT, THREE_YEARS, TURNER, YEAR, as_victim, context, noted
from matac_ml.spec import Aggregate, Condition, Feature, among, is_true

COUNT, SHARE = Aggregate.COUNT, Aggregate.SHARE
NOT_SUPPORTED: Condition = among(
    "outcome_code", 14, 16, words="closed because the victim did not or could not support action"
)
BY_VICTIM: Condition = among("report_source", "victim", words="reported by the victim")
BY_OTHERS: Condition = among("report_source", "third_party", words="reported by a third party")

CONTEXT: tuple[Feature, ...] = (
    as_victim("own_victim_365d", aggregate=COUNT, window_days=YEAR, direction=0, source=HESTER),
    as_victim("own_victim_1095d", aggregate=COUNT, window_days=THREE_YEARS, direction=0, source=HESTER),
    as_victim(
        "days_since_own_victim",
        aggregate=Aggregate.DAYS_SINCE_LAST,
        window_days=THREE_YEARS,
        direction=0,
        source=HESTER,
    ),
    as_victim(
        "counter_allegations_1095d",
        aggregate=COUNT,
        window_days=THREE_YEARS,
        where=(is_true("counter_allegation"),),
        direction=0,
        source=HESTER,
    ),
    context(
        "children_365d",
        aggregate=COUNT,
        window_days=YEAR,
        where=(is_true("children_present"),),
        direction=0,
        source=PPIT,
    ),
    context(
        "children_1095d",
        aggregate=COUNT,
        window_days=THREE_YEARS,
        where=(is_true("children_present"),),
        direction=0,
        source=PPIT,
    ),
    context(
        "alcohol_share_1095d",
        aggregate=SHARE,
        window_days=THREE_YEARS,
        where=(is_true("alcohol"),),
        of=noted("alcohol"),
        direction=0,
        min_n=2,
        source=TURNER,
    ),
    context(
        "drugs_share_1095d",
        aggregate=SHARE,
        window_days=THREE_YEARS,
        where=(is_true("drugs"),),
        of=noted("drugs"),
        direction=0,
        min_n=2,
        source=TURNER,
    ),
    context(
        "stalking_1095d",
        aggregate=COUNT,
        window_days=THREE_YEARS,
        where=(is_true("stalking"),),
        direction=1,
        source=PPIT,
    ),
    context(
        "not_supported_share_1095d",
        aggregate=SHARE,
        window_days=THREE_YEARS,
        where=(NOT_SUPPORTED,),
        direction=0,
        min_n=2,
        source=TURNER,
    ),
    context(
        "victim_reports_share_1095d",
        aggregate=SHARE,
        window_days=THREE_YEARS,
        where=(BY_VICTIM,),
        of=noted("report_source"),
        direction=0,
        min_n=2,
        source=TURNER,
    ),
    context(
        "third_party_share_1095d",
        aggregate=SHARE,
        window_days=THREE_YEARS,
        where=(BY_OTHERS,),
        of=noted("report_source"),
        direction=0,
        min_n=2,
        source=TURNER,
    ),
    context(
        "crime_share_1095d",
        aggregate=SHARE,
        window_days=THREE_YEARS,
        where=(is_true("is_crime"),),
        direction=0,
        min_n=2,
        source=TURNER,
    ),
    context(
        "custody_days_365d",
        aggregate=Aggregate.CUSTODY_DAYS,
        window_days=YEAR,
        direction=0,
        allowed_because=EXPOSURE,
        source=TURNER,
    ),
)

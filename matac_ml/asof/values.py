"""One feature as SQL over the aggregates of a plan; each expression does the same arithmetic as the Python value.

All aggregates are whole numbers, so sums are exact in any order; the few operations on doubles are written in one order
in both places. Values are therefore equal bit for bit, not only to rounding.
"""

from collections.abc import Callable

from matac_ml.asof.person import DAYS_A_YEAR
from matac_ml.asof.plan import COLUMN, Plan
from matac_ml.asof.sqltext import is_fixed
from matac_ml.asof.weights import HUNDREDTHS, MILLIONTHS
from matac_ml.spec import LEAST_EXPOSURE_DAYS, Aggregate, Feature


def value_sql(plan: Plan, feature: Feature) -> str:
    """A feature's value as a DOUBLE, NULL when missing."""
    return f"CAST({_MAKERS[feature.aggregate](plan, feature, feature.window_days or plan.lookback)} AS DOUBLE)"


def _double(sql: str) -> str:
    return f"CAST(CAST({sql} AS BIGINT) AS DOUBLE)"


def _count(plan: Plan, f: Feature, window: int) -> str:
    return plan.count(f.view, f.conditions, window)


def _any(plan: Plan, f: Feature, window: int) -> str:
    return f"CASE WHEN {plan.count(f.view, f.conditions, window)} > 0 THEN 1 ELSE 0 END"


def _over(plan: Plan, f: Feature, window: int, function: str, column: str) -> str:
    return plan.over(function, f.view, f.conditions, window, f"r.{column}")


def _numbered(plan: Plan, f: Feature, window: int) -> str:
    """Number of rows that have the feature's column."""
    return f"coalesce({_over(plan, f, window, 'count', COLUMN.get(f.column or '', f.column or ''))}, 0)"


def _total(plan: Plan, f: Feature, window: int) -> str:
    total = f"coalesce({_over(plan, f, window, 'sum', 'harm')}, 0)"
    return f"{_double(total)} / CAST({HUNDREDTHS} AS DOUBLE)"


def _maximum(plan: Plan, f: Feature, window: int) -> str:
    most = f"{_double(_over(plan, f, window, 'max', 'harm'))} / CAST({HUNDREDTHS} AS DOUBLE)"
    return f"CASE WHEN {_numbered(plan, f, window)} >= {f.min_n} THEN {most} END"


def _mean(plan: Plan, f: Feature, window: int) -> str:
    n, total = _numbered(plan, f, window), _over(plan, f, window, "sum", "harm")
    return f"CASE WHEN {n} >= {f.min_n} THEN {_double(total)} / {_double(f'{n} * {HUNDREDTHS}')} END"


def _days_since_last(plan: Plan, f: Feature, window: int) -> str:
    return f"s.t - {_over(plan, f, window, 'max', 'day')}"


def _days_since_first(plan: Plan, f: Feature, window: int) -> str:
    return f"s.t - {_over(plan, f, window, 'min', 'day')}"


def _mean_gap(plan: Plan, f: Feature, window: int) -> str:
    n = plan.count(f.view, f.conditions, window)
    span = f"{_over(plan, f, window, 'max', 'day')} - {_over(plan, f, window, 'min', 'day')}"
    return f"CASE WHEN {n} >= {f.min_n} THEN {_double(span)} / {_double(f'{n} - 1')} END"


def _distinct(plan: Plan, f: Feature, window: int) -> str:
    if f.column == "victim_id" and is_fixed(f.conditions):
        latest = f"{plan.latest_column(f.conditions)} >= d.t"
        predicate = plan.predicate(f.view, f.conditions, window)
        both = latest if predicate == "TRUE" else f"{predicate} AND {latest}"
        return f"coalesce({plan.base(f.view, f'count_if({both})')}, 0)"
    column = COLUMN.get(f.column or "", f.column or "")
    predicate = plan.predicate(f.view, f.conditions, window)
    known = "CASE WHEN r.offender_from < d.t THEN 'offender' ELSE 'suspect' END" if column == "role" else f"r.{column}"
    return f"coalesce({plan.base(f.view, f'count(DISTINCT CASE WHEN {predicate} THEN {known} END)')}, 0)"


def _share(plan: Plan, f: Feature, window: int) -> str:
    among = plan.count(f.view, f.base_conditions, window)
    counted = plan.count(f.view, f.conditions, window)
    return f"CASE WHEN {among} >= {f.min_n} THEN {_double(counted)} / {_double(among)} END"


def _ratio(plan: Plan, f: Feature, window: int) -> str:
    longer = f.against_days or window
    recent, all_ = (plan.count(f.view, f.conditions, days) for days in (window, longer))
    return f"CASE WHEN {all_} >= {f.min_n} THEN {_double(f'{recent} * {longer}')} / {_double(f'{all_} * {window}')} END"


def _custody(plan: Plan, window: int) -> str:
    plan.custody_windows.add(window)
    return f"coalesce(c.custody{window}, 0)"


def _rate(plan: Plan, f: Feature, window: int) -> str:
    free = f"({window} - {_custody(plan, window)})"
    counted = plan.count(f.view, f.conditions, window)
    return f"CASE WHEN {free} >= {LEAST_EXPOSURE_DAYS} THEN {_double(f'{counted} * 365')} / {_double(free)} END"


def _new(plan: Plan, f: Feature, window: int) -> str:
    first = f"{plan.first_column(f.conditions)} >= d.t"
    predicate = plan.predicate(f.view, f.conditions, window)
    both = first if predicate == "TRUE" else f"{predicate} AND {first}"
    return f"coalesce({plan.base(f.view, f'count_if({both})')}, 0)"


def _most_per_victim(plan: Plan, f: Feature, window: int) -> str:
    predicate = plan.predicate(f.view, f.conditions, window)
    span = plan.span(predicate)
    return f"coalesce(y.most{span}, {plan.count(f.view, f.conditions, window)})"


def _concurrent(plan: Plan, f: Feature, window: int) -> str:
    span = plan.span(plan.predicate(f.view, f.conditions, window))
    return f"coalesce(y.overlapping{span}, 0)"


def _trend(plan: Plan, f: Feature, window: int) -> str:
    x, y = "CAST(r.day - d.t AS BIGINT)", "r.log_harm"
    known = f"CASE WHEN {y} IS NOT NULL THEN {{}} END"

    def total(column: str) -> str:
        return plan.over("sum", f.view, f.conditions, window, column)

    n = f"coalesce({plan.over('count', f.view, f.conditions, window, y)}, 0)"
    sx, sxx = total(known.format(x)), total(known.format(f"{x} * {x}"))
    sy, sxy = total(y), total(f"{x} * {y}")
    together, spread = f"{n} * {sxy} - {sx} * {sy}", f"{n} * {sxx} - {sx} * {sx}"
    slope = (
        f"({_double(together)} * CAST({DAYS_A_YEAR} AS DOUBLE)) / ({_double(spread)} * CAST({MILLIONTHS} AS DOUBLE))"
    )
    return f"CASE WHEN {n} >= {f.min_n} AND {spread} <> 0 THEN {slope} END"


def _laplace(plan: Plan, f: Feature, window: int) -> str:
    n = plan.count(f.view, f.conditions, window)
    late = plan.over("sum", f.view, f.conditions, window, f"CAST(r.day - d.t + {window} AS BIGINT)")
    root = f"sqrt(CAST(3 AS DOUBLE) / {_double(n)})"
    value = f"{_double(f'2 * {late} - {n} * {window}')} * {root} / CAST({window} AS DOUBLE)"
    return f"CASE WHEN {n} >= {f.min_n} THEN {value} END"


def _custody_days(plan: Plan, f: Feature, window: int) -> str:
    return _custody(plan, window)


def _days_at_risk(plan: Plan, f: Feature, window: int) -> str:
    plan.at_risk = True
    return "CASE WHEN x.from_day < s.t THEN s.t - x.from_day END"


_MAKERS: dict[Aggregate, Callable[[Plan, Feature, int], str]] = {
    Aggregate.COUNT: _count,
    Aggregate.ANY: _any,
    Aggregate.TOTAL: _total,
    Aggregate.MAXIMUM: _maximum,
    Aggregate.MEAN: _mean,
    Aggregate.DAYS_SINCE_LAST: _days_since_last,
    Aggregate.DAYS_SINCE_FIRST: _days_since_first,
    Aggregate.MEAN_GAP: _mean_gap,
    Aggregate.DISTINCT: _distinct,
    Aggregate.SHARE: _share,
    Aggregate.RATIO: _ratio,
    Aggregate.RATE: _rate,
    Aggregate.NEW: _new,
    Aggregate.MOST_PER_VICTIM: _most_per_victim,
    Aggregate.CONCURRENT: _concurrent,
    Aggregate.TREND: _trend,
    Aggregate.LAPLACE: _laplace,
    Aggregate.CUSTODY_DAYS: _custody_days,
    Aggregate.DAYS_AT_RISK: _days_at_risk,
}

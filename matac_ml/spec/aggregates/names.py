"""The names of the aggregates, as declarations and bundles write them."""

from enum import StrEnum


class Aggregate(StrEnum):
    """What is made of the rows that meet the conditions inside the window; :func:`definition` says how."""

    COUNT = "count"
    ANY = "any"
    TOTAL = "total"
    MAXIMUM = "maximum"
    MEAN = "mean"
    DAYS_SINCE_LAST = "days_since_last"
    DAYS_SINCE_FIRST = "days_since_first"
    MEAN_GAP = "mean_gap"
    DISTINCT = "distinct"
    SHARE = "share"
    RATIO = "ratio"
    RATE = "rate"
    NEW = "new"
    MOST_PER_VICTIM = "most_per_victim"
    CONCURRENT = "concurrent"
    TREND = "trend"
    LAPLACE = "laplace"
    CUSTODY_DAYS = "custody_days"
    DAYS_AT_RISK = "days_at_risk"

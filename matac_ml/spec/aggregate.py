"""The six families, and what can be made of the rows that meet a feature's conditions."""

from enum import StrEnum


class Family(StrEnum):
    """The six families of the catalogue."""

    RECENCY = "recency"
    FREQUENCY = "frequency"
    GRAVITY = "gravity"
    VICTIMS = "victims"
    ESCALATION = "escalation"
    CONTEXT = "context"


class Aggregate(StrEnum):
    """What is made of the rows that meet the conditions inside the window.

    ``t`` is the as-of day, ``w`` the window, ``n`` the number of rows, ``x`` the day a row happened.

    ===================  ==================================================================== ===============
    aggregate            value                                                                missing when
    ===================  ==================================================================== ===============
    ``count``            n                                                                    never
    ``any``              1 when n > 0, else 0                                                 never
    ``total``            sum of ``column``                                                    never
    ``maximum``          largest ``column``                                                   n < min_n
    ``mean``             mean of ``column``                                                   n < min_n
    ``days_since_last``  t - latest x                                                         n = 0
    ``days_since_first`` t - earliest x                                                       n = 0
    ``mean_gap``         (latest x - earliest x) / (n - 1)                                    n < min_n
    ``distinct``         number of different values of ``column``                             never
    ``share``            n / number of rows that meet ``of`` alone                            below min_n of those
    ``ratio``            (n / w) / (rows in ``against_days`` / against_days)                  below min_n in the longer
    ``rate``             n x 365 / days of the window not in custody                          fewer than 28 such days
    ``new``              victims whose first known row is inside the window                   never
    ``most_per_victim``  largest number of rows with one victim                               never
    ``concurrent``       victims whose first-to-last span overlaps another victim's           never
    ``trend``            least-squares slope of ln(1 + ``column``) on x, a year (365.25 days) n < min_n, or one day
    ``laplace``          (2 sum(x - t + w) - n w) sqrt(3 / n) / w: above 0 when rows are late n < min_n
    ``custody_days``     days of the window in custody                                        never
    ``days_at_risk``     t - the day from which the person could be recorded                  not on record
    ===================  ==================================================================== ===============

    ``laplace`` is the Laplace trend statistic of a point process (Cox and Lewis, 1966): about standard normal when
    rows fall evenly in the window.
    """

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


A = Aggregate
#: A rate over fewer days at liberty than this is missing: it would be made of chance.
LEAST_EXPOSURE_DAYS = 28
#: Facts of the person, not of rows: they take no conditions.
OF_PERSON = {A.CUSTODY_DAYS, A.DAYS_AT_RISK}
#: The smallest n for which the value means anything; a declaration may ask for more, never for less.
LEAST_N = {A.TREND: 3, A.LAPLACE: 3, A.MEAN_GAP: 2}
DEFAULT_N = {A.TREND: 4, A.LAPLACE: 4, A.MEAN_GAP: 3}
NEEDS_COLUMN = {A.TOTAL, A.MAXIMUM, A.MEAN, A.TREND, A.DISTINCT}
NEEDS_PAIR = {A.NEW, A.MOST_PER_VICTIM, A.CONCURRENT}
UNITS = {
    A.TOTAL: "days", A.MAXIMUM: "days", A.MEAN: "days", A.DAYS_SINCE_LAST: "days", A.DAYS_SINCE_FIRST: "days",
    A.MEAN_GAP: "days", A.SHARE: "share", A.RATIO: "ratio", A.RATE: "incidents a year", A.NEW: "victims",
    A.CONCURRENT: "victims", A.TREND: "log points a year", A.LAPLACE: "standard deviations", A.CUSTODY_DAYS: "days",
    A.DAYS_AT_RISK: "days", A.ANY: "yes or no",
}  # fmt: skip

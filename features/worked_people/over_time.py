"""How records fall over time: more often, graver, on one day, and days in custody."""

from features.worked_people.telling import (
    ARSON,
    COMMON_ASSAULT,
    DAMAGE,
    WOUNDING,
    Custody,
    Victim,
    Worked,
    crime,
    gives,
    non_crime,
)

ANNA = Victim("Anna", "partner")

# fmt: off
OVER_TIME: tuple[Worked, ...] = (
    Worked(
        "more_often",
        "Six non-crimes, each sooner after the one before: both ratios are above 1 and both trends above 0.",
        tuple(non_crime(ago) for ago in (200, 120, 60, 30, 15, 5)),
        gives(
            days_since_last=5, days_since_first=200, any_28d=1,
            incidents={28: 2, 90: 4, 182: 5, 365: 6}, non_crimes={365: 6}, rate_at_liberty={365: 6, 1095: 2},
            harm={365: 6}, worst_harm={365: 1}, mean_harm_1095d=1,
            frequency_ratio={90: 2.7037, 182: 3.3425, 365: 3}, frequency_trend={365: 2.5766, 1095: 3.6873},
            severity_trend={730: 0}, mean_gap={365: 39},
        ),
    ),
    Worked(
        "less_often",
        "Three in the third year back and one since: fewer of late, and too few in the shorter windows to say.",
        tuple(non_crime(ago) for ago in (1000, 900, 800, 300)),
        gives(
            days_since_last=300, days_since_first=1000,
            incidents={365: 1, 1095: 4}, non_crimes={365: 1, 1095: 4}, rate_at_liberty={365: 1, 1095: 1.3333},
            harm={365: 1, 1095: 4}, worst_harm={365: 1}, mean_harm_1095d=1,
            frequency_ratio_365d=0.75, frequency_trend_1095d=-1.2812, severity_trend_1095d=0,
            mean_gap_1095d=233.3333,
        ),
    ),
    Worked(
        "graver",
        "Damage, assault, arson, wounding, each graver than the last: harm grows, and two are half a year or more.",
        (
            crime(700, DAMAGE, ANNA), crime(500, COMMON_ASSAULT, ANNA), crime(300, ARSON, ANNA),
            crime(100, WOUNDING, ANNA),
        ),
        gives(
            days_since_last=100, days_since_last_crime=100, days_since_last_harmful=100, days_since_first=700,
            incidents={182: 1, 365: 2, 730: 4}, crimes={182: 1, 365: 2, 1095: 4},
            rate_at_liberty={365: 2, 1095: 1.3333},
            harm={365: 550, 1095: 562}, worst_harm={365: 365}, mean_harm_1095d=140.5, harmful={365: 2},
            victims={182: 1}, crime_victims_1095d=1, most_with_one_victim_1095d=4,
            frequency_ratio={90: 0, 182: 1.0027, 365: 1.5}, crime_ratio_365d=1.5, harmful_ratio_365d=3,
            frequency_trend_1095d=0.9333, severity_trend={730: 3.1484}, mean_gap_1095d=200,
            crime_share_1095d=1,
        ),
    ),
    Worked(
        "all_on_one_day",
        "Four assaults on one day: no day between them, and no trend in harm, which needs more than one day.",
        tuple(crime(50, COMMON_ASSAULT, ANNA) for _ in range(4)),
        gives(
            days_since_last=50, days_since_last_crime=50, days_since_first=50, any_crime_90d=1,
            incidents={90: 4}, crimes={182: 4}, rate_at_liberty={365: 4, 1095: 1.3333},
            harm={365: 40}, worst_harm={365: 10}, mean_harm_1095d=10,
            victims={182: 1}, crime_victims_1095d=1, new_victims={182: 1}, most_with_one_victim_1095d=4,
            frequency_ratio={90: 4.0556, 182: 4.011, 365: 3}, crime_ratio_365d=3,
            frequency_trend={365: 2.515, 1095: 3.1477}, mean_gap={365: 0}, crime_share_1095d=1,
        ),
    ),
    Worked(
        "in_custody",
        "Three known spells, two overlapping and one not ended, are 120 days of the year; a fourth is recorded today.",
        (
            crime(400, COMMON_ASSAULT, ANNA), crime(20, COMMON_ASSAULT, ANNA),
            Custody(300, 201), Custody(250, 191), Custody(190, 150, recorded=0), Custody(10),
        ),
        gives(
            days_since_last=20, days_since_last_crime=20, days_since_first=400, any_28d=1, any_crime_90d=1,
            incidents={28: 1, 730: 2}, crimes={182: 1, 1095: 2},
            rate_at_liberty={365: 1.4898, 1095: 0.7487}, custody_days_365d=120,
            harm={365: 10, 1095: 20}, worst_harm={365: 10}, mean_harm_1095d=10,
            victims={182: 1}, crime_victims_1095d=1, most_with_one_victim_1095d=2,
            frequency_ratio={182: 2.0055, 365: 1.5}, crime_ratio_365d=1.5, crime_share_1095d=1,
        ),
    ),
    Worked(
        "hardly_at_liberty",
        "Nineteen days at liberty in the year are too few for a rate, which is missing, not 0.",
        (crime(380, COMMON_ASSAULT, ANNA), Custody(375, 20)),
        gives(
            days_since_last=380, days_since_last_crime=380, days_since_first=380,
            incidents={730: 1}, crimes={1095: 1}, rate_at_liberty={365: None, 1095: 0.4939}, custody_days_365d=346,
            harm={1095: 10}, worst_harm={1095: 10}, mean_harm_1095d=10,
            victims={730: 1}, crime_victims_1095d=1, most_with_one_victim_1095d=1,
        ),
    ),
)
# fmt: on

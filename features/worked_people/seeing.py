"""What is seen, and from which day on."""

from features.worked_people.telling import COMMON_ASSAULT, NO_CRIME, WOUNDING, Victim, Worked, crime, gives, non_crime

ANNA = Victim("Anna", "partner")

# fmt: off
SEEING: tuple[Worked, ...] = (
    Worked(
        "nobody",
        "Nothing on record: every feature is 0 or missing, and the matrix has no row for them.",
        (),
        gives(),
    ),
    Worked(
        "one_assault",
        "One assault on a partner ten days ago, the plainest record there is; too few for any share, ratio or trend.",
        (crime(10, COMMON_ASSAULT, ANNA),),
        gives(
            days_since_last=10, days_since_last_crime=10, days_since_first=10, any_28d=1, any_crime_90d=1,
            incidents={28: 1}, crimes={182: 1}, rate_at_liberty={365: 1, 1095: 0.3333},
            harm={365: 10}, worst_harm={365: 10}, mean_harm_1095d=10,
            victims={182: 1}, crime_victims_1095d=1, new_victims={182: 1}, most_with_one_victim_1095d=1,
        ),
    ),
    Worked(
        "one_non_crime",
        "One incident that is no crime, forty days ago: it counts as an incident, with the lowest harm.",
        (non_crime(40, ANNA),),
        gives(
            days_since_last=40, days_since_first=40,
            incidents={90: 1}, non_crimes={365: 1}, rate_at_liberty={365: 1, 1095: 0.3333},
            harm={365: 1}, worst_harm={365: 1}, mean_harm_1095d=1,
            victims={182: 1}, new_victims={182: 1}, most_with_one_victim_1095d=1,
        ),
    ),
    Worked(
        "recorded_today",
        "It happened five days ago and is recorded today: today does not see it yet.",
        (crime(5, COMMON_ASSAULT, ANNA, recorded=0),),
        gives(),
    ),
    Worked(
        "recorded_yesterday",
        "It happened five days ago and was recorded yesterday: it is seen, and counted from the day it happened.",
        (crime(5, COMMON_ASSAULT, ANNA, recorded=1),),
        gives(days_since_last=5, days_since_last_crime=5, days_since_first=5),
        like="one_assault",
    ),
    Worked(
        "edges_of_windows",
        "On both sides of every edge: a window of 28 days holds what happened 28 days ago, not what happened 29 ago.",
        tuple(non_crime(ago) for ago in (28, 29, 90, 91, 182, 183, 365, 366, 730, 731, 1095, 1096)),
        gives(
            days_since_last=28, days_since_first=1095, any_28d=1,
            incidents={28: 1, 90: 3, 182: 5, 365: 7, 730: 9, 1095: 11}, non_crimes={365: 7, 1095: 11},
            rate_at_liberty={365: 7, 1095: 3.6667},
            harm={365: 7, 1095: 11}, worst_harm={365: 1}, mean_harm_1095d=1,
            frequency_ratio={90: 1.7381, 182: 2.2283, 365: 1.9091},
            frequency_trend={365: 1.1102, 1095: 2.0341}, severity_trend={730: 0},
            mean_gap={365: 56.1667, 1095: 106.7},
        ),
    ),
    Worked(
        "known_from_long_ago",
        "As one_assault, and another with the same victim before the three years: she is not a new victim.",
        (crime(1100, COMMON_ASSAULT, ANNA), crime(10, COMMON_ASSAULT, ANNA)),
        gives(new_victims={182: 0}),
        like="one_assault",
    ),
    Worked(
        "recorded_late",
        "An old assault recorded two days ago counts from when it happened, and hides no newer one with that victim.",
        (crime(300, COMMON_ASSAULT, ANNA, recorded=2), crime(20, COMMON_ASSAULT, ANNA)),
        gives(
            days_since_last=20, days_since_last_crime=20, days_since_first=300, any_28d=1, any_crime_90d=1,
            incidents={28: 1, 365: 2}, crimes={182: 1, 365: 2}, rate_at_liberty={365: 2, 1095: 0.6667},
            harm={365: 20}, worst_harm={365: 10}, mean_harm_1095d=10,
            victims={182: 1}, crime_victims_1095d=1, new_victims={365: 1}, most_with_one_victim_1095d=2,
            frequency_ratio={90: 2.0278, 182: 2.0055, 365: 3}, crime_ratio_365d=3, crime_share_1095d=1,
        ),
    ),
    Worked(
        "recorded_late_today",
        "The same, but the old assault is recorded today: nothing of it is seen, and the victim is new this half-year.",
        (crime(300, COMMON_ASSAULT, ANNA, recorded=0), crime(20, COMMON_ASSAULT, ANNA)),
        gives(days_since_last=20, days_since_last_crime=20, days_since_first=20),
        like="one_assault",
    ),
    Worked(
        "became_a_crime",
        "Recorded as no crime, reclassified fifty days ago as violence with injury: it has the harm of that since.",
        (non_crime(100, ANNA, became=(50, WOUNDING)),),
        gives(
            days_since_last=100, days_since_last_crime=100, days_since_last_harmful=100, days_since_first=100,
            incidents={182: 1}, crimes={182: 1}, rate_at_liberty={365: 1, 1095: 0.3333},
            harm={365: 365}, worst_harm={365: 365}, mean_harm_1095d=365, harmful={365: 1},
            victims={182: 1}, crime_victims_1095d=1, new_victims={182: 1}, most_with_one_victim_1095d=1,
        ),
    ),
    Worked(
        "reclassified_today",
        "The same, reclassified today: it is still what it was first recorded as.",
        (non_crime(100, ANNA, became=(0, WOUNDING)),),
        gives(
            days_since_last=100, days_since_first=100,
            incidents={182: 1}, non_crimes={365: 1}, rate_at_liberty={365: 1, 1095: 0.3333},
            harm={365: 1}, worst_harm={365: 1}, mean_harm_1095d=1,
            victims={182: 1}, new_victims={182: 1}, most_with_one_victim_1095d=1,
        ),
    ),
    Worked(
        "no_crime_after_all",
        "Recorded as violence with injury and reclassified as no crime thirty days ago: it counts as no crime.",
        (crime(100, WOUNDING, ANNA, became=(30, NO_CRIME)),),
        gives(),
        like="reclassified_today",
    ),
    Worked(
        "outcomes",
        "Closed without the victim's support twice, once three weeks ago and once today: only the first is known.",
        (
            crime(200, COMMON_ASSAULT, ANNA, outcome=(16, 20)),
            crime(100, COMMON_ASSAULT, ANNA, outcome=(14, 0)),
        ),
        gives(
            days_since_last=100, days_since_last_crime=100, days_since_first=200,
            incidents={182: 1, 365: 2}, crimes={182: 1, 365: 2}, rate_at_liberty={365: 2, 1095: 0.6667},
            harm={365: 20}, worst_harm={365: 10}, mean_harm_1095d=10,
            victims={182: 1}, crime_victims_1095d=1, new_victims={365: 1}, most_with_one_victim_1095d=2,
            frequency_ratio={90: 0, 182: 2.0055, 365: 3}, crime_ratio_365d=3,
            crime_share_1095d=1, not_supported_share_1095d=0.5,
        ),
    ),
)
# fmt: on

"""Who the victims are: unknown, several, new, related, and this person among them."""

from features.worked_people.telling import COMMON_ASSAULT, THEM, Victim, Worked, crime, gives, non_crime

ANNA, BETH, CLARA = Victim("Anna", "partner"), Victim("Beth", "ex_partner"), Victim("Clara", "ex_spouse")

# fmt: off
VICTIMS: tuple[Worked, ...] = (
    Worked(
        "unknown_victim",
        "An assault and a non-crime whose victims are not on record: incidents with harm, and no victims.",
        (crime(60, COMMON_ASSAULT), non_crime(30)),
        gives(
            days_since_last=30, days_since_last_crime=60, days_since_first=60, any_crime_90d=1,
            incidents={90: 2}, crimes={182: 1}, non_crimes={365: 1}, rate_at_liberty={365: 2, 1095: 0.6667},
            harm={365: 11}, worst_harm={365: 10}, mean_harm_1095d=5.5,
            frequency_ratio={90: 4.0556, 182: 4.011, 365: 3}, crime_share_1095d=0.5,
        ),
    ),
    Worked(
        "victims_named_later",
        "One victim was named yesterday and one is named today: the first is counted, the second is still unknown.",
        (
            crime(60, COMMON_ASSAULT, Victim("Anna", "ex_partner", linked=0)),
            crime(30, COMMON_ASSAULT, Victim("Beth", "ex_partner", linked=1)),
        ),
        gives(
            days_since_last=30, days_since_last_crime=30, days_since_first=60, any_crime_90d=1,
            incidents={90: 2}, crimes={182: 2}, rate_at_liberty={365: 2, 1095: 0.6667},
            harm={365: 20}, worst_harm={365: 10}, mean_harm_1095d=10,
            victims={182: 1}, crime_victims_1095d=1, former_partners_1095d=1, new_victims={182: 1},
            most_with_one_victim_1095d=1,
            frequency_ratio={90: 4.0556, 182: 4.011, 365: 3}, crime_ratio_365d=3, crime_share_1095d=1,
        ),
    ),
    Worked(
        "several_victims_at_once",
        "Assaults on Beth while those on Anna went on: two victims concurrently; Clara came after both, and is new.",
        (
            crime(300, COMMON_ASSAULT, ANNA), crime(200, COMMON_ASSAULT, BETH),
            crime(50, COMMON_ASSAULT, ANNA), crime(20, COMMON_ASSAULT, CLARA),
        ),
        gives(
            days_since_last=20, days_since_last_crime=20, days_since_first=300, any_28d=1, any_crime_90d=1,
            incidents={28: 1, 90: 2, 365: 4}, crimes={182: 2, 365: 4}, rate_at_liberty={365: 4, 1095: 1.3333},
            harm={365: 40}, worst_harm={365: 10}, mean_harm_1095d=10,
            victims={182: 2, 365: 3}, crime_victims_1095d=3, former_partners_1095d=2, new_victims={182: 1, 365: 3},
            most_with_one_victim_1095d=2, concurrent_victims_1095d=2,
            frequency_ratio={90: 2.0278, 182: 2.0055, 365: 3}, crime_ratio_365d=3,
            frequency_trend={365: 0.7593, 1095: 2.5625}, severity_trend={730: 0}, mean_gap={365: 93.3333},
            crime_share_1095d=1,
        ),
    ),
    Worked(
        "one_victim_after_another",
        "Anna, then Beth: two victims, never concurrently; three incidents are too few for a trend, which is missing.",
        (crime(300, COMMON_ASSAULT, ANNA), crime(200, COMMON_ASSAULT, ANNA), crime(100, COMMON_ASSAULT, BETH)),
        gives(
            days_since_last=100, days_since_last_crime=100, days_since_first=300,
            incidents={182: 1, 365: 3}, crimes={182: 1, 365: 3}, rate_at_liberty={365: 3, 1095: 1},
            harm={365: 30}, worst_harm={365: 10}, mean_harm_1095d=10,
            victims={182: 1, 365: 2}, crime_victims_1095d=2, former_partners_1095d=1, new_victims={182: 1, 365: 2},
            most_with_one_victim_1095d=2,
            frequency_ratio={90: 0, 182: 1.337, 365: 3}, crime_ratio_365d=3, mean_gap={365: 100},
            crime_share_1095d=1,
        ),
    ),
    Worked(
        "relatives",
        "Two disputes with relatives and no partner.",
        (non_crime(100, Victim("Mona", "parent")), non_crime(90, Victim("Sam", "sibling"))),
        gives(
            days_since_last=90, days_since_first=100,
            incidents={90: 1, 182: 2}, non_crimes={365: 2}, rate_at_liberty={365: 2, 1095: 0.6667},
            harm={365: 2}, worst_harm={365: 1}, mean_harm_1095d=1,
            victims={182: 2}, relatives_1095d=2, new_victims={182: 2}, most_with_one_victim_1095d=1,
            frequency_ratio={90: 2.0278, 182: 4.011, 365: 3},
        ),
    ),
    Worked(
        "two_identities",
        "One person under two numbers that were found to be one: the incidents of both are theirs.",
        (crime(200, COMMON_ASSAULT, ANNA), crime(15, COMMON_ASSAULT, BETH, by="their second number")),
        gives(
            days_since_last=15, days_since_last_crime=15, days_since_first=200, any_28d=1, any_crime_90d=1,
            incidents={28: 1, 365: 2}, crimes={182: 1, 365: 2}, rate_at_liberty={365: 2, 1095: 0.6667},
            harm={365: 20}, worst_harm={365: 10}, mean_harm_1095d=10,
            victims={182: 1, 365: 2}, crime_victims_1095d=2, former_partners_1095d=1, new_victims={182: 1, 365: 2},
            most_with_one_victim_1095d=1,
            frequency_ratio={90: 2.0278, 182: 2.0055, 365: 3}, crime_ratio_365d=3, crime_share_1095d=1,
        ),
        same={"their second number": THEM},
    ),
    Worked(
        "victim_with_two_identities",
        "The victim was under two numbers that were found to be one: she is one victim, and not new this half-year.",
        (crime(200, COMMON_ASSAULT, ANNA), crime(15, COMMON_ASSAULT, Victim("Anna's second number", "ex_partner"))),
        gives(
            victims={182: 1}, crime_victims_1095d=1, new_victims={182: 0, 365: 1}, most_with_one_victim_1095d=2,
        ),
        like="two_identities",
        same={"Anna's second number": "Anna"},
    ),
    Worked(
        "counter_allegation",
        "Five days after it Anna is reported for assaulting them: they are a victim too, of their own victim.",
        (crime(50, COMMON_ASSAULT, ANNA), crime(45, COMMON_ASSAULT, Victim(THEM, "partner"), by="Anna")),
        gives(
            days_since_last=50, days_since_last_crime=50, days_since_first=50, any_28d=0, incidents={28: 0, 90: 1},
            own_victim={365: 1}, days_since_own_victim=45, counter_allegations_1095d=1,
        ),
        like="one_assault",
    ),
    Worked(
        "counter_allegation_not_known",
        "The same, but Anna is named as their victim only today: what was done to them is no counter-allegation yet.",
        (
            crime(50, COMMON_ASSAULT, Victim("Anna", "partner", linked=0)),
            crime(45, COMMON_ASSAULT, Victim(THEM, "partner"), by="Anna"),
        ),
        gives(
            victims={182: 0}, crime_victims_1095d=0, new_victims={182: 0}, most_with_one_victim_1095d=0,
            counter_allegations_1095d=0,
        ),
        like="counter_allegation",
    ),
    Worked(
        "victim_of_somebody_else",
        "As a child of Carl they were a victim four hundred days ago, which is no counter-allegation.",
        (crime(50, COMMON_ASSAULT, ANNA), crime(400, COMMON_ASSAULT, Victim(THEM, "child"), by="Carl")),
        gives(own_victim={365: 0, 1095: 1}, days_since_own_victim=400, counter_allegations_1095d=0),
        like="counter_allegation",
    ),
    Worked(
        "victim_only",
        "Only ever recorded as a victim: nothing as suspect, and the matrix has no row for them.",
        (crime(30, COMMON_ASSAULT, Victim(THEM, "partner"), by="Anna"),),
        gives(own_victim={365: 1}, days_since_own_victim=30),
    ),
    Worked(
        "two_suspects",
        "Two are suspected, and the second victim's row says it is about the other: Anna alone is theirs.",
        (crime(10, COMMON_ASSAULT, ANNA, Victim("Carl", "sibling", about="Dan"), by=(THEM, "Dan")),),
        gives(),
        like="one_assault",
    ),
)
# fmt: on

"""What was noted of the incidents: breaches, charges, injuries, who reported, and what is left out of harm."""

from features.worked_people.telling import (
    BREACH_OF_ORDER,
    COMMON_ASSAULT,
    NOT_IN_THE_INDEX,
    STALKING,
    WOUNDING,
    Victim,
    Worked,
    crime,
    gives,
    non_crime,
)

ANNA, FORMER = Victim("Anna", "partner"), Victim("Anna", "ex_partner")

# fmt: off
CIRCUMSTANCES: tuple[Worked, ...] = (
    Worked(
        "breaches",
        "An order and bail were breached; a charge for the first came two months ago, for the second it comes today.",
        (
            crime(100, BREACH_OF_ORDER, FORMER, order_breach="nmo", charged=60),
            crime(500, BREACH_OF_ORDER, FORMER, order_breach="bail", charged=0),
        ),
        gives(
            days_since_last=100, days_since_last_crime=100, days_since_last_breach=100, days_since_first=500,
            incidents={182: 1, 730: 2}, crimes={182: 1, 1095: 2}, charged_1095d=1, breaches={365: 1, 1095: 2},
            rate_at_liberty={365: 1, 1095: 0.6667},
            harm={365: 10, 1095: 20}, worst_harm={365: 10}, mean_harm_1095d=10,
            victims={182: 1}, crime_victims_1095d=1, former_partners_1095d=1, most_with_one_victim_1095d=2,
            frequency_ratio={182: 2.0055, 365: 1.5}, crime_ratio_365d=1.5, crime_share_1095d=1,
        ),
    ),
    Worked(
        "charged_by_outcome",
        "As breaches, but the role stays suspect: the outcomes are charges, one recorded two months ago, one today.",
        (
            crime(100, BREACH_OF_ORDER, FORMER, order_breach="nmo", outcome=(1, 60)),
            crime(500, BREACH_OF_ORDER, FORMER, order_breach="bail", outcome=(1, 0)),
        ),
        gives(charged_1095d=1),
        like="breaches",
    ),
    Worked(
        "charged_twice_told",
        "A caution recorded in both the role and the outcome counts once. "
        "The outcome 'no suspect found' is not a charge.",
        (
            crime(100, BREACH_OF_ORDER, FORMER, order_breach="nmo", charged=60, outcome=(3, 30)),
            crime(500, BREACH_OF_ORDER, FORMER, order_breach="bail", outcome=(18, 90)),
        ),
        gives(charged_1095d=1, not_supported_share_1095d=0),
        like="breaches",
    ),
    Worked(
        "what_officers_noted",
        "All was noted of the first, less of the others: a share is among incidents of which the thing was noted.",
        (
            crime(
                100, WOUNDING, ANNA, injury_level="serious", weapon_used=True, strangulation=True,
                children_present=True, alcohol=True, drugs=False, stalking=False,
            ),
            crime(50, STALKING, ANNA, injury_level="minor", alcohol=True, drugs=True, stalking=True),
            non_crime(40, ANNA, injury_level="none"),
        ),
        gives(
            days_since_last=40, days_since_last_crime=50, days_since_last_harmful=100, days_since_first=100,
            any_crime_90d=1,
            incidents={90: 2, 182: 3}, crimes={182: 2}, non_crimes={365: 1}, rate_at_liberty={365: 3, 1095: 1},
            harm={365: 376}, worst_harm={365: 365}, mean_harm_1095d=125.3333, harmful={365: 1},
            injuries_1095d=2, serious_injuries_1095d=1, strangulations_1095d=1, weapons_1095d=1,
            injury_share_1095d=0.6667,
            victims={182: 1}, crime_victims_1095d=1, new_victims={182: 1}, most_with_one_victim_1095d=3,
            frequency_ratio={90: 2.7037, 182: 4.011, 365: 3}, crime_ratio_365d=3, mean_gap={365: 30},
            children={365: 1}, alcohol_share_1095d=1, drugs_share_1095d=0.5, stalking_1095d=1,
            crime_share_1095d=0.6667,
        ),
    ),
    Worked(
        "who_reported",
        "Reported by the victim, by a third party, and by an officer.",
        (
            non_crime(70, report_source="officer"), non_crime(60, report_source="third_party"),
            non_crime(30, report_source="victim"),
        ),
        gives(
            days_since_last=30, days_since_first=70,
            incidents={90: 3}, non_crimes={365: 3}, rate_at_liberty={365: 3, 1095: 1},
            harm={365: 3}, worst_harm={365: 1}, mean_harm_1095d=1,
            frequency_ratio={90: 4.0556, 182: 4.011, 365: 3}, mean_gap={365: 20},
            victim_reports_share_1095d=0.3333, third_party_share_1095d=0.3333,
        ),
    ),
    Worked(
        "found_by_police_work",
        "An offence that police work found, not a report, counts as an incident, and its harm is 0 by the index.",
        (crime(10, WOUNDING, ANNA, proactively_detected=True),),
        gives(harm={365: 0}, worst_harm={365: 0}, mean_harm_1095d=0),
        like="one_assault",
    ),
    Worked(
        "not_in_the_index",
        "An offence that the index does not hold has the days that the index gives to unknown ones: 10.",
        (crime(10, NOT_IN_THE_INDEX, ANNA),),
        gives(),
        like="one_assault",
    ),
    Worked(
        "not_domestic",
        "A wounding that is not domestic abuse counts nowhere: not as an incident, not as harm, not as a victim.",
        (crime(10, COMMON_ASSAULT, ANNA), crime(5, WOUNDING, Victim("Carl"), domestic=False)),
        gives(),
        like="one_assault",
    ),
)
# fmt: on

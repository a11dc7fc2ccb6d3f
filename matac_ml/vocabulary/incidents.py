"""The columns of an incident. To accept another one, declare it here and nowhere else.

It is then read and checked, counted in the quality report, described in the manual and accepted from partners. With
``words`` features may be declared on it, in SQL and in Python; ``leakcheck`` alters it; with ``shown`` the table of a
person's incidents notes it.
"""

from collections.abc import Mapping
from typing import Any

from matac_ml.codes import DashGrade, InjuryLevel, OrderBreach, ReportSource
from matac_ml.vocabulary.column import Column, ExtractTable, Kind, Latest


def _flag(name: str, sentence: str, words: str = "", otherwise: str = "", **more: Any) -> Column:
    return Column(name, Kind.BOOLEAN, sentence, words=words, otherwise=otherwise, **more)


def _day(name: str, sentence: str, **more: Any) -> Column:
    return Column(name, Kind.DATE, sentence, **more)


INCIDENTS = ExtractTable(
    "incidents",
    "One row an incident or crime, as it was recorded.",
    (
        Column("incident_id", Kind.IDENTIFIER, "The incident's number, once in the file.", required=True),
        _day("occurred_on", "The day it happened; the first day of a course of conduct.", required=True),
        _day("recorded_on", "The day it became known to the police.", required=True, latest=Latest.CUT_OFF),
        _flag("is_crime", "Whether it was recorded as a crime; false is a non-crime incident.",
              "recorded as crimes", "recorded as non-crimes", required=True),
        Column("offence_code", Kind.OFFENCE,
               "Home Office code (125/12, 867 and 00867 are understood) or any other token that a harm index knows.",
               words="with offence code", altered=("00501", "00801"),
               if_empty="No crime has a known harm: gravity is missing, or the index's value for unknown codes."),
        Column("outcome_code", Kind.INTEGER, "Home Office outcome type; 0 is not yet assigned.", low=0, high=22,
               known_on="outcome_on", words="with outcome", altered=(16, 1),
               if_empty="No outcome is seen: features of outcomes are 0 for everybody."),
        _day("outcome_on", "The day the outcome was given; without it the outcome is never visible.",
             latest=Latest.CUT_OFF, known_on="outcome_on",
             if_empty="No outcome is ever visible: features of outcomes are 0 for everybody."),
        Column("area", Kind.TEXT, "Beat, ward or district of the incident; for lists by area and auditing.",
               if_empty="There are no lists by area, and no audit by area."),
        Column("report_source", Kind.CODE, "Who reported it.", codes=tuple(ReportSource), words="reported by"),
        Column("injury_level", Kind.CODE, "The worst injury recorded.", codes=tuple(InjuryLevel), words="with injury",
               if_empty="Features of injury, also of a trend in severity, are missing or 0 for everybody."),
        _flag("weapon_used", "A weapon was used or threatened.", "with a weapon used", "without a weapon"),
        _flag("strangulation", "Strangulation or suffocation was recorded.",
              "with strangulation", "without strangulation"),
        _flag("alcohol", "Alcohol was recorded as a factor.", "with alcohol noted", "without alcohol noted"),
        _flag("drugs", "Drugs were recorded as a factor.", "with drugs noted", "without drugs noted"),
        _flag("children_present", "Children were present.", "with children present", "without children present"),
        _flag("honour_based", "Flagged as honour-based.", "marked as honour-based", "not marked as honour-based"),
        _flag("stalking", "Flagged as stalking.", "marked as stalking", "not marked as stalking"),
        Column("order_breach", Kind.CODE, "The order that was breached.", codes=tuple(OrderBreach),
               words="in breach of"),
        Column("dash_grade", Kind.CODE, "The officer's risk grade.", codes=tuple(DashGrade), words="graded"),
        _flag("proactively_detected", "Found by police work, not reported; harm indices leave such offences out.",
              "detected by the police themselves", "reported to the police",
              shown="found by police work", if_empty="No offence found by police work is left out of harm."),
        _flag("domestic", "Flagged as domestic abuse.", "that are domestic", "that are not domestic", default=True,
              if_empty="Every incident counts as domestic abuse."),
    ),
    required=True,
    key=("incident_id",),
    known_on="recorded_on",
)  # fmt: skip

RECLASSIFICATIONS = ExtractTable(
    "reclassifications",
    "One row each time an incident's classification was changed; the incidents table holds the first one.",
    (
        Column("incident_id", Kind.IDENTIFIER, "An incident of the incidents table.", required=True),
        _day("reclassified_on", "The day of the change.", required=True, latest=Latest.CUT_OFF),
        _flag("is_crime", "Whether it is a crime from that day on.", required=True),
        Column("offence_code", Kind.OFFENCE, "The offence from that day on.", empty_is="as before",
               altered=("00501", "00801")),
    ),
    known_on="reclassified_on",
    if_empty="Every incident keeps the classification in the incidents table, as if it never changed.",
)  # fmt: skip

_OF_FEATURES = tuple(column for column in INCIDENTS.columns if column.words)
_CHANGED = {column.name for column in RECLASSIFICATIONS.columns}
#: What features may look at: what a reclassification replaces, what waits for a day of its own, and the rest.
CLASSIFIED = tuple(column for column in _OF_FEATURES if column.name in _CHANGED)
LATER = tuple(column for column in _OF_FEATURES if column.known_on)
FIXED = tuple(column for column in _OF_FEATURES if column not in (*CLASSIFIED, *LATER))
_SHOWN = tuple(column for column in INCIDENTS.columns if column.shown)


def noted(values: Mapping[str, object]) -> tuple[str, ...]:
    """What the table of a person's incidents notes of an incident, from its values as known on a day."""
    return tuple(
        column.shown.format(value=str(value).replace("_", " "))
        for column in _SHOWN
        if (value := values.get(column.name)) is not None and value is not False
    )

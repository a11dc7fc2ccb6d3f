"""What a condition may look at: the coded columns of the three views, and how each reads in a sentence.

A column is here because a declaration may use it. Arrests, stop-search, intelligence logs, associates, area, postcode,
ethnicity, sex and age are not here, so no feature can be declared on them.
"""

from dataclasses import dataclass
from enum import StrEnum

from matac_ml.codes import DashGrade, InjuryLevel, OrderBreach, OutcomeCode, Relationship, ReportSource


class View(StrEnum):
    """The grain a feature looks at; every row is one that was known strictly before the as-of day.

    ``suspect``: one row an incident in which the person is suspect or offender. ``pair``: one row an incident and
    victim of that person. ``victim``: one row an incident in which the person is the victim.
    """

    SUSPECT = "suspect"
    PAIR = "pair"
    VICTIM = "victim"


class Kind(StrEnum):
    """What a column holds."""

    BOOL = "true or false"
    CODE = "a code"
    NUMBER = "a whole number"
    IDENTIFIER = "an identifier"


EVERY_VIEW = (View.SUSPECT, View.PAIR, View.VICTIM)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that conditions and aggregates may name.

    Attributes
    ----------
    codes : tuple of str or int
        Every code allowed; empty when any is (offence codes, days).
    changes : bool
        Whether the value can change after the row is first known: a reclassification, an outcome, a charge.
    words, otherwise : str
        How a true, and a false, value reads inside a sentence.
    """

    name: str
    kind: Kind
    views: tuple[View, ...] = EVERY_VIEW
    codes: tuple[str, ...] | tuple[int, ...] = ()
    changes: bool = False
    words: str = ""
    otherwise: str = ""


def _values(codes: type[StrEnum]) -> tuple[str, ...]:
    return tuple(code.value for code in codes)


def _flag(name: str, words: str, otherwise: str = "") -> Column:
    return Column(name, Kind.BOOL, words=words, otherwise=otherwise or f"not {words}")


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("is_crime", Kind.BOOL, changes=True, words="recorded as crimes", otherwise="recorded as non-crimes"),
        Column("offence_code", Kind.CODE, changes=True, words="with offence code"),
        Column("harm_days", Kind.NUMBER, changes=True, words="harm in days"),
        Column("outcome_code", Kind.NUMBER, codes=tuple(OutcomeCode), changes=True, words="with outcome"),
        Column("role", Kind.CODE, (View.SUSPECT, View.PAIR), ("suspect", "offender"), changes=True, words="as"),
        # Forces record a charge as the role, as the incident's outcome, or both: whichever is known counts.
        Column(
            "charged",
            Kind.BOOL,
            (View.SUSPECT, View.PAIR),
            changes=True,
            words="charged, cautioned or convicted",
            otherwise="not charged, cautioned or convicted",
        ),
        Column("report_source", Kind.CODE, codes=_values(ReportSource), words="reported by"),
        Column("injury_level", Kind.CODE, codes=_values(InjuryLevel), words="with injury"),
        Column("order_breach", Kind.CODE, codes=_values(OrderBreach), words="in breach of"),
        Column("dash_grade", Kind.CODE, codes=_values(DashGrade), words="graded"),
        _flag("weapon_used", "with a weapon used", "without a weapon"),
        _flag("strangulation", "with strangulation", "without strangulation"),
        _flag("alcohol", "with alcohol noted", "without alcohol noted"),
        _flag("drugs", "with drugs noted", "without drugs noted"),
        _flag("children_present", "with children present", "without children present"),
        _flag("honour_based", "marked as honour-based", "not marked as honour-based"),
        _flag("stalking", "marked as stalking", "not marked as stalking"),
        _flag("proactively_detected", "detected by the police themselves", "reported to the police"),
        _flag("domestic", "that are domestic", "that are not domestic"),
        Column("victim_id", Kind.IDENTIFIER, (View.PAIR,), words="victim"),
        Column("relationship", Kind.CODE, (View.PAIR, View.VICTIM), _values(Relationship), words="where the victim is"),
        Column(
            "counter_allegation",
            Kind.BOOL,
            (View.VICTIM,),
            changes=True,
            words="by someone who is also recorded as this person's victim",
            otherwise="by someone who is not recorded as this person's victim",
        ),
    )
}

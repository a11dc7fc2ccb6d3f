"""The tables behind the three views, as SQL over an extract: links, pairs, classifications, each with its days.

Every statement is a SELECT with a name, in the order in which they are made. Days are whole numbers since 1970-01-01.
"""

from collections.abc import Iterable, Iterator

from matac_ml.asof.identity_tables import Statement, identity_statements
from matac_ml.asof.plan import Plan, mask_sql
from matac_ml.asof.sqltext import NEVER, day, day_or_never, literal
from matac_ml.asof.weights import HarmTable
from matac_ml.spec import View
from matac_ml.spec.harm_units import log_millionths
from matac_ml.vocabulary import FIXED, LATER

_SUSPECTED = "role IN ('suspect', 'offender')"


def table_statements(
    plan: Plan, harm: HarmTable, *, custody: bool, changing: tuple[int, int] | None = None
) -> Iterator[Statement]:
    """Name and SELECT of every table a plan needs, in order.

    ``changing``: the first and the last day asked for, when identities are not the same on all of them as at the end.
    """
    dated = changing is not None
    yield from identity_statements(changing)
    yield "harm_codes", _harm_codes(harm)
    yield "states", _states(plan, harm)
    yield "suspects", _SUSPECTS.format(held=_HELD if dated else "")
    yield "suspect_rows", _suspect_rows(plan, dated=dated)
    pairs = bool(plan.bases[View.PAIR] or plan.spans)
    if pairs or plan.bases[View.VICTIM]:
        yield "victims", _VICTIMS
        yield "pairs", _PAIRS
    if pairs:
        yield "pair_links", _pair_links(plan)
        yield "pair_rows", _pair_rows(plan)
    if plan.bases[View.VICTIM]:
        yield "counters", _COUNTERS
        yield "victim_rows", _victim_rows(plan)
    if custody:
        yield "custody_rows", _CUSTODY_ROWS
    if plan.at_risk:
        yield "risk_rows", _RISK_ROWS


# The days on which a version of a person's records is seen.
_HELD = ", min(k.held_from) AS held_from, max(k.held_until) AS held_until"

_SUSPECTS = f"""
SELECT v.incident_id, k.person, min({day("v.recorded_on")}) AS known,
    coalesce(min(CASE WHEN v.role = 'offender' THEN {day("v.recorded_on")} END), {NEVER}) AS offender_from{{held}}
FROM links v JOIN persons k ON k.who = v.person_id
WHERE v.{_SUSPECTED} GROUP BY v.incident_id, k.person
"""

_VICTIMS = f"""
SELECT v.incident_id, k.person AS victim, v.relationship, a.person AS about,
    v.counterpart_id IS NULL AS about_all, {day("v.recorded_on")} AS known
FROM links v JOIN persons k ON k.who = v.person_id
LEFT JOIN persons a ON a.who = v.counterpart_id
WHERE v.role = 'victim'
"""

# One row a suspect, victim and incident: what was known first counts, and a relationship named later is not used.
_PAIRS = """
SELECT incident_id, person, victim, relationship, offender_from, greatest(known, suspect_known) AS known
FROM (
    SELECT s.incident_id, s.person, s.offender_from, s.known AS suspect_known, v.victim, v.relationship, v.known,
        row_number() OVER (
            PARTITION BY s.incident_id, s.person, v.victim ORDER BY v.known, v.relationship NULLS LAST
        ) AS place
    FROM suspects s JOIN victims v ON v.incident_id = s.incident_id
    WHERE v.victim <> s.person AND (v.about_all OR v.about = s.person)
) AS linked WHERE place = 1
"""

# From which day somebody suspected in an incident is also known as the victim's own victim.
_COUNTERS = """
SELECT v.incident_id, v.victim AS person, min(greatest(v.known, s.known, own.known)) AS counter_from
FROM victims v
JOIN suspects s ON s.incident_id = v.incident_id AND s.person <> v.victim AND (v.about_all OR v.about = s.person)
JOIN (
    SELECT q.person, q.victim, min(q.known) AS known FROM pairs q
    JOIN events i ON i.incident_id = q.incident_id WHERE i.domestic GROUP BY q.person, q.victim
) AS own ON own.person = v.victim AND own.victim = s.person
GROUP BY v.incident_id, v.victim
"""

_CUSTODY_ROWS = f"""
SELECT k.person, {day("u.start_on")} AS start_day, {day("u.recorded_on")} AS known,
    coalesce({day("u.end_on")} + 1, {NEVER}) AS end_day
FROM custody_spells u JOIN persons k ON k.who = u.person_id
"""

_RISK_ROWS = f"""
SELECT k.person, {day("u.at_risk_from")} AS from_day
FROM risk_days u JOIN persons k ON k.who = u.person_id WHERE u.at_risk_from IS NOT NULL
"""


def _harm_codes(harm: HarmTable) -> str:
    rows = ", ".join(f"({literal(code)}, {days}, {log_millionths(days)})" for code, days in harm.by_code.items())
    nothing = "('', 0, 0)"
    return f"SELECT * FROM (VALUES {rows or nothing}) AS listed (code, harm, log_harm)"


def _harm(harm: HarmTable, of_code: str, non_crime: int, unmapped: int | None) -> str:
    """Harm of a state: the same rule as :meth:`HarmTable.of`."""
    left_out = "" if harm.count_proactive else "WHEN coalesce(i.proactively_detected, FALSE) THEN 0 "
    return f"CASE {left_out}WHEN NOT i.is_crime THEN {non_crime} ELSE coalesce(h.{of_code}, {literal(unmapped)}) END"


_COLUMNS = tuple(column.name for column in (*FIXED, *LATER))
#: The days from which columns are known that wait for one.
_KNOWN_ON = tuple(dict.fromkeys(column.known_on for column in LATER))

# A classification lasts until the next one; a change on or before the day of recording counts from that day. Only the
# incidents that were reclassified are sorted; the others hold one classification.
_CLASSIFIED = """
WITH touched AS (SELECT DISTINCT incident_id FROM reclassified),
changes AS (
    SELECT i.incident_id, i.recorded_on AS since, 0 AS step, i.recorded_on AS said_on, i.is_crime, i.offence_code
    FROM events i JOIN touched ON touched.incident_id = i.incident_id
    UNION ALL
    SELECT i.incident_id, greatest(x.reclassified_on, i.recorded_on), 1, x.reclassified_on, x.is_crime, x.offence_code
    FROM events i JOIN reclassified x ON x.incident_id = i.incident_id
),
ordered AS (
    SELECT incident_id, since, is_crime, offence_code,
        row_number() OVER (
            PARTITION BY incident_id ORDER BY since, step, said_on, is_crime, coalesce(offence_code, '')
        ) AS place
    FROM changes
),
classified AS (
    SELECT incident_id, since, is_crime,
        lead(since) OVER (PARTITION BY incident_id ORDER BY place) AS until,
        last_value(offence_code IGNORE NULLS) OVER (
            PARTITION BY incident_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS offence_code
    FROM ordered
),
held AS (
    SELECT i.incident_id, coalesce(c.since, i.recorded_on) AS since, c.until,
        CASE WHEN c.incident_id IS NULL THEN i.is_crime ELSE c.is_crime END AS is_crime,
        CASE WHEN c.incident_id IS NULL THEN i.offence_code ELSE c.offence_code END AS offence_code,
        i.occurred_on, {columns}
    FROM events i LEFT JOIN classified c ON c.incident_id = i.incident_id
)
"""


def _states(plan: Plan, harm: HarmTable) -> str:
    """One row an incident and classification."""
    logs = {days: log_millionths(days) for days in (harm.non_crime, harm.unmapped) if days is not None}
    unmapped = None if harm.unmapped is None else logs[harm.unmapped]
    classified = _CLASSIFIED.format(columns=", ".join(f"i.{name}" for name in (*_COLUMNS, *_KNOWN_ON)))
    days = "".join(f"{day_or_never(f'i.{name}')} AS {name}, " for name in _KNOWN_ON)
    return (
        f"{classified} SELECT i.incident_id, {day('i.occurred_on')} AS day, {day('i.since')} AS since, "
        f"{day_or_never('i.until')} AS until, i.is_crime, i.offence_code, {days}"
        f"CAST({_harm(harm, 'harm', harm.non_crime, harm.unmapped)} AS INTEGER) AS harm, "
        f"CAST({_harm(harm, 'log_harm', logs[harm.non_crime], unmapped)} AS BIGINT) AS log_harm, "
        f"{', '.join(f'i.{name}' for name in _COLUMNS)} "
        "FROM held i LEFT JOIN harm_codes h ON h.code = i.offence_code WHERE "
        f"{'i.domestic AND ' if plan.only_domestic else ''}coalesce(i.since < i.until, TRUE)"
    )


def _masks(plan: Plan, view: View) -> str:
    return "".join(f", {mask_sql(conditions)} AS {name}" for conditions, name in plan.masks[view].items())


def _carried(plan: Plan, view: View) -> str:
    """Columns of the states that aggregates of the view name; the table holds nothing else."""
    used = " ".join((*plan.bases[view], *(plan.spans if view is View.PAIR else ())))
    wanted = ("harm", "log_harm", "offence_code", *_COLUMNS, *_KNOWN_ON)
    linked = ", q.known AS linked" if "r.linked" in used else ""  # known at all, however classified since
    return linked + "".join(f", i.{name}" for name in wanted if f"r.{name}" in used)


def _suspect_rows(plan: Plan, *, dated: bool) -> str:
    """One row a suspect and classification; of a version, in its stretch alone.

    Who has a row on a date is decided here: nothing else of a version has to be cut to its stretch.
    """
    extra = "" if plan.only_domestic else ", i.domestic AS is_domestic"
    known, until = "greatest(q.known, i.since)", "i.until"
    if dated:
        known, until = "greatest(q.known, i.since, q.held_from)", "least(i.until, q.held_until)"
    return (
        f"SELECT q.person, {known} AS known, {until} AS until, i.day, q.offender_from"
        f"{_carried(plan, View.SUSPECT)}{extra}{_masks(plan, View.SUSPECT)} "
        f"FROM suspects q JOIN states i ON i.incident_id = q.incident_id WHERE {known} < {until}"
    )


def _pair_links(plan: Plan) -> str:
    """Pairs with the day from which a later, or an earlier, row of the same two people is known."""
    windows = [
        *_others(plan.latest.items(), "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING"),
        *_others(plan.first.items(), "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"),
    ]
    domestic = "WHERE i.domestic" if plan.only_domestic else ""
    # ``several``: more than one victim; ``named``: the first day the victim is known as this person's.
    return (
        "SELECT q.*, several.several, min(q.known) OVER (PARTITION BY q.person, q.victim) AS named"
        f"{''.join(windows)} FROM pairs q JOIN events i ON i.incident_id = q.incident_id "
        "JOIN (SELECT person, min(victim) <> max(victim) AS several FROM pairs GROUP BY person) AS several "
        f"ON several.person = q.person {domestic}"
    )


def _others(columns: Iterable[tuple[tuple[object, ...], str]], rows: str) -> Iterator[str]:
    for conditions, name in columns:
        known = f"CASE WHEN {mask_sql(conditions)} THEN q.known END" if conditions else "q.known"  # type: ignore[arg-type]
        yield (
            f", coalesce(min({known}) OVER (PARTITION BY q.person, q.victim ORDER BY i.occurred_on, i.incident_id "
            f"{rows}), {NEVER}) AS {name}"
        )


def _pair_rows(plan: Plan) -> str:
    others = "".join(f", q.{name}" for name in (*plan.latest.values(), *plan.first.values()))
    return (
        "SELECT q.person, q.victim, q.several, q.named, greatest(q.known, i.since) AS known, i.until, i.day, "
        f"q.offender_from, q.relationship{_carried(plan, View.PAIR)}{others}{_masks(plan, View.PAIR)} "
        "FROM pair_links q JOIN states i ON i.incident_id = q.incident_id WHERE greatest(q.known, i.since) < i.until"
    )


def _victim_rows(plan: Plan) -> str:
    return (
        "SELECT q.person, greatest(q.known, i.since) AS known, i.until, i.day, "
        f"coalesce(x.counter_from, {NEVER}) AS counter_from, q.relationship"
        f"{_carried(plan, View.VICTIM)}{_masks(plan, View.VICTIM)} FROM ("
        "SELECT incident_id, victim AS person, known, relationship, row_number() OVER ("
        "PARTITION BY incident_id, victim ORDER BY known, relationship NULLS LAST) AS place FROM victims "
        "WHERE victim IN (SELECT person FROM suspects)"
        ") AS q JOIN states i ON i.incident_id = q.incident_id "
        "LEFT JOIN counters x ON x.incident_id = q.incident_id AND x.person = q.person "
        "WHERE q.place = 1 AND greatest(q.known, i.since) < i.until"
    )

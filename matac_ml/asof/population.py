"""Who has a row as of a date, and the circumstances that decide eligibility. None of these is a feature."""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from matac_ml.ages import full_years_sql
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.records import Extract

# A link to an incident is known from its own recorded_on, which is never before the incident's.
_POPULATION = """
CREATE OR REPLACE TEMP TABLE population AS
SELECT DISTINCT v.person_id, d.as_of FROM involvements v JOIN incidents i ON i.incident_id = v.incident_id
JOIN dates d ON v.recorded_on < d.as_of AND i.occurred_on < d.as_of
    AND i.occurred_on >= d.as_of - CAST(? AS INTEGER)
WHERE v.role IN ('suspect', 'offender') AND i.domestic
"""

_COVERS = "u.person_id = q.person_id AND u.start_on < q.as_of AND coalesce(u.end_on >= q.as_of, TRUE)"

_ELIGIBILITY = f"""
WITH victims AS (
    SELECT v.person_id, min(v.recorded_on) AS known FROM involvements v
    JOIN incidents i ON i.incident_id = v.incident_id WHERE v.role = 'victim' AND i.domestic GROUP BY v.person_id
)
SELECT q.person_id, q.as_of, CAST({full_years_sql("p.birth_date", "q.as_of")} AS DOUBLE) AS age_years,
    coalesce(p.deceased_on < q.as_of, FALSE) AS deceased,
    EXISTS (FROM custody u WHERE {_COVERS} AND u.recorded_on < q.as_of) AS in_custody,
    EXISTS (FROM management u WHERE {_COVERS}) AS managed,
    coalesce(x.known < q.as_of, FALSE) AS also_victim
FROM population q LEFT JOIN people p ON p.person_id = q.person_id LEFT JOIN victims x ON x.person_id = q.person_id
ORDER BY q.as_of, q.person_id
"""

_RECORDED = """
SELECT q.person_id, q.as_of, min(date_diff('day', v.recorded_on, q.as_of)) AS days_since_recorded
FROM population q JOIN involvements v ON v.person_id = q.person_id AND v.recorded_on < q.as_of
JOIN incidents i ON i.incident_id = v.incident_id
WHERE v.role IN ('suspect', 'offender') AND i.domestic GROUP BY q.person_id, q.as_of ORDER BY q.as_of, q.person_id
"""

_LATEST_AREA = """
SELECT v.person_id, d.as_of, arg_max(i.area, (i.occurred_on, i.incident_id)) AS area
FROM (SELECT DISTINCT unnest(?::DATE[]) AS as_of) d JOIN involvements v ON v.recorded_on < d.as_of
JOIN incidents i USING (incident_id)
WHERE v.role IN ('suspect', 'offender') AND i.domestic AND i.area IS NOT NULL
GROUP BY v.person_id, d.as_of ORDER BY d.as_of, v.person_id
"""


def area_frame(extract: Extract, as_of_dates: Sequence[date]) -> pd.DataFrame:
    """Give where everybody is listed: the area of their latest domestic incident as suspect known by then.

    Returns
    -------
    DataFrame
        ``person_id``, ``as_of``, ``area``, ordered by date and person; no row where no incident says where it was.
    """
    return _together(con.execute(_LATEST_AREA, [days]).df() for con, days in extract.connect_each(as_of_dates))


def eligibility_frame(
    extract: Extract, as_of_dates: Sequence[date], *, lookback_days: int = LOOKBACK_DAYS
) -> pd.DataFrame:
    """Give what eligibility rules look at, for every row of a feature table.

    Returns
    -------
    DataFrame
        ``person_id``, ``as_of``, ``age_years`` (full years, NaN without a birth date), ``deceased``,
        ``in_custody``, ``managed`` (under MATAC), ``also_victim`` (recorded as a victim of domestic abuse), ordered by
        date and person. Spells count on the days from the one after their start to their last.
    """
    return population_frame(extract, as_of_dates, _ELIGIBILITY, lookback_days=lookback_days)


def recorded_frame(
    extract: Extract, as_of_dates: Sequence[date], *, lookback_days: int = LOOKBACK_DAYS
) -> pd.DataFrame:
    """Give how long ago a domestic incident with the person as suspect was last *recorded*, for every row.

    Returns
    -------
    DataFrame
        ``person_id``, ``as_of``, ``days_since_recorded`` (whole days, at least 1), ordered by date and person.
    """
    return population_frame(extract, as_of_dates, _RECORDED, lookback_days=lookback_days)


def population_frame(extract: Extract, as_of_dates: Sequence[date], query: str, *, lookback_days: int) -> pd.DataFrame:
    """The rows of a query over a table ``population`` (the person and date of every row of a feature table).

    Records are those of the identities known as of each date. An empty list of dates gives no row.
    """
    frames = []
    for con, days in extract.connect_each(as_of_dates):
        con.execute("CREATE OR REPLACE TEMP TABLE dates AS SELECT unnest(?::DATE[]) AS as_of", [days])
        con.execute(_POPULATION, [lookback_days])
        frames.append(con.execute(query).df())
    return _together(frames)


def _together(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(list(frames), ignore_index=True)

"""Made-up forces in memory: the tables that the recording audit reads, without files, checks or the truth."""

from dataclasses import dataclass
from typing import cast

import duckdb
import pandas as pd

from matac_ml.records import Extract
from matac_ml.synthetic import ForceSettings, Plant
from matac_ml.synthetic.force import force_calendar, force_chunks
from matac_ml.synthetic.partners import referral_tables
from matac_ml.synthetic.tables import extract_tables

#: As in an extract that was read: merged identities are those that stay, no link was withdrawn, and every incident
#: counts as domestic.
_VIEWS = """
CREATE VIEW every_link AS
SELECT i.* REPLACE (coalesce(m.merged_into, i.person_id) AS person_id), CAST(NULL AS DATE) AS withdrawn_on
FROM involvements_given i LEFT JOIN merges m USING (person_id);
CREATE VIEW involvements AS SELECT * EXCLUDE (withdrawn_on) FROM every_link;
CREATE VIEW incidents AS SELECT *, true AS domestic FROM incidents_given;
"""


@dataclass(frozen=True)
class _Force:
    con: duckdb.DuckDBPyConnection
    people: pd.DataFrame
    settings: ForceSettings

    def connect(self) -> duckdb.DuckDBPyConnection:
        return self.con

    def people_frame(self) -> pd.DataFrame:
        return self.people

    @property
    def cut_off(self) -> object:
        return self.settings.cut_off

    @property
    def data_hash(self) -> str:
        return "made up in memory"


def small_force(*, incidents: int, years: float, seed: int, plant: Plant, settings: ForceSettings) -> Extract:
    """A force of one chunk, as far as an audit of recording looks at it: a tenth of the time of writing and reading."""
    calendar = force_calendar(settings.cut_off, years)
    [(chunk, _)] = force_chunks(calendar, incidents=incidents, seed=seed, plant=plant, settings=settings)
    tables = extract_tables(chunk, calendar, areas=list(settings.areas)) | referral_tables(chunk, calendar)
    con = duckdb.connect(config={"threads": "1"})
    for name in ("incidents", "involvements", "merges", "referrals", "partner_incidents"):
        con.register(f"{name}_given" if name in ("incidents", "involvements") else name, tables[name])
    con.execute(_VIEWS)
    return cast("Extract", _Force(con, tables["people"].to_pandas(), settings))

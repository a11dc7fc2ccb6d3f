"""An extract: checked once, held in DuckDB, and read through views that apply merges and defaults."""

import hashlib
import json
import shutil
import tempfile
import weakref
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from matac_ml import clock
from matac_ml.errors import RecordsError
from matac_ml.infile import memory_allowed
from matac_ml.records.checking import (
    CHECK_COMMAND,
    Findings,
    check_cut_off,
    check_rules,
    faults_of,
    read_settings,
    set_cut_off,
)
from matac_ml.records.doubtful import doubtful_people
from matac_ml.records.inline import Rows
from matac_ml.records.loading import create_empty, load_rows, load_source
from matac_ml.records.sources import Sources, find_sources
from matac_ml.records.views import MERGED_AS_OF, create_views, identities_change, links_change, see_as_of
from matac_ml.vocabulary import TABLES

#: Above this many bytes of files the tables lie in a scratch file, not in memory.
IN_MEMORY = 128 * 1024 * 1024
#: DuckDB spills to the scratch folder beyond this much memory, or beyond four fifths of what the machine has.
MOST_MEMORY_GIB = 8
_SAFE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


class Database:
    """A DuckDB database that lives as long as this object: in memory, or in a private scratch folder when large."""

    def __init__(self, *, size: int = 0, zone: ZoneInfo = clock.LONDON, most: int = MOST_MEMORY_GIB << 30) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="matac-ml-"))
        where = ":memory:" if size <= IN_MEMORY else str(self.scratch / "extract.duckdb")
        memory = f"{memory_allowed(most) >> 20}MiB"
        config = _SAFE | {"temp_directory": str(self.scratch / "spill"), "memory_limit": memory}
        self.connection = duckdb.connect(where, config=config)
        self._finalizer = weakref.finalize(self, _clean, self.connection, self.scratch)
        # For every connection, or times with a zone would become days where the machine stands.
        self.connection.execute(f"SET GLOBAL TimeZone = '{zone.key}'")
        self.connection.execute("CREATE SCHEMA loaded; CREATE SCHEMA typed")


def _clean(connection: duckdb.DuckDBPyConnection, scratch: Path) -> None:
    connection.close()
    shutil.rmtree(scratch, ignore_errors=True)


@dataclass(frozen=True, eq=False)
class Extract:
    """Records that passed every rule, ready to be read.

    Attributes
    ----------
    folder : Path or None
        Where the files lie; None for records given inline.
    cut_off : datetime.date
        Nothing recorded after this day is in the extract: what ``extract.yaml`` declares, else the last day on which
        anything was recorded.
    data_hash : str
        SHA-256, 64 hexadecimal characters, of the names and contents of the files; the folder's name does not count.
    description : str
        What ``extract.yaml`` says the extract is; may be empty.
    force : str
        Whose it is, from ``extract.yaml``; may be empty.
    """

    folder: Path | None
    cut_off: date
    data_hash: str
    database: Database
    force: str = ""
    description: str = ""

    def connect(self, *, as_of: date | None = None) -> duckdb.DuckDBPyConnection:
        """Open a connection of its own; close it or let it go.

        It holds ``incidents``, ``involvements``, ``people``, ``reclassifications``, ``custody``, ``management``,
        ``referrals`` and ``merges``, each with every column of docs/records.md, typed; an optional table that was not
        given is there without rows. Defaults are filled. Identities that were merged carry the one that stays, by the
        merges known before ``as_of`` (by all of them when it is not given); ``recorded_as`` is what stands in the row.
        ``involvements`` holds the links believed as of that day, and ``every_link`` those withdrawn by then too.
        """
        con = self.database.connection.cursor()
        if as_of is not None:
            see_as_of(con, as_of)
        return con

    def connect_each(self, days: Iterable[date]) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[date]]]:
        """Connections as of some days, in order.

        Days between which no merge was found or taken back, and no link withdrawn, share one.
        """
        con = self.connect()
        found = con.execute(
            "SELECT held_until AS day FROM identities WHERE held_until IS NOT NULL "
            "UNION SELECT withdrawn_on FROM typed.links WHERE withdrawn_on IS NOT NULL ORDER BY day"
        )
        changes = [day for (day,) in found.fetchall()]
        asked = sorted(set(days))
        if not asked:
            yield con, []
        for _, same in groupby(asked, key=lambda day: bisect_left(changes, day)):
            together = list(same)
            yield self.connect(as_of=together[0]), together

    def merged_as_of(self, day: date) -> dict[str, str]:
        """Every identity given up by the merges known before a day, and the one that stays."""
        found = self.connect().execute(MERGED_AS_OF, {"day": day}).fetchall()
        return dict(found)

    def changes_since(self, day: date) -> bool:
        """Whether a merge was found out or taken back, or a link withdrawn, on a day or after it."""
        return identities_change(con := self.connect(), day) or links_change(con, day)

    def joined_with(self, person_id: str) -> tuple[str, ...]:
        """Every identity that was ever merged with this one, itself among them, in alphabetical order."""
        return self._joined.get(person_id, (person_id,))

    @cached_property
    def _joined(self) -> dict[str, tuple[str, ...]]:
        # Few identities are ever merged: looked up here, they cost the files of a list no query.
        clusters: dict[str, set[str]] = defaultdict(set)
        for person_id, cluster in self.connect().execute("SELECT person_id, cluster FROM identities").fetchall():
            clusters[cluster].add(person_id)
        return {person_id: tuple(sorted(cluster)) for cluster in clusters.values() for person_id in cluster}

    def people_frame(self) -> pd.DataFrame:
        """Return one row a person with the attributes used for auditing. Never a feature.

        Returns
        -------
        DataFrame
            ``person_id`` and the columns of the people table, ordered by ``person_id``. An identity that was given up
            has a row too: as of a day before that it stands for itself.
        """
        given_up = (
            "SELECT m.person_id, p.* EXCLUDE (person_id) FROM typed.merged m JOIN people p ON p.person_id = m.stays "
            "WHERE m.person_id IN (SELECT person_id FROM identities WHERE stays = person_id)"
        )
        query = f"SELECT * FROM people UNION ALL BY NAME {given_up} ORDER BY person_id"
        frame: pd.DataFrame = self.connect().execute(query).df()
        return frame

    def doubtful(self) -> dict[str, str]:
        """Return the identities that may stand for nobody or for many people, and what is odd about each.

        Returns
        -------
        dict of str to str
            By the identifier under which they are listed. A list must say so before it is read: records/doubtful.py.
        """
        return self._doubtful

    @cached_property
    def _doubtful(self) -> dict[str, str]:
        return doubtful_people(self.connect())

    @classmethod
    def from_tables(cls, tables: Mapping[str, Rows], *, cut_off: date | None = None) -> "Extract":
        """Check and hold records given inline: table name to rows, each row column to value.

        A table is a sequence of mappings or a data frame. Values may be text as in a file, or dates, booleans and
        numbers, Python's, NumPy's or pandas'. Rows count from 1 in messages. Days are meant in London.

        Raises
        ------
        RecordsError
            With every fault.
        """
        database, findings = Database(), Findings()
        digest = hashlib.sha256()
        if strange := sorted(set(tables) - {t.name for t in TABLES}):
            raise RecordsError(
                f"Tables must be named {', '.join(t.name for t in TABLES)}; got {len(strange)} other name(s)."
            )
        for table in TABLES:
            found, texts = load_rows(database.connection, table, tables.get(table.name, ()))
            findings.add(table.name, found)
            digest.update(json.dumps([table.name, texts.to_pylist()], sort_keys=True).encode())
        known = set_cut_off(database.connection, cut_off, findings.broken)
        digest.update(str(cut_off).encode())
        today = clock.today()
        findings.add("cut_off", check_cut_off(cut_off, today, "cut_off"))
        names = {t.name: f"{t.name} (inline)" for t in TABLES}
        check_rules(database.connection, findings, names, today=today, warn=False)
        if faults := faults_of(findings.found):
            raise RecordsError("The records break the rules of docs/records.md.", faults=faults)
        create_views(database.connection)
        return cls(None, known, digest.hexdigest(), database)


def load(
    folder: Path, *, warn: bool = True, most: int = MOST_MEMORY_GIB << 30
) -> tuple[Findings, Extract | None, Sources]:
    """Read a folder into a database and check it; the extract is None when a table could not be read.

    Without ``warn`` only faults are looked for: that is what reading needs. Beyond ``most`` bytes of memory the
    database uses its scratch folder.
    """
    sources = find_sources(folder)
    settings, found = read_settings(sources.settings)
    size = sum(source.path.stat().st_size for source in sources.sources)
    database = Database(size=size, zone=settings.zone, most=most)
    findings = Findings([*sources.findings, *found], set(sources.broken))
    files = {table.name: f"{table.name}.csv" for table in TABLES}
    for source in sources.sources:
        files[source.table.name] = source.file
        findings.add(source.table.name, load_source(database.connection, source, scratch=database.scratch))
    held = {name for (name,) in database.connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'typed'").fetchall()}  # fmt: skip
    for table in TABLES:
        if table.name not in held:
            create_empty(database.connection, table)
    today = clock.today(settings.zone)
    findings.add("extract.yaml", check_cut_off(settings.cut_off, today, "extract.yaml"))
    cut_off = set_cut_off(database.connection, settings.cut_off, findings.broken)
    check_rules(database.connection, findings, files, today=today, warn=warn)
    if any(table.name in findings.broken for table in TABLES):
        return findings, None, sources
    create_views(database.connection)
    return (
        findings,
        Extract(folder, cut_off, sources.data_hash, database, settings.force, settings.description),
        sources,
    )


def read_extract(folder: Path) -> Extract:
    """Read a folder of CSV or Parquet files; see docs/records.md for the tables.

    Parameters
    ----------
    folder : Path
        Holds incidents, involvements and people, and perhaps the optional tables and ``extract.yaml``.

    Raises
    ------
    RecordsError
        With every fault at once: file, row, column, rule and the kind of what came, never a value.

    Notes
    -----
    Files stream through DuckDB; nothing is held as Python objects. Nothing is written beside a private scratch folder
    that goes when the extract does.
    """
    findings, extract, _ = load(Path(folder), warn=False)
    faults = faults_of(findings.found)
    if faults or extract is None:
        raise RecordsError(f"The extract breaks the rules of docs/records.md. {CHECK_COMMAND}", faults=faults)
    return extract

"""Whose records are an identity's, as of any day: the merges known by then, each chain walked to its end.

A merge holds as of ``t`` when it was found out strictly before ``t`` and not taken back by then; one without a day
holds from the beginning. Between two days on which anything changes, the same identities stay.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Any

import duckdb
import pyarrow as pa

from matac_ml.errors import RecordsError

#: SQL for the identity that stays, of a row ``v`` joined with ``typed.merged`` as ``m``.
STAYS_OF = "coalesce(m.stays, v.person_id)"
#: Days on which the identities of one person may change. Every identity may stay under another one after each of them,
#: so the rows to keep grow with days times identities; no person of any force comes near.
MOST_DAYS = 50


@dataclass(frozen=True, slots=True)
class IdentitySpell:
    """An identity, and the one that stays in its place on the days ``held_from < t <= held_until``.

    ``cluster`` names every identity that was ever joined with it, directly or over others.
    """

    person_id: str
    stays: str
    cluster: str
    held_from: date
    held_until: date


@dataclass(frozen=True, slots=True)
class _Merge:
    into: str
    since: date
    until: date


class Identities:
    """The identities of some people, from rows of the merges table.

    Parameters
    ----------
    rows : iterable of mapping
        ``person_id``, ``merged_into`` and perhaps ``merged_on`` and ``withdrawn_on``; one row an identity given up.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._merges = {
            row["person_id"]: _Merge(
                row["merged_into"], row.get("merged_on") or date.min, row.get("withdrawn_on") or date.max
            )
            for row in rows
        }
        self._cluster = _clusters((person, merge.into) for person, merge in self._merges.items())

    def __bool__(self) -> bool:
        return bool(self._merges)

    @property
    def circular(self) -> frozenset[str]:
        """Identities whose merges still hold and lead back to them, so that none of them stays."""
        return _resolved(self._merges, date.max)[1]

    @property
    def restless(self) -> frozenset[str]:
        """Identities given up by somebody whose identities change on more than :data:`MOST_DAYS` days."""
        days: dict[str, set[date]] = defaultdict(set)
        for person, merge in self._merges.items():
            days[self._cluster[person]] |= {merge.since, merge.until} - {date.min, date.max}
        return frozenset(person for person in self._merges if len(days[self._cluster[person]]) > MOST_DAYS)

    def require_resolvable(self) -> None:
        """Refuse merges that cannot be followed.

        Raises
        ------
        RecordsError
            When some are :attr:`circular` or :attr:`restless`.
        """
        if self.circular:
            raise RecordsError("Every merge must lead to an identity that stays; a chain comes back to its start.")
        if self.restless:
            raise RecordsError(f"The identities of one person must change on at most {MOST_DAYS} days.")

    def at(self, t: date = date.max) -> dict[str, str]:
        """Every identity given up as of a day, and the one that stays; as of the end when no day is given.

        While merges go round in a circle, which only merges taken back later may, the first identity in alphabetical
        order stays.
        """
        return _resolved(self._merges, t)[0]

    def spells(self) -> Iterator[IdentitySpell]:
        """Where every identity of a merge belonged, from the beginning to the end, without the :attr:`restless`."""
        restless = {self._cluster[person] for person in self.restless}
        clusters: dict[str, list[str]] = defaultdict(list)
        for person, cluster in self._cluster.items():
            if cluster not in restless:
                clusters[cluster].append(person)
        for cluster, people in clusters.items():
            merges = {person: self._merges[person] for person in people if person in self._merges}
            days = {day for merge in merges.values() for day in (merge.since, merge.until)} | {date.min, date.max}
            epochs = [(start, end, _resolved(merges, end)[0]) for start, end in pairwise(sorted(days))]
            for person in people:
                for stays, run in groupby(epochs, key=lambda epoch: epoch[2].get(person, person)):
                    same = list(run)
                    yield IdentitySpell(person, stays, cluster, same[0][0], same[-1][1])


def _resolved(merges: Mapping[str, _Merge], t: date) -> tuple[dict[str, str], frozenset[str]]:
    """Who stays as of a day in place of whoever was given up, and who is in a circle; each chain is walked once."""
    into = {
        person: merge.into
        for person, merge in merges.items()
        if (merge.since < t or merge.since == date.min) and merge.until >= t
    }
    stays: dict[str, str] = {}
    circular: set[str] = set()
    for start in into:
        chain: dict[str, None] = {}
        person = start
        while person in into and person not in stays and person not in chain:
            chain[person] = None
            person = into[person]
        if person in chain:
            walked = list(chain)
            circle = walked[walked.index(person) :]
            person = min(circle)
            circular.update(circle)
        stays |= dict.fromkeys(chain, stays.get(person, person))
    return stays, frozenset(circular)


def _clusters(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Everybody in a pair, and one of those that pairs join with them."""
    joined: dict[str, str] = {}

    def first(person: str) -> str:
        while joined.setdefault(person, person) != person:
            joined[person] = joined[joined[person]]
            person = joined[person]
        return person

    for person, other in pairs:
        joined[first(person)] = first(other)
    return {person: first(person) for person in joined}


def resolve_merges(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``typed.merged`` (every identity given up as of the end, and the one that stays) and ``typed.unresolved``.

    The latter has the identities in a circle, and those of people whose identities change too often.
    """
    identities = _read(con)
    stays = identities.at()
    _make(con, "typed.merged", {"person_id": list(stays), "stays": list(stays.values())})
    faults = [*((p, "circle") for p in identities.circular), *((p, "restless") for p in identities.restless)]
    _make(con, "typed.unresolved", {"person_id": [p for p, _ in faults], "why": [why for _, why in faults]})


def keep_identities(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``identities``: the spells of every identity in a merge, as of every day; without an end they are NULL."""
    spells = list(_read(con).spells())
    columns: dict[str, list[Any]] = {
        "person_id": [spell.person_id for spell in spells],
        "stays": [spell.stays for spell in spells],
        "cluster": [spell.cluster for spell in spells],
        "held_from": [None if spell.held_from == date.min else spell.held_from for spell in spells],
        "held_until": [None if spell.held_until == date.max else spell.held_until for spell in spells],
    }
    _make(con, "identities", columns)


def _read(con: duckdb.DuckDBPyConnection) -> Identities:
    """The merges of an extract; of several of one identity, which is a fault, the first."""
    names = ("person_id", "merged_into", "merged_on", "withdrawn_on")
    rows = con.execute(
        f"SELECT {', '.join(names)} FROM typed.merges WHERE merged_into IS NOT NULL AND person_id IS NOT NULL "
        "AND merged_into <> person_id ORDER BY row DESC"
    ).fetchall()
    return Identities(dict(zip(names, row, strict=True)) for row in rows)


def _make(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, list[Any]]) -> None:
    """A table of texts, and of days where a column is called ``held_...``."""
    types = {column: pa.date32() if column.startswith("held_") else pa.string() for column in columns}
    con.register("made", pa.table({column: pa.array(values, types[column]) for column, values in columns.items()}))
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM made")
    con.unregister("made")

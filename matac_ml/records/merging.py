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

#: SQL for the identity that stays, of a row ``v`` joined with ``typed.merged`` as ``m``.
STAYS_OF = "coalesce(m.stays, v.person_id)"
_USABLE = "merged_into IS NOT NULL AND person_id IS NOT NULL AND merged_into <> person_id"


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
    def ends_in_a_circle(self) -> bool:
        """Whether merges that still hold lead back to their start, so that no identity stays."""
        return _resolved(self._merges, date.max)[1]

    def at(self, t: date = date.max) -> dict[str, str]:
        """Every identity given up as of a day, and the one that stays; as of the end when no day is given.

        While merges go round in a circle, which only merges taken back later may, the first identity in alphabetical
        order stays.
        """
        return _resolved(self._merges, t)[0]

    def spells(self) -> Iterator[IdentitySpell]:
        """Where every identity of a merge belonged, from the beginning to the end."""
        clusters: dict[str, list[str]] = defaultdict(list)
        for person, cluster in self._cluster.items():
            clusters[cluster].append(person)
        for cluster, people in clusters.items():
            merges = {person: self._merges[person] for person in people if person in self._merges}
            days = {day for merge in merges.values() for day in (merge.since, merge.until)} | {date.min, date.max}
            epochs = [(start, end, _resolved(merges, end)[0]) for start, end in pairwise(sorted(days))]
            for person in people:
                for stays, run in groupby(epochs, key=lambda epoch: epoch[2].get(person, person)):
                    same = list(run)
                    yield IdentitySpell(person, stays, cluster, same[0][0], same[-1][1])


def _resolved(merges: Mapping[str, _Merge], t: date) -> tuple[dict[str, str], bool]:
    """Who stays as of a day in place of whoever was given up, and whether a chain goes round; each is walked once."""
    into = {
        person: merge.into
        for person, merge in merges.items()
        if (merge.since < t or merge.since == date.min) and merge.until >= t
    }
    stays: dict[str, str] = {}
    circular = False
    for start in into:
        chain: dict[str, None] = {}
        person = start
        while person in into and person not in stays and person not in chain:
            chain[person] = None
            person = into[person]
        if person in chain:
            walked = list(chain)
            person, circular = min(walked[walked.index(person) :]), True
        stays |= dict.fromkeys(chain, stays.get(person, person))
    return stays, circular


def _clusters(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Everybody in a pair, and one of those that pairs join with them."""
    joined: dict[str, str] = {}

    def first(person: str) -> str:
        while joined.setdefault(person, person) != person:
            joined[person] = joined[joined[person]]
            person = joined[person]
        return person

    for one, other in pairs:
        joined[first(one)] = first(other)
    return {person: first(person) for person in joined}


def resolve_merges(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``typed.merged``: every identity given up as of the end, and the one that stays at the end of its chain.

    Each step doubles the distance that is walked, so a chain of 20,000 takes 15 steps. A chain that ends in a circle
    never ends: its identities then lead to one of the circle, and each of the circle to another of it.
    """
    con.execute(
        "CREATE OR REPLACE TABLE typed.merged AS SELECT person_id, arg_min(merged_into, row) AS stays "
        f"FROM typed.merges WHERE {_USABLE} AND withdrawn_on IS NULL GROUP BY person_id"
    )
    (given_up,) = con.execute("SELECT count(*) FROM typed.merged").fetchone() or (0,)
    for _ in range(int(given_up).bit_length()):
        (moved,) = con.execute("SELECT count(*) FROM typed.merged a SEMI JOIN typed.merged b ON b.person_id = a.stays"
                               ).fetchone() or (0,)  # fmt: skip
        if not moved:
            return
        con.execute(
            "CREATE OR REPLACE TABLE typed.merged AS SELECT a.person_id, coalesce(b.stays, a.stays) AS stays "
            "FROM typed.merged a LEFT JOIN typed.merged b ON b.person_id = a.stays"
        )


def keep_identities(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``identities``: the spells of every identity in a merge, as of every day; without an end they are NULL."""
    found = con.execute(
        f"SELECT person_id, merged_into, merged_on, withdrawn_on FROM typed.merges WHERE {_USABLE}"
    ).fetchall()
    names = ("person_id", "merged_into", "merged_on", "withdrawn_on")
    spells = list(Identities(dict(zip(names, row, strict=True)) for row in found).spells())
    table = pa.table(
        {
            "person_id": pa.array([spell.person_id for spell in spells], pa.string()),
            "stays": pa.array([spell.stays for spell in spells], pa.string()),
            "cluster": pa.array([spell.cluster for spell in spells], pa.string()),
            "held_from": pa.array([None if s.held_from == date.min else s.held_from for s in spells], pa.date32()),
            "held_until": pa.array([None if s.held_until == date.max else s.held_until for s in spells], pa.date32()),
        }
    )
    con.register("made", table)
    con.execute("CREATE OR REPLACE TABLE identities AS SELECT * FROM made")
    con.unregister("made")

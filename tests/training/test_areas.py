"""Lists of each area in the report: who is listed where, and no small count given back."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from matac_ml.evaluation import InArea, Interval
from matac_ml.records import read_extract
from training.areas import NOWHERE, ByArea, _open, _precision, area_tables, areas_of
from training.dataset import Dataset


def _area(name: str, hits: float, places: float = 60, people: int = 40, listed: int = 30) -> InArea:
    one = Interval(hits / places, 0.0, 1.0)
    return InArea(name, places, hits, 900, 300, people, people, one, Interval(hits / 300, 0.1, 0.3), listed)


def test_people_are_listed_where_their_latest_known_incident_was(small_run: Path) -> None:
    """Looked up one by one, and what is recorded on the day itself or later moves nobody."""
    extract = read_extract(small_run / "extract")
    con = extract.connect()
    dates = tuple(extract.cut_off - timedelta(days=back) for back in (600, 90))
    people = tuple(str(row[0]) for row in con.execute("SELECT person_id FROM people ORDER BY 1 LIMIT 150").fetchall())
    person, cycle = np.repeat(np.arange(150), 2), np.tile([0, 1], 150)
    test = SimpleNamespace(identity=person, cycle=cycle, dates=dates)
    found = areas_of(extract, cast(Dataset, SimpleNamespace(folds=SimpleNamespace(test=test), identities=people)))
    rows: list[Any] = con.execute(
        "SELECT v.person_id, v.recorded_on, i.occurred_on, i.incident_id, i.area FROM involvements v JOIN incidents i "
        "USING (incident_id) WHERE v.role IN ('suspect', 'offender') AND i.area IS NOT NULL"
    ).fetchall()
    for who, when, area in zip(person, cycle, found, strict=True):
        theirs = [row[2:] for row in rows if row[0] == people[who] and row[1] < dates[when]]
        assert area == (max(theirs)[2] if theirs else NOWHERE)
    assert len(set(found)) > 2


def test_an_area_of_few_people_or_places_is_hidden() -> None:
    """No figure of it is printed, nor how many places all areas have, from which it could be had."""
    lists = (
        _area("large", 30),
        _area("few people", 30, people=9),
        _area("few places", 12, places=24),
        _area("", 72, 144),
    )
    for table in area_tables(ByArea({"Matrix": lists}, 0.0), 10):
        shown = {row[0]: row[1:] for row in table.rows}
        assert shown["large"][0] == "60"
        assert shown["few people"] == shown["few places"] == ("hidden", "hidden")
        assert shown["All areas' lists together"][0] == "hidden"


@pytest.mark.parametrize(("listed", "printed"), [(1, False), (9, False), (10, True), (60, True)])
def test_places_that_few_people_hold_are_few_people(listed: int, printed: bool) -> None:
    """Sixty places on six lists can be ten people or fewer: people decide, not places."""
    lists = (_area("one", 30, listed=listed), _area("other", 30), _area("", 60, 120))
    for table in area_tables(ByArea({"Matrix": lists}, 0.0), 10):
        shown = {row[0]: row[1:] for row in table.rows}
        assert (shown["one"][0] != "hidden") is printed


def test_recall_is_not_printed_where_an_exact_total_would_tell_an_area_without_outcomes() -> None:
    """198 outcomes in all and about 200 in one area: the hidden one has none. With 202 in all it may have some."""
    for outcomes, printed in ((198, False), (202, True)):
        shown, unseen = _area("shown", 30), replace(_area("unseen", 0, people=0), rows=50)
        lists = tuple(
            replace(one, outcomes=n) for one, n in ((shown, outcomes), (unseen, 0), (_area("", 30, 120), outcomes))
        )
        recall = area_tables(ByArea({"Matrix": lists}, 0.0), 10)[1]
        assert (recall.rows[0][2] != "hidden") is printed


def test_every_count_stays_one_of_several() -> None:
    """Whoever puts the rates of two areas and of both together side by side has two counts or more to choose from."""
    printed = cache(lambda hits, places: _precision(_area("", hits, places)))
    alike = {text: [n for n in range(61) if printed(n, 60) == text] for text in {printed(n, 60) for n in range(61)}}
    hidden = 0
    for one, two in [(a, b) for a in range(0, 61, 4) for b in range(61)]:
        together = printed(one + two, 120)
        if not _open([_area("one", one), _area("two", two)], _area("", one + two, 120)):
            together, hidden = None, hidden + 1
        tables = [
            (a, b)
            for a in alike[printed(one, 60)]
            for b in alike[printed(two, 60)]
            if together is None or printed(a + b, 120) == together
        ]
        assert len({a for a, _ in tables}) > 1
        assert len({b for _, b in tables}) > 1
    assert hidden  # some are told apart by the rate of both together, which is then not printed

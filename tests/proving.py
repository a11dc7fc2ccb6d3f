"""What `make test` tries on a few and `make prove` tries in full; `make prove` finds every file that imports this."""

import os
from collections.abc import Collection, Iterable
from typing import Any

import pytest

#: Whether this run is of `make prove`.
PROVING = "MATAC_PROVE" in os.environ

#: A test that is as a whole too long for `make test`.
only_in_prove = pytest.mark.skipif(not PROVING, reason="it takes long; make prove runs it")


def at_least(few: int, full: int) -> int:
    """So many examples in `make test`, and so many in `make prove`."""
    return full if PROVING else few


def in_prove(rows: Iterable[Any], *, but: Collection[Any]) -> list[Any]:
    """Rows of a parametrised test of which `make test` runs those in ``but`` alone; each is a value or a tuple."""
    every = list(rows)
    assert all(row in every for row in but), "a row that make test should run is not there"
    return [
        pytest.param(*(row if isinstance(row, tuple) else (row,)), marks=() if row in but else only_in_prove)
        for row in every
    ]

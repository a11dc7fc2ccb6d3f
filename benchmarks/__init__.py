"""Measurements that are too long for the tests. ``python -m benchmarks [NAME ...] [--prove]`` runs them.

A benchmark is a module of this folder with a ``NAME`` and ``run(prove: bool) -> Table | tuple[Table, ...]``. With
``prove`` it runs at full size; without, small enough for a minute. What it returns is printed and written to
``benchmarks/results/NAME.md`` with the machine, the versions and the day. A bound that was not met goes into
``Table.missed``: the runner then ends with exit code 1.
"""

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table of measured figures.

    Parameters
    ----------
    title : str
        What was measured, in one line.
    columns : tuple of str
        Headings, with units.
    rows : tuple of tuples
        One cell a heading; floats are shown with three significant figures.
    notes : tuple of str
        What a reader must know to read the figures: size, what was shared, what a ratio is of.
    missed : tuple of str
        Bounds that were stated and not met: what was asked, what was measured.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = field(default=())
    missed: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call cost: wall-clock seconds, and processor seconds of this process and of those it waited for."""

    wall: float
    cpu: float


def measured(work: Callable[[], T]) -> tuple[T, Cost]:
    """Do the work once and say what it cost. Compare costs of one run with each other: the machine may be shared."""
    wall, cpu = time.perf_counter(), _processor_seconds()
    result = work()
    return result, Cost(wall=time.perf_counter() - wall, cpu=_processor_seconds() - cpu)


def apart(work: Callable[..., T], *arguments: object) -> T:
    """Do the work in a new process, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def _processor_seconds() -> float:
    return sum(os.times()[:4])


def peak_mib() -> int:
    """Largest resident memory of this process so far, in MiB. It never falls: run what is small first.

    From Linux's ``VmHWM`` where there is one: ``ru_maxrss`` counts what the process that started this one held.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        found = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        if found:
            return int(found[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

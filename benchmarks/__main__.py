"""``python -m benchmarks [NAME ...] [--prove]``: run benchmarks, print their tables, keep their results."""

import importlib
import os
import pkgutil
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, cast

import typer

import benchmarks
from benchmarks import Cell, Cost, Table, measured

RESULTS = Path(__file__).parent / "results"
VERSIONED = (
    "numpy",
    "pandas",
    "pyarrow",
    "duckdb",
    "scikit-learn",
    "lightgbm",
    "bentoml",
    "mlflow",
    "pyspark",
    "fairlearn",
)

Run = Callable[[bool], Table | tuple[Table, ...]]


def discover() -> dict[str, Run]:
    """Benchmarks by name, from the modules of this folder that have a ``NAME`` and a ``run``."""
    found: dict[str, Run] = {}
    for info in pkgutil.iter_modules(benchmarks.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"benchmarks.{info.name}")
        if hasattr(module, "NAME"):
            found[module.NAME] = cast("Run", module.run)
    return found


def shown(cell: Cell) -> str:
    """A cell as text: floats with three significant figures, whole numbers with thousands separated."""
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:#.3g}".rstrip(".")
    return f"{cell:,}" if isinstance(cell, int) else cell


def markdown(table: Table) -> str:
    """A table as Markdown, columns aligned so that it also reads in a terminal."""
    cells = [list(table.columns), *[[shown(cell) for cell in row] for row in table.rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(table.columns))]
    numeric = [all(not isinstance(row[i], str) for row in table.rows) for i in range(len(table.columns))]

    def line(row: list[str]) -> str:
        padded = (c.rjust(w) if right else c.ljust(w) for c, w, right in zip(row, widths, numeric, strict=True))
        return "| " + " | ".join(padded) + " |"

    rule = (
        "|" + "|".join("-" * (w + 1) + (":" if right else "-") for w, right in zip(widths, numeric, strict=True)) + "|"
    )
    body = "\n".join([line(cells[0]), rule, *[line(row) for row in cells[1:]]])
    notes = "".join(f"\n- {note}" for note in table.notes)
    missed = "".join(f"\n- **Not met:** {miss}" for miss in table.missed)
    return f"## {table.title}\n\n{body}\n" + (f"{notes}{missed}\n" if notes or missed else "")


def machine() -> str:
    """One line about the machine: processor, cores, memory, load at the start."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB; load {os.getloadavg()[0]:.1f} at the start"


def versions() -> str:
    """Python and the libraries that decide the figures."""
    parts = [f"Python {platform.python_version()}"]
    for name in VERSIONED:
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(parts)


def page(name: str, tables: tuple[Table, ...], *, cost: Cost, prove: bool, where: str) -> str:
    """The page kept for a benchmark."""
    command = f"python -m benchmarks {name}" + (" --prove" if prove else "")
    head = (
        f"# {name}\n\n`{command}` on {datetime.now(UTC):%d %B %Y} took {cost.wall:.0f} s "
        f"(processor {cost.cpu:.0f} s).\n\n"
        f"- Machine: {where}\n- Versions: {versions()}\n"
    )
    return "\n".join([head, *[markdown(table) for table in tables]])


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Names of benchmarks; all when none is given.")] = None,
    prove: Annotated[bool, typer.Option("--prove", help="At full size: soak, fuzzing, repeated simulation.")] = False,
) -> None:
    """Run benchmarks, print their tables, and keep them in benchmarks/results."""
    known = discover()
    unknown = [name for name in names or () if name not in known]
    if unknown:
        typer.echo(f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(sorted(known))}.", err=True)
        raise typer.Exit(2)
    RESULTS.mkdir(exist_ok=True)
    missed: list[str] = []
    for name in names or sorted(known):
        typer.echo(f"... {name}", err=True)
        where, run = machine(), known[name]
        result, cost = measured(lambda run=run: run(prove))  # type: ignore[misc]
        tables = (result,) if isinstance(result, Table) else result
        text = page(name, tables, cost=cost, prove=prove, where=where)
        (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
        typer.echo(text)
        missed += [f"{name}: {miss}" for table in tables for miss in table.missed]
    if missed:
        typer.echo("Not met:\n- " + "\n- ".join(missed), err=True)
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)

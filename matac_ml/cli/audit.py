"""``matac-ml audit``: the fairness audit of any table of scores, a force's present spreadsheet's included."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
import typer

from matac_ml.cli.audit_shown import show, show_run
from matac_ml.errors import UsageError
from matac_ml.outfile import write_whole
from matac_ml.tablecolumns import (
    Floats,
    column_of,
    groups,
    identities,
    named_twice,
    repeats,
    required_numbers,
    required_outcome,
)
from matac_ml.tablefile import TableFile, read_table

if TYPE_CHECKING:
    from matac_ml.facts import AuditFacts

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Columns:
    """Which column is what."""

    score: str
    outcome: str
    group: tuple[str, ...]
    person: str | None
    cycle: str | None
    probability: str | None

    def faults_of(self, table: TableFile) -> list[str]:
        """Columns that are missing, or given twice."""
        one_each = [name for name in (self.outcome, self.person, self.cycle, *self.group) if name]
        faults = named_twice(one_each)
        faults += [f"{self.outcome}: given as the outcome and as a score"] * (
            self.outcome in (self.score, self.probability)
        )
        named = dict.fromkeys([self.score, *one_each, *([self.probability] if self.probability else [])])
        missing = sorted(name for name in named if name not in table.frame.columns)
        if missing:
            faults.append(f"{table.name} must have the columns {', '.join(missing)}; it has {table.names}")
        return faults


@dataclass(frozen=True)
class _Rows:
    """What was read of every row."""

    score: Floats
    outcome: Floats
    probability: Floats | None
    person: pd.Series
    cycle: pd.Series
    groups: pd.DataFrame


def audit(
    table: Annotated[Path | None, typer.Option(help="CSV, TSV or Parquet, one row a person and list.")] = None,
    score: Annotated[str, typer.Option(help="Column of scores; higher is nearer to the top.")] = "",
    outcome: Annotated[str, typer.Option(help="Column of 0 and 1: what was recorded afterwards.")] = "",
    group: Annotated[list[str] | None, typer.Option(help="Column to compare groups by. Give it once for each.")] = None,
    k: Annotated[int, typer.Option(min=1, help="Places on each list.")] = 10,
    person: Annotated[str | None, typer.Option(help="Column that says who each row is about.")] = None,
    cycle: Annotated[str | None, typer.Option(help="Column that says which list; one list when not given.")] = None,
    probability: Annotated[str | None, typer.Option(help="Column of probabilities, to check calibration.")] = None,
    longer: Annotated[
        list[int] | None, typer.Option(min=1, help="Also audit lists of this many places. Give it once for each.")
    ] = None,
    threshold: Annotated[
        list[float] | None,
        typer.Option(help="Also audit whoever reaches this probability, or score where there is none."),
    ] = None,
    pairs: Annotated[bool, typer.Option(help="Also compare the groups of every two columns together.")] = False,
    out: Annotated[Path | None, typer.Option(help="Also write the facts as JSON to this file.")] = None,
    run: Annotated[
        Path | None, typer.Option(help="Instead of a table: folder of a training run, whose audit is printed.")
    ] = None,
) -> None:
    """Audit scores at the length of their own list: verdicts first, then every group.

    Each comparison ends in *no disparity found (could have detected X)*, *disparity* or *not enough evidence*.
    """
    if run is not None:
        show_run(run)
        return
    if table is None or not (score and outcome and group):
        given = {"--table": table, "--score": score, "--outcome": outcome, "--group": group}
        missing = ", ".join(name for name, value in given.items() if not value)
        raise UsageError(f"audit needs {missing}; or --run FOLDER for the audit of a training run.")
    columns = _Columns(score, outcome, tuple(group), person, cycle, probability)
    held = read_table(table)
    rows = _read(held, columns, threshold or [], pairs=pairs)
    facts = _audited(rows, columns, k=k, longer=longer or [], threshold=threshold or [])
    notes = (*held.notes, *_notes(rows, columns, k))
    for note in notes:
        typer.echo(f"Note: {note}")
    show(facts)
    if out is not None:
        with write_whole(out) as path:
            whole = facts.model_copy(update={"notes": (*notes, *facts.notes)})
            path.write_text(whole.model_dump_json(indent=1), encoding="utf-8")
        typer.echo(f"\nThe facts: {out}. They hold exact counts: publish the report, not these files.")


def _read(held: TableFile, columns: _Columns, threshold: list[float], *, pairs: bool) -> _Rows:
    """Every column as what it is said to be.

    Raises
    ------
    UsageError
        With every fault at once.
    """
    faults, frame = columns.faults_of(held), held.frame
    outcome = required_outcome(*column_of(frame, columns.outcome, faults))
    score = required_numbers(*column_of(frame, columns.score, faults))
    probability = None
    if columns.probability is not None:
        probability = required_numbers(*column_of(frame, columns.probability, faults), within=(0.0, 1.0))
        faults += [f"--threshold {cut:g}: must be between 0 and 1" for cut in threshold if not 0 <= cut <= 1]
    faults += [f"--threshold {cut:g}: must be a finite number" for cut in threshold if not np.isfinite(cut)]
    who = (
        identities(*column_of(frame, columns.person, faults))
        if columns.person
        else pd.Series(range(len(frame)), dtype=object)
    )
    which = pd.Series(0, index=range(len(frame)), dtype=object)
    if columns.cycle:
        which = identities(*column_of(frame, columns.cycle, faults), what="which list they are on")
    found = pd.DataFrame({name: groups(*column_of(frame, name, faults)) for name in columns.group})
    if pairs:
        together = [(a, b) for i, a in enumerate(columns.group) for b in columns.group[i + 1 :]]
        both = {f"{a} and {b}": (found[a] + ", " + found[b]).rename(f"{a} and {b}") for a, b in together}
        found = found.assign(**{name: groups(of, faults) for name, of in both.items()})
    if faults:
        raise UsageError(f"{held.name} cannot be audited.", faults=faults)
    return _Rows(score, outcome, probability, who, which, found)


def _audited(rows: _Rows, columns: _Columns, *, k: int, longer: list[int], threshold: list[float]) -> "AuditFacts":
    """Audit the rows; somebody whose group changes is counted in each group with the rows that have it."""
    from matac_ml.fairness import Cut, Instrument
    from matac_ml.fairness import audit as make_audit

    keys = rows.groups.assign(**{"": rows.person})  # no column can have the empty name
    unit: Ints = np.asarray(keys.groupby(list(keys.columns), sort=False).ngroup(), dtype=np.int64)
    first = np.unique(unit, return_index=True)[1]
    return make_audit(
        (Instrument(columns.score, columns.score, rows.score, rows.probability),),
        outcome=rows.outcome,
        person=unit,
        cycle=pd.factorize(rows.cycle)[0].astype(np.int64),
        groups=rows.groups.iloc[first].reset_index(drop=True),
        k=k,
        other_cuts=(*(Cut(places=cut) for cut in longer), *(Cut(threshold=cut) for cut in threshold)),
        titles={},
        same=pd.factorize(rows.person.iloc[first])[0].astype(np.int64),
    )


def _notes(rows: _Rows, columns: _Columns, k: int) -> list[str]:
    """What a reader should know of the table before its verdicts."""
    notes = []
    if columns.person is None:
        notes.append("every row is taken to be about a different person; give --person where people have several rows.")
    notes += repeats(rows.person, rows.cycle)
    for name in rows.groups:
        changed = int((rows.groups[name].groupby(rows.person).nunique() > 1).sum())
        people = "1 person" if changed == 1 else f"{changed:,} people"
        if changed:
            notes.append(f"{name} changes between the rows of {people}; each row counts in its own group.")
        if rows.groups[name].nunique() == 1:
            notes.append(f"everybody has the same {name}: there is nothing to compare.")
    shortest = int(rows.cycle.value_counts().min())
    if k >= shortest:
        held = "1 row" if shortest == 1 else f"{shortest:,} rows"
        notes.append(f"the shortest list has {held} and --k is {k:,}: everybody on it has a place.")
    if np.ptp(rows.score) == 0:
        notes.append(f"{columns.score} is the same in every row: it puts nobody before anybody.")
    return notes

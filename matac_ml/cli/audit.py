"""``matac-ml audit``: the fairness audit of any table of scores, a force's present spreadsheet's included."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
import typer

from matac_ml.codes import NOT_STATED
from matac_ml.errors import UsageError
from matac_ml.outfile import write_whole

if TYPE_CHECKING:
    from matac_ml.fairness import AuditFacts

app = typer.Typer()


@app.command()
def audit(
    table: Annotated[Path, typer.Option(help="CSV or Parquet, one row a person and list.")],
    score: Annotated[str, typer.Option(help="Column of scores; higher is nearer to the top.")],
    outcome: Annotated[str, typer.Option(help="Column of 0 and 1: what was recorded afterwards.")],
    group: Annotated[list[str], typer.Option(help="Column to compare groups by. Give it once for each.")],
    k: Annotated[int, typer.Option(min=1, help="Places on each list.")] = 10,
    person: Annotated[str | None, typer.Option(help="Column that says who each row is about.")] = None,
    cycle: Annotated[str | None, typer.Option(help="Column that says which list; one list when not given.")] = None,
    probability: Annotated[
        str | None, typer.Option(help="Column of probabilities, to check what they promise.")
    ] = None,
    longer: Annotated[
        list[int] | None, typer.Option(min=1, help="Also audit lists of this many places. Give it once for each.")
    ] = None,
    threshold: Annotated[
        list[float] | None,
        typer.Option(help="Also audit whoever reaches this probability, or score where there is none."),
    ] = None,
    pairs: Annotated[bool, typer.Option(help="Also compare the groups of every two columns together.")] = False,
    out: Annotated[Path | None, typer.Option(help="Also write the facts as JSON to this file.")] = None,
) -> None:
    """Audit scores at the length of their own list: verdicts first, then every group.

    Each comparison ends in *no disparity found (could have detected X)*, *disparity* or *not enough evidence*.
    """
    from matac_ml.fairness import Cut, Instrument
    from matac_ml.fairness import audit as make_audit

    named = [score, outcome, *group, *(name for name in (person, cycle, probability) if name)]
    frame = _read(table, named)
    who = frame[person].astype(str) if person else pd.Series(np.arange(len(frame)).astype(str))
    codes, people = pd.factorize(who)
    groups = frame[group].astype(object).where(frame[group].notna(), NOT_STATED).astype(str)
    if pairs:
        together = {f"{a} and {b}": groups[a] + ", " + groups[b] for i, a in enumerate(group) for b in group[i + 1 :]}
        groups = groups.assign(**together)
    first = groups.groupby(codes, sort=True).first()
    facts = make_audit(
        (Instrument(score, score, _numbers(frame, score), _numbers(frame, probability) if probability else None),),
        outcome=_numbers(frame, outcome),
        person=codes.astype(np.int64),
        cycle=pd.factorize(frame[cycle])[0].astype(np.int64) if cycle else np.zeros(len(frame), np.int64),
        groups=first.iloc[: len(people)].reset_index(drop=True),
        k=k,
        other_cuts=(
            *(Cut(places=one) for one in longer or ()),
            *(Cut(threshold=one) for one in threshold or ()),
        ),
        titles={},
    )
    _say(facts)
    if out is not None:
        with write_whole(out) as path:
            path.write_text(facts.model_dump_json(indent=1), encoding="utf-8")
        typer.echo(f"\nThe facts: {out}. They hold exact counts: publish nothing from them but through a report.")


def _read(table: Path, named: list[str]) -> pd.DataFrame:
    if not table.is_file():
        raise UsageError(f"--table must be a CSV or Parquet file, and {table.name} is none.")
    try:
        frame = pd.read_parquet(table) if table.suffix == ".parquet" else pd.read_csv(table)
    except (ValueError, OSError) as error:
        raise UsageError(f"{table.name} cannot be read as a table: {type(error).__name__}.") from error
    missing = sorted(set(named) - set(frame.columns))
    if missing:
        raise UsageError(f"{table.name} must have the columns {', '.join(missing)}; it has {', '.join(frame.columns)}.")
    if frame.empty:
        raise UsageError(f"{table.name} holds no row.")
    return frame


def _numbers(frame: pd.DataFrame, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    found = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)
    bad = int((~np.isfinite(found)).sum())
    if bad:
        raise UsageError(f"{name} must hold a number in every row; {bad:,} rows hold none.")
    return found


def _say(facts: "AuditFacts") -> None:
    from matac_ml.fairness import Verdict
    from matac_ml.fairness.disclosure import protect

    for verdict, count in facts.verdicts.items():
        typer.echo(f"{count:>4}  {verdict.value}")
    for attribute in facts.instruments[0].attributes:
        typer.echo(f"\n{attribute.title}")
        for gap in sorted(attribute.gaps, key=lambda one: one.verdict is not Verdict.DISPARITY):
            typer.echo(f"  {gap.text}")
        people = protect({one.group: one.people for one in attribute.groups})
        for one in attribute.groups:
            typer.echo(f"    {one.group:<28} people: {people[one.group]}")
    for cut in facts.other_cuts:
        typer.echo(f"\nWith the cut at: {cut.rule}")
        for attribute in cut.attributes:
            for gap in sorted(attribute.gaps, key=lambda one: one.verdict is not Verdict.DISPARITY):
                typer.echo(f"  {attribute.title}: {gap.text}")
    for note in facts.notes:
        typer.echo(f"\n{note}")

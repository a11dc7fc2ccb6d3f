"""``matac-ml synth``: make up a police force whose truth is known."""

from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from matac_ml.errors import UsageError
from matac_ml.synthetic import PRESETS, Plant, make_force
from matac_ml.synthetic.settings import NORTHUMBRIA_INCIDENTS, NORTHUMBRIA_YEARS
from matac_ml.synthetic.writing import Format

_TOTALS = {"default": (20_000, 3.0), "northumbria-2011-2013": (NORTHUMBRIA_INCIDENTS, NORTHUMBRIA_YEARS)}


def synth(
    out: Annotated[Path, typer.Argument(help="A new or empty folder; the truth goes into its folder truth.")],
    incidents: Annotated[
        int | None, typer.Option(help="Incidents recorded. The preset's number when not given.")
    ] = None,
    years: Annotated[float | None, typer.Option(help="Years they cover. The preset's number when not given.")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    preset: Annotated[str, typer.Option(help=f"One of {', '.join(PRESETS)}.")] = "default",
    plant: Annotated[
        list[str] | None,
        typer.Option(
            help="Plant one thing: escalation, counter-allegations, late-recording, leak, change:WHAT[:SHARE[:WEEKS]], "
            "or under-recording[:weak|medium|strong[:W|M|A|B|O]]. May be repeated; docs/made-up-force.md lists all."
        ),
    ] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet instead of CSV.")] = False,
    as_export: Annotated[
        str | None,
        typer.Option(help="Also write OUT/export as a force would export it, in a style: files, wide or workbook."),
    ] = None,
) -> None:
    """Make up a police force: an extract of people who do not exist, and the truth about it.

    It is for tests, demonstrations and checking checks. It says nothing about any real force or person.
    """
    if preset not in PRESETS:
        raise UsageError(f"--preset must be one of {', '.join(PRESETS)}, got {preset!r}.")
    if as_export is not None:
        _check_style(as_export)
    usual_incidents, usual_years = _TOTALS[preset]
    incidents = usual_incidents if incidents is None else incidents
    file_format: Format = "parquet" if parquet else "csv"
    with tqdm(total=incidents, unit=" incidents", leave=False, disable=None) as bar:
        truth = make_force(
            out,
            incidents=incidents,
            years=usual_years if years is None else years,
            seed=seed,
            plant=Plant.from_words(plant or ()),
            preset=preset,
            file_format=file_format,
            progress=lambda done: bar.update(done - bar.n),
        )
    if as_export is not None:
        _export(out, style=as_export, seed=seed)
    best = truth.best_possible
    pooled = best[best["as_of"] == "all"]
    typer.echo(f"Made up {incidents:,} incidents from {truth.first_day} to {truth.cut_off} in {out}")
    for row in pooled.itertuples():
        typer.echo(f"  best possible AUC for any new record within {row.horizon_days} days: {row.auc:.3f}")
    typer.echo(f"The truth is in {truth.folder}. Nobody in it exists.")


def _check_style(style: str) -> None:
    from matac_ml.synthetic.exporting import STYLES

    if style not in STYLES:
        raise UsageError(f"--as-export must be one of {', '.join(STYLES)}, got {style!r}.")


def _export(out: Path, *, style: str, seed: int) -> None:
    from matac_ml.synthetic.exporting import export_force

    export_force(out, out / "export", style=style, seed=seed)
    typer.echo(f"{out / 'export'} holds the same records as a force might export them ({style}), with faults put in;")
    typer.echo(f"  {out / 'truth'} says which: export_lost.csv, export_doubled.csv, export_affected.csv.")

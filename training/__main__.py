"""``python -m training``: train, compare, audit, card, promote, features."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import typer

from matac_ml.errors import UsageError, shown_errors
from matac_ml.outfile import private_files
from training.compare import Comparison
from training.folder import Again, one_at_a_time
from training.recipe import load_recipe

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, help=__doc__
)


class Steps:
    """Shows each step with the time since the start, on standard error."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, step: str) -> None:
        print(f"[{time.monotonic() - self._started:6.1f} s] {step}", file=sys.stderr, flush=True)


def _extract(extract: str, out: Path, progress: Steps) -> Path:
    """The folder given, or a made-up force in ``out``."""
    if extract:
        return Path(extract)
    from matac_ml.synthetic import make_force

    folder = out / "extract"
    with one_at_a_time(out):
        if not folder.exists():
            progress("make up a police force of 40,000 incidents")
            make_force(folder, incidents=40_000, years=5, seed=2026)
    return folder


def _say(
    warnings: Sequence[str],
    comparison: Comparison,
    notes: Sequence[str] = (),
    *,
    groups: Sequence[str] = (),
    bundle: bool = True,
) -> None:
    """Print what the report says: warnings first, every contender, the verdicts, groups, and what was left out."""
    from training.report import contender_lines, verdicts

    for line in warnings:
        typer.echo(f"LOOK HERE FIRST. {line}")
    for line in (*contender_lines(comparison), *verdicts(comparison, bundle=bundle), *groups):
        typer.echo(line)
    for line in notes:
        typer.echo(f"Note: {line}")


def _given(path: str) -> Path | None:
    """``mlflow run`` cannot leave a parameter out: empty means not given."""
    return Path(path) if path else None


@app.command()
def train(
    extract: str = typer.Option("", help="Folder of records; a force is made up when empty."),
    out: Path = typer.Option(Path("build/run"), help="Folder for bundle, papers, report and MLflow's store."),
    recipe: str = typer.Option("", help="Recipe file; the shipped one when empty."),
    again: Again = typer.Option(
        "refuse",
        help="Where --out holds a finished run: refuse; continue (the next version, whose papers say what changed); "
        "replace (as if that run had never been made).",
    ),
) -> None:
    """Fit, compare and audit all contenders, write the papers, register the bundle."""
    from training.train import train as run

    progress = Steps()
    done = run(_extract(extract, out, progress), out, recipe_file=_given(recipe), progress=progress, again=again)
    _say(done.facts.warnings, done.comparison)
    typer.echo(f"Bundle {done.bundle_hash[:16]}, version {done.registered.version} of {done.registered.name}: {out}")


@app.command()
def features(
    extract: str = typer.Option("", help="Folder of records; a force is made up when empty."),
    out: Path = typer.Option(Path("build/run"), help="Folder for features.parquet."),
    recipe: str = typer.Option("", help="Recipe file; the shipped one when empty."),
) -> None:
    """Derive the features of every date of the recipe into one Parquet file."""
    from matac_ml.asof import write_feature_matrix
    from matac_ml.records import read_extract
    from training.dataset import as_of_dates
    from training.sources import find_sources

    progress = Steps()
    chosen, folder = load_recipe(_given(recipe))
    sources, records = find_sources(chosen, folder), read_extract(_extract(extract, out, progress))
    dates = as_of_dates(chosen, records, horizon_days=sources.outcome.horizon_days)
    progress(f"derive {len(sources.features)} features as of {len(dates)} dates")
    with one_at_a_time(out):
        path = write_feature_matrix(records, sources.features, dates, out / "features.parquet", harm=sources.harm)
    typer.echo(f"Features: {path}")


@app.command()
def audit(out: Path = typer.Option(Path("build/run"), help="Folder of a run.")) -> None:
    """Print the audit of a run: every line with its verdict."""
    from matac_ml.bundle import load_bundle

    facts = load_bundle(out / "bundle").facts
    if facts is None or facts.audit is None:
        raise UsageError(f"{out.name} holds no audit; train with an extract that says who people are.")
    for instrument in facts.audit.instruments:
        for attribute in instrument.attributes:
            typer.echo(f"{instrument.label}, {attribute.title}")
            for gap in attribute.gaps:
                typer.echo(f"  {gap.text}")


@app.command()
def card(
    out: Path = typer.Option(Path("build/run"), help="Folder of a run."),
    previous: str = typer.Option("", help="Folder of the run in force before, for what changed."),
    pdf: bool = typer.Option(True, help="Write PDF too, where this machine can."),
) -> None:
    """Write every paper of a run again, compared with the version before."""
    from matac_ml.bundle import load_bundle
    from model_cards import write_papers

    model = load_bundle(out / "bundle")
    facts = model.facts
    before = load_bundle(Path(previous) / "bundle").facts if previous else None
    if facts is None:
        raise UsageError(f"{out.name} holds no facts to write papers from; train first.")
    with one_at_a_time(out):
        for path in write_papers(facts, out / "papers", before, as_pdf=pdf, say=Steps(), bundle=model.hash):
            typer.echo(str(path))


@app.command()
def promote(
    approver: str = typer.Option(..., help="Who approves."),
    reason: str = typer.Option(..., help="Why."),
    waive: list[str] = typer.Option([], help="A gate that is waived, by name. Give it once for each."),
    because: list[str] = typer.Option([], help="Why it is waived. Give it once for each --waive, in the same order."),
    out: Path = typer.Option(Path("build/run"), help="Folder of a run."),
) -> None:
    """Give the alias ``champion`` to the run's registered version, when every gate is passed or waived."""
    from training.releasing import decision, release_in
    from training.track import promote_version, store_of

    run = release_in(out)
    tags = decision(run.release, approver=approver, reason=reason, waive=waive, because=because)
    done = promote_version(store_of(out), run, tags=tags)
    typer.echo(f"Version {done.version} of {done.name} is the champion. {tags['approval']} Release {run.release.hash}")


@app.command()
def compare(
    out: Path = typer.Option(Path("build/comparison"), help="Folder for the report."),
    table: Path = typer.Option(None, help="A labelled feature table: CSV, TSV or Parquet."),
    outcome: str = typer.Option("", help="Column of 0 and 1."),
    time_column: str = typer.Option("", "--time", help="Column of dates, or of whole numbers that rise with time."),
    person: str = typer.Option("", "--id", help="Column that says who each row is about."),
    group: list[str] = typer.Option([], help="Columns to audit by; never used as features. Give it once for each."),
    exclude: list[str] = typer.Option([], help="Columns to leave out. Give it once for each."),
    score: str = typer.Option("", help="Column of an instrument already in use, higher is worse."),
    recency: str = typer.Option("", help="Column of days since the last event."),
    horizon: int = typer.Option(
        0, min=0, max=1_000_000, help="Gap between folds, in days, or in the time column's own unit."
    ),
    cycle: int = typer.Option(
        0, min=0, max=1_000_000, help="Days (or units) that make one list; every different time is a list when 0."
    ),
    date_format: str = typer.Option("", help="How the time column writes dates, such as %d/%m/%Y; ISO when empty."),
    capacity: int = typer.Option(
        None, min=1, help="Places on the list of each time; one in twenty of its rows when not given."
    ),
    pictures: bool = typer.Option(True, help="Draw pictures in the report; its tables hold every figure."),
    recipe: str = typer.Option("", help="Recipe file; the shipped one when empty."),
    runs: tuple[str, str] = typer.Option(
        None, help="Instead of a table: two registered versions, by number or alias, as in --runs 3 champion."
    ),
    store: Path = typer.Option(Path("build/run"), help="Folder of the run whose registry holds them."),
    extract: Path = typer.Option(None, help="Records to draw the lists of both versions from."),
) -> None:
    """Compare all contenders on a table that you bring, or two registered versions."""
    if runs is not None:
        _compare_versions(*runs, store=store, out=out, extract=extract)
        return
    from training.compare_table import compare_table
    from training.table import Columns

    missing = [
        f"--{n}" for n, v in (("table", table), ("outcome", outcome), ("time", time_column), ("id", person)) if not v
    ]
    if missing:
        raise UsageError(f"compare needs {', '.join(missing)}, or --runs A B.")
    columns = Columns(
        outcome, time_column, person, tuple(group), tuple(exclude), score or None, recency or None,
        date_format=date_format or None, cycle=cycle,
    )  # fmt: skip
    chosen, _ = load_recipe(_given(recipe))
    done = compare_table(
        table, columns, out, recipe=chosen, horizon=horizon, k=capacity, progress=Steps(), pictures=pictures
    )
    _say(done.warnings, done.found, done.notes, groups=done.groups, bundle=False)
    typer.echo(f"The report: {done.report}")


def _compare_versions(one: str, other: str, *, store: Path, out: Path, extract: Path | None) -> None:
    from matac_ml.bundle import load_bundle
    from matac_ml.records import read_extract
    from training.compare_runs import as_version, compare_runs
    from training.track import bundle_of, store_of

    first, second = (
        as_version(f"version {name}", load_bundle(bundle_of(store_of(store), name))) for name in (one, other)
    )
    with one_at_a_time(out):
        lines = compare_runs(first, second, out, extract=read_extract(extract) if extract else None)
    for line in lines:
        typer.echo(line)
    typer.echo(f"The report: {out / 'runs.html'}")


def main(arguments: list[str] | None = None) -> None:
    """Run the command, whose files are its user's alone; an error meant for the reader ends it without a traceback."""
    with shown_errors("training"), private_files():
        app(args=arguments, prog_name="python -m training")


if __name__ == "__main__":
    main()

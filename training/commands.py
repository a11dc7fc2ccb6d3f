"""``matac-ml train``, ``compare``, ``card`` and ``promote``: what is made of an extract or a table, and of a run."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from matac_ml.cli.ledger import Url
from matac_ml.errors import UsageError
from training.compare import Comparison
from training.folder import Again, one_at_a_time
from training.recipe import load_recipe

RUN = Path("build/run")
# `mlflow run` gives every parameter, also those that nobody named: these are text, and empty means not given.
Extract = Annotated[str, typer.Option(help="Folder of records; a force is made up when empty.")]
Out = Annotated[Path, typer.Option(help="Folder for bundle, papers, report and MLflow's store.")]
RecipeFile = Annotated[str, typer.Option(help="Recipe file; the shipped one when empty.")]
Run = Annotated[Path, typer.Option("--run", "--out", help="Folder of a run.")]
Waived = Annotated[list[str] | None, typer.Option(help="A gate that is waived, by name. Give it once for each.")]
Because = Annotated[
    list[str] | None, typer.Option(help="Why it is waived. Give it once for each --waive, in the same order.")
]
LONGEST = 1_000_000


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


def train(
    extract: Extract = "",
    out: Out = RUN,
    recipe: RecipeFile = "",
    again: Annotated[
        Again,
        typer.Option(
            help="Where --out holds a finished run: refuse; continue (the next version, whose papers say what "
            "changed); replace (as if that run had never been made)."
        ),
    ] = "refuse",
    features_only: Annotated[
        bool, typer.Option("--features-only", help="Only derive the features of the recipe's dates.")
    ] = False,
) -> None:
    """Fit, compare and audit all contenders, write the papers, register the bundle."""
    if features_only:
        features(extract, out, recipe)
        return
    from training.train import train as run

    progress = Steps()
    done = run(_extract(extract, out, progress), out, recipe_file=_given(recipe), progress=progress, again=again)
    _say(done.facts.warnings, done.comparison)
    typer.echo(f"Bundle {done.bundle_hash[:16]}, version {done.registered.version} of {done.registered.name}: {out}")


def origins(
    extract: Extract = "",
    out: Out = Path("build/origins"),
    recipe: RecipeFile = "",
    most: Annotated[int, typer.Option("--origins", min=2, max=50, help="Origins at most, the newest.")] = 6,
    every: Annotated[int, typer.Option(min=1, max=500, help="Lists between two origins.")] = 6,
) -> None:
    """Choose a model again at past dates, with what was known then, and see what each way of choosing would cost."""
    from matac_ml.records import read_extract
    from training.origins import roll
    from training.origins_report import REPORT, write_origins
    from training.sources import find_sources

    progress = Steps()
    chosen, folder = load_recipe(_given(recipe))
    sources, records = find_sources(chosen, folder), read_extract(_extract(extract, out, progress))
    k = chosen.capacity or sources.policy.capacity
    with one_at_a_time(out):
        found = roll(records, sources, recipe=chosen, count=most, step=every, k=k, progress=progress)
        lines = write_origins(found, out, recipe=chosen, force=records.force, outcome=sources.outcome.sentence)
    for line in lines:
        typer.echo(line)
    typer.echo(f"The report: {out / REPORT}")


def features(extract: Extract = "", out: Out = RUN, recipe: RecipeFile = "") -> None:
    """Derive the features of every date of the recipe into one Parquet file."""
    from matac_ml.asof import write_feature_table
    from matac_ml.records import read_extract
    from training.dates import as_of_dates
    from training.sources import find_sources

    progress = Steps()
    chosen, folder = load_recipe(_given(recipe))
    sources, records = find_sources(chosen, folder), read_extract(_extract(extract, out, progress))
    dates = as_of_dates(chosen, records, horizon_days=sources.outcome.horizon_days)
    progress(f"derive {len(sources.features)} features as of {len(dates)} dates")
    with one_at_a_time(out):
        path = write_feature_table(records, sources.features, dates, out / "features.parquet", harm=sources.harm)
    typer.echo(f"Features: {path}")


def card(
    run: Run = RUN,
    previous: Annotated[str, typer.Option(help="Folder of the run in force before, for what changed.")] = "",
    waive: Waived = None,
    because: Because = None,
    pdf: Annotated[bool, typer.Option(help="Write PDF too, where this machine can.")] = True,
) -> None:
    """Write every paper of a run again, compared with the version before, with the waivers that are asked for."""
    from matac_ml.bundle import load_bundle
    from matac_ml.gates import check_asked, paired
    from model_cards import write_papers

    model = load_bundle(run / "bundle")
    facts = model.facts
    before = load_bundle(Path(previous) / "bundle").facts if previous else None
    if facts is None:
        raise UsageError(f"{run.name} holds no facts to write papers from; train first.")
    waivers = paired(waive or [], because or [])
    check_asked(facts.gates, waivers)
    with one_at_a_time(run):
        written = write_papers(
            facts, run / "papers", before, as_pdf=pdf, say=Steps(), bundle=model.hash, waivers=waivers
        )
    for path in written:
        typer.echo(str(path))


def promote(ledger: Url, run: Run = RUN) -> None:
    """Give the alias ``champion`` to the run's registered version, when the ledger holds an approval of its release."""
    from training.registry import promote_version
    from training.releasing import approval_of, release_in
    from training.store import store_of

    made = release_in(run)
    approval = approval_of(made, ledger)
    done = promote_version(store_of(run), made, approval)
    typer.echo(f"Version {done.version} of {done.name} is the champion. {approval.text} Release {made.release.hash}")


def compare(
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("build/comparison"),
    table: Annotated[Path | None, typer.Option(help="A labelled feature table: CSV, TSV or Parquet.")] = None,
    outcome: Annotated[str, typer.Option(help="Column of 0 and 1.")] = "",
    time_column: Annotated[
        str, typer.Option("--time", help="Column of dates, or of whole numbers that rise with time.")
    ] = "",
    person: Annotated[str, typer.Option("--person", "--id", help="Column that says who each row is about.")] = "",
    group: Annotated[
        list[str] | None, typer.Option(help="Column to audit by; never used as a feature. Give it once for each.")
    ] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="Column to leave out. Give it once for each.")] = None,
    split: Annotated[
        str,
        typer.Option(
            help="Column that holds train, calibrate and test, or the number of a fold; then --time may be left out."
        ),
    ] = "",
    categorical: Annotated[
        list[str] | None, typer.Option(help="Column whose numbers are codes, not amounts. Give it once for each.")
    ] = None,
    score: Annotated[str, typer.Option(help="Column of an instrument already in use, higher is worse.")] = "",
    recency: Annotated[str, typer.Option(help="Column of days since the last event.")] = "",
    horizon: Annotated[
        int, typer.Option(min=0, max=LONGEST, help="Gap between folds, in days, or in the time column's own unit.")
    ] = 0,
    cycle: Annotated[
        int,
        typer.Option(
            min=0, max=LONGEST, help="Days (or units) that make one list; every different time is a list when 0."
        ),
    ] = 0,
    date_format: Annotated[
        str, typer.Option(help="How the time column writes dates, such as %d/%m/%Y; ISO when empty.")
    ] = "",
    capacity: Annotated[
        int | None,
        typer.Option(min=1, help="Places on the list of each time; one in twenty of its rows when not given."),
    ] = None,
    worth: Annotated[
        list[float] | None,
        typer.Option(min=0.01, help="People listed without an outcome that one found is worth. Give it once for each."),
    ] = None,
    pictures: Annotated[bool, typer.Option(help="Draw pictures in the report; its tables hold every figure.")] = True,
    recipe: RecipeFile = "",
    runs: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Instead of a table: two registered versions, by number or alias, as in --runs 3 champion."),
    ] = None,
    store: Annotated[Path, typer.Option(help="Folder of the run whose registry holds them.")] = RUN,
    extract: Annotated[Path | None, typer.Option(help="Records to draw the lists of both versions from.")] = None,
) -> None:
    """Compare all contenders on a table that you bring, or two registered versions."""
    if runs is not None:
        _compare_versions(*runs, store=store, out=out, extract=extract)
        return
    from training.compare_table import compare_table
    from training.table import TableColumns
    from training.worth import WORTHS

    given = {"--table": table, "--outcome": outcome, "--time (or --split)": time_column or split, "--person": person}
    missing = [name for name, value in given.items() if not value]
    if table is None or missing:
        raise UsageError(f"compare needs {', '.join(missing)}, or --runs A B.")
    columns = TableColumns(
        outcome, time_column or None, person, tuple(group or ()), tuple(exclude or ()), score or None, recency or None,
        split=split or None, categorical=tuple(categorical or ()), date_format=date_format or None, cycle=cycle,
    )  # fmt: skip
    chosen = load_recipe(Path(recipe))[0] if recipe else None
    done = compare_table(
        table,
        columns,
        out,
        recipe=chosen,
        horizon=horizon,
        k=capacity,
        progress=Steps(),
        pictures=pictures,
        worths=tuple(worth or WORTHS),
    )
    _say(done.warnings, done.found, done.notes, groups=done.groups, bundle=False)
    typer.echo(f"The report: {done.report}; for programs: predictions.parquet and results.json beside it")


def _compare_versions(earlier: str, later: str, *, store: Path, out: Path, extract: Path | None) -> None:
    from matac_ml.bundle import load_bundle
    from matac_ml.records import read_extract
    from training.compare_runs import as_version, compare_runs
    from training.registry import bundle_of
    from training.store import store_of

    first, second = (
        as_version(f"version {name}", load_bundle(bundle_of(store_of(store), name))) for name in (earlier, later)
    )
    with one_at_a_time(out):
        lines = compare_runs(first, second, out, extract=read_extract(extract) if extract else None)
    for line in lines:
        typer.echo(line)
    typer.echo(f"The report: {out / 'runs.html'}")

"""``python -m training``: train, compare, audit, card, promote, features."""

import sys
import time
from pathlib import Path

import typer

from matac_ml.errors import ShownError, UsageError
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


def _given(path: str) -> Path | None:
    """``mlflow run`` cannot leave a parameter out: empty means not given."""
    return Path(path) if path else None


@app.command()
def compare(
    out: Path = typer.Option(Path("build/comparison"), help="Folder for the report."),
    table: Path = typer.Option(None, help="A labelled feature table, Parquet or CSV."),
    outcome: str = typer.Option("", help="Column of 0 and 1."),
    time_column: str = typer.Option("", "--time", help="Column of dates, or of whole numbers that rise with time."),
    person: str = typer.Option("", "--id", help="Column that says who each row is about."),
    group: list[str] = typer.Option([], help="Columns to audit by; never used as features. Give it once for each."),
    exclude: list[str] = typer.Option([], help="Columns to leave out. Give it once for each."),
    score: str = typer.Option("", help="Column of an instrument already in use, higher is worse."),
    recency: str = typer.Option("", help="Column of days since the last event."),
    horizon: int = typer.Option(0, help="Gap between folds, in days, or in the time column's own unit."),
    capacity: int = typer.Option(10, help="Places on the list of each time."),
    recipe: str = typer.Option("", help="Recipe file; the shipped one when empty."),
) -> None:
    """Compare all contenders on a table that you bring, without records, policy or catalogue."""
    from training.compare_table import compare_table
    from training.report import verdicts
    from training.table import Columns

    missing = [
        f"--{n}" for n, v in (("table", table), ("outcome", outcome), ("time", time_column), ("id", person)) if not v
    ]
    if missing:
        raise UsageError(f"compare needs {', '.join(missing)}.")
    columns = Columns(outcome, time_column, person, tuple(group), tuple(exclude), score or None, recency or None)
    chosen, _ = load_recipe(_given(recipe))
    found, report = compare_table(table, columns, out, recipe=chosen, horizon=horizon, k=capacity, progress=Steps())
    for line in verdicts(found):
        typer.echo(line)
    typer.echo(f"The report: {report}")


def main(arguments: list[str] | None = None) -> None:
    """Run the command; a :class:`ShownError` ends it with its own exit code and no traceback."""
    try:
        app(args=arguments, prog_name="python -m training")
    except ShownError as error:
        print(f"training: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()

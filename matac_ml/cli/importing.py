"""``matac-ml import``: a force's own files to an extract, by a mapping that a person wrote."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from matac_ml.cli.options import new_app
from matac_ml.errors import RecordsError, UsageError
from matac_ml.outfile import write_text

if TYPE_CHECKING:
    from matac_ml.records.importing import ImportAccount
    from matac_ml.records.importing.history import RecordHistory

_RUN = "run"


class _ImportGroup(TyperGroup):
    """``import MAPPING SOURCE OUT`` is the command itself; its helpers are named."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = [_RUN, *args]
        return super().parse_args(ctx, args)


app = new_app("Make an extract of a force's own files: matac-ml import MAPPING SOURCE OUT.")
app.info.cls = _ImportGroup

MappingFile = Annotated[Path, typer.Argument(help="The mapping file (YAML); its cross-walks lie beside it.")]
SourceFolder = Annotated[Path, typer.Argument(help="The folder with the files that the mapping names.")]


@app.command(_RUN)
def run(
    mapping: MappingFile,
    source: SourceFolder,
    out: Annotated[Path, typer.Argument(help="A new or empty folder for the extract.")],
    previous: Annotated[
        Path | None, typer.Option(help="The extract of the files before: what changed since is written as a history.")
    ] = None,
    accept_vanished: Annotated[
        bool, typer.Option("--accept-vanished", help="Most rows of the extract before are gone, and that is right.")
    ] = False,
) -> None:
    """Write an extract, and what became of every row of the source.

    With --previous the extract holds the history: every row of the extract before, and what is new, changed or gone
    since, from the day on which it became known.

    Ends with 3 when the mapping or the source has a fault; all are listed, and nothing is written then.
    """
    from matac_ml.records.importing import import_records

    done = import_records(mapping, source, out, previous=previous, accept_vanished=accept_vanished)
    report = done.report
    _say(done.account)
    if done.history is not None:
        _say_history(done.history)
    typer.echo(f"\n{report.size}")
    warnings = sum(finding.count for finding in report.warnings)
    typer.echo(
        f"The check has {warnings:,} warnings; `matac-ml check {out}` lists them." if warnings else "No warning."
    )
    typer.echo(
        f"{out / 'import' / 'report.html'} says what was done, and rows.parquet beside it what became of each row."
    )


def _say(account: "ImportAccount") -> None:
    for share in account.shares:
        how = ", looked up" if share.looked_up else ""
        typer.echo(f"{share.source} -> {share.table}{how}: {share.rows:,} rows = {share.used:,} used"
                   + (f" + {share.merged:,} merged with one that says the same" if share.merged else "")
                   + (f" + {share.replaced:,} replaced by one of the same key" if share.replaced else "")
                   + "".join(f" + {count:,} left out ({reason})" for reason, count in share.left_out))  # fmt: skip


def _say_history(history: "RecordHistory") -> None:
    typer.echo(f"\nSince {history.before}, as known on {history.day}:")
    for what, count in history.written:
        if count:
            typer.echo(f"  {what}: {count:,}")
    for what, count in history.kept:
        if count:
            typer.echo(f"  left as first seen, {what}: {count:,}")


@app.command()
def suggest(
    source: Annotated[Path, typer.Argument(help="A folder of files.")],
    out: Annotated[Path | None, typer.Option(help="Write the proposal to this new file instead of the screen.")] = None,
) -> None:
    """Propose a mapping for the files of a folder, and say of each line how sure it is and why.

    Nothing is applied: what a person must decide is marked, and the mapping is refused until it is decided.
    """
    from matac_ml.records.importing.suggesting import suggest_mapping

    proposed = suggest_mapping(source)
    if out is None:
        typer.echo(proposed)
        return
    if out.exists():
        raise UsageError(f"--out must be a new file; {out.name} is there already and was left as it is.")
    write_text(out, proposed)
    typer.echo(f"{out} holds a proposal. Look at every line, and decide those marked DECIDE.")


@app.command()
def preview(mapping: MappingFile, source: SourceFolder) -> None:
    """Show the first ten rows of each table before and after; nothing is written.

    The rows shown are records of real people: only somebody who may see them should run this. Exit code 3: faults.
    """
    from matac_ml.records.importing.preview import ROWS_READ, preview_import

    shown = preview_import(mapping, source)
    for row in shown.rows:
        typer.echo(f"\n{row.table}, from {row.file}, row {row.row}")
        for ours, theirs, before, after in row.cells:
            came = f"{theirs} = {before or '(empty)'}" if theirs else "always"
            typer.echo(f"  {ours:<24} {came} -> {after or '(not known)'}")
    typer.echo(f"\nThe first {ROWS_READ:,} rows of each source were read, and nothing was written.")
    if shown.faults:
        raise RecordsError("These rows cannot be imported with this mapping.", faults=shown.faults)

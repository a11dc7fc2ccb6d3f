"""``matac-ml retrain``: one command from the newest records to a request for approval."""

from pathlib import Path
from typing import Annotated

import typer

from matac_ml.errors import UsageError
from matac_ml.ledgerfile import ledger_address
from training.commands import RecipeFile, Steps


def retrain(
    extract: Annotated[Path, typer.Option(help="Folder of the newest records.")],
    home: Annotated[Path, typer.Option("--out", help="Folder of all runs, and of MLflow's store.")] = Path(
        "build/retrained"
    ),
    recipe: RecipeFile = "",
    by: Annotated[str, typer.Option(help="Who asks for approval; nobody asks when empty.")] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    choices: Annotated[
        Path | None, typer.Option(help="The design choices, with owner and reason; needed with --by.")
    ] = None,
    ledger: Annotated[str | None, typer.Option(help="Address of the ledger (MATAC_LEDGER, MATAC_LEDGER_FILE).")] = None,
    pdf: Annotated[bool, typer.Option(help="Write PDF too, where this machine can.")] = True,
) -> None:
    """Fit again on the newest records, compare with the champion, register as challenger, and ask for approval."""
    from matac_ml.approval.acting import Who
    from matac_ml.approval.choices import read_choices
    from training.retrain import Request
    from training.retrain import retrain as run

    request = None
    if by:
        if choices is None:
            raise UsageError("--by needs --choices, the file that matac-ml approve choices writes and people fill in.")
        request = Request(ledger_address(argument=ledger), Who(by, reason), read_choices(choices))
    done = run(extract, home, recipe_file=Path(recipe) if recipe else None, request=request, pdf=pdf, progress=Steps())
    for line in done.lines:
        typer.echo(line)
    said = "Nothing was left to do: " if not done.done else ""
    typer.echo(f"{said}version {done.version} is the challenger. Release {done.release}: {done.out}")
    if done.asked:
        typer.echo("Its approval is asked for. Another person decides.")

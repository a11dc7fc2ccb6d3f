"""``matac-ml inventory``: every version there ever was, where it stands, and why it was given up."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml import clock
from matac_ml.cli.finding import from_checkout
from matac_ml.cli.ledger import Url
from matac_ml.cli.options import new_app
from matac_ml.outfile import write_text

if TYPE_CHECKING:
    from matac_ml.inventory import RegisteredVersion

app = new_app("Every version there ever was: list and export them, record them in the ledger, and give one up.")

By = Annotated[str, typer.Option(help="Who does it.")]
Why = Annotated[str, typer.Option("--reason", help="Why, in their own words.")]


def _registered(registry: str) -> "list[RegisteredVersion]":
    read = from_checkout("training.registry:registered_versions", wanted_by="--registry")
    found: list[RegisteredVersion] = read(registry)
    return found


@app.command()
def show(
    ledger: Url,
    registry: Annotated[str, typer.Option(help="Folder of a run, or address of MLflow's store.")] = "",
    csv: Annotated[Path | None, typer.Option(help="Also write the inventory into this CSV file.")] = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Also write it into this JSON file.")] = None,
) -> None:
    """List every version that the ledger, and the registry where one is named, knows of."""
    from matac_ml import inventory
    from matac_ml.casework import Ledger

    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        entries = list(book.entries(kind=inventory.KINDS_OF_VERSIONS))
    found = inventory.inventory_of(entries, clock.today(), _registered(registry) if registry else None)
    for record in found:
        number = f"version {record.number}" if record.number else "no number"
        gone = " MISSING FROM THE REGISTRY." if record.missing else ""
        typer.echo(f"{record.release[:16] or '-':<16}  {number:<12}  {record.text}.{gone}")
        made = ", ".join(text for text in (record.recipe, record.contender, record.data_to) if text)
        typer.echo(f"  recipe {made or 'not known'}; data {record.data_hash[:16] or 'not known'}")
        if record.why:
            typer.echo(f"  {record.who}: {record.why}")
    typer.echo(f"{len(found)} in all." if found else "No version is known.")
    if csv is not None:
        write_text(csv, inventory.as_csv(found))
    if as_json is not None:
        lines = [inventory.as_json(record) for record in found]
        write_text(as_json, json.dumps(lines, indent=1, ensure_ascii=False) + "\n")


@app.command()
def record(
    ledger: Url,
    registry: Annotated[str, typer.Option(help="Folder of a run, or address of MLflow's store.")],
    by: By,
    reason: Why,
) -> None:
    """Write into the ledger every version of a registry that it does not know yet."""
    from matac_ml import inventory
    from matac_ml.approval.acting import Who
    from matac_ml.casework import Ledger

    registered = _registered(registry)
    with Ledger.open(ledger) as book:
        done = inventory.record_versions(book, registered, who=Who(by, reason))
    for entry in done:
        release = entry.personal.reference if entry.personal else ""
        typer.echo(f"Recorded: release {release}, entry {entry.number}, head {entry.hash}")
    typer.echo("" if done else "Every version was in the ledger already.", nl=not done)


@app.command("give-up")
def give_up(
    release: Annotated[str, typer.Argument(help="Hash of the release.")], ledger: Url, by: By, reason: Why
) -> None:
    """Record that a version is not used and will not be, and why."""
    from matac_ml import inventory
    from matac_ml.approval.acting import Who
    from matac_ml.casework import Ledger

    with Ledger.open(ledger, create_missing=False) as book:
        entry = inventory.give_up(book, release, who=Who(by, reason))
    typer.echo(f"Given up: release {release}, entry {entry.number}, head {entry.hash}")

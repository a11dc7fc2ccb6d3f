"""``matac-ml incident``: the register of what went wrong with the model, the matrix or the service."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from matac_ml import clock
from matac_ml.cli.ledger import Url
from matac_ml.cli.options import ISO, new_app
from matac_ml.incident_register import Step
from matac_ml.outfile import write_text
from matac_ml.wording import day

app = new_app("The incident register: record what went wrong and what was done, close it, and list all.")

By = Annotated[str, typer.Option(help="Who records it.")]
Number = Annotated[int, typer.Argument(min=1, help="Number of the incident.")]


@app.command()
def record(
    ledger: Url,
    by: By,
    what: Annotated[str, typer.Option(help="What happened. Name nobody who is in the records.")],
    found: Annotated[
        datetime | None, typer.Option(formats=ISO, help="The day it was noticed; today if not given.")
    ] = None,
) -> None:
    """Record an incident."""
    from matac_ml.approval.acting import Who
    from matac_ml.casework import Ledger
    from matac_ml.incident_register import record_incident

    with Ledger.open(ledger) as book:
        entry = record_incident(book, who=Who(by, what), found_on=found.date() if found else clock.today())
    number = entry.personal.payload["number"] if entry.personal else ""
    typer.echo(f"Recorded: incident {number}, entry {entry.number}, head {entry.hash}")


@app.command()
def act(
    number: Number,
    ledger: Url,
    by: By,
    step: Annotated[Step, typer.Option(help="What kind of step it was.")],
    what: Annotated[str, typer.Option(help="What was done.")],
) -> None:
    """Record what was done about an incident."""
    from matac_ml.approval.acting import Who
    from matac_ml.casework import Ledger
    from matac_ml.incident_register import record_step

    with Ledger.open(ledger, create_missing=False) as book:
        entry = record_step(book, number, who=Who(by, what), step=step)
    typer.echo(f"Recorded: entry {entry.number}, head {entry.hash}")


@app.command()
def close(
    number: Number, ledger: Url, by: By, reason: Annotated[str, typer.Option(help="Why what was done is enough.")]
) -> None:
    """Close an incident about which something was done."""
    from matac_ml.approval.acting import Who
    from matac_ml.casework import Ledger
    from matac_ml.incident_register import close_incident

    with Ledger.open(ledger, create_missing=False) as book:
        entry = close_incident(book, number, who=Who(by, reason))
    typer.echo(f"Closed: incident {number}, entry {entry.number}, head {entry.hash}")


@app.command()
def show(
    ledger: Url, csv: Annotated[Path | None, typer.Option(help="Also write the register into this CSV file.")] = None
) -> None:
    """List every incident with what was done."""
    from matac_ml.casework import Ledger
    from matac_ml.incident_register import KINDS_OF_REGISTER, incidents_in, register_csv

    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        found = incidents_in(book.entries(kind=KINDS_OF_REGISTER))
    for one in found:
        state = "closed" if one.closed_at else "open"
        typer.echo(f"Incident {one.number}, {state}, noticed on {day(one.found_on)} ({one.recorded_by}): {one.what}")
        for done in one.done:
            typer.echo(f"  {done.step.words} ({done.who}): {done.text}")
        if one.closed_at:
            typer.echo(f"  closed ({one.closed_by}): {one.closing}")
    typer.echo("" if found else "No incident is recorded.", nl=not found)
    if csv is not None:
        write_text(csv, register_csv(found))

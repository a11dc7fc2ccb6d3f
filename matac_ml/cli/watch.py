"""``matac-ml watch``: has anything changed since the model was approved? What was found, and what it proposes."""

import os
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.options import ISO, ExtractFolder
from matac_ml.errors import UsageError
from matac_ml.ledgerfile import ledger_address
from matac_ml.outfile import write_text

if TYPE_CHECKING:
    from matac_ml.bundle import RiskModel
    from matac_ml.records import Extract
    from matac_ml.watch import LookFound, WatchSettings


def watch(
    extract: ExtractFolder,
    ledger: Annotated[
        str | None,
        typer.Option(help="Keep the look and its alarms in this ledger; its address may also be in MATAC_LEDGER."),
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Who looks, for the ledger: a name, or the account of a timer.")
    ] = None,
    begin: Annotated[
        datetime | None,
        typer.Option("--from", formats=ISO, help="First day to judge. A year before the newest week, at a first look."),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(help="Folder of the bundle in force: its inputs, scores and outcomes are watched too."),
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="Settings that the board decided; the shipped ones if not given.")
    ] = None,
    papers: Annotated[
        Path | None, typer.Option(help="Folder for the referrals to the ethics committee that alarms propose.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write what was found as JSON to this file.")] = None,
) -> None:
    """Judge every week since the watch began, and say what changed, what it proposes and what it could have found.

    The same extract, looked at twice, adds nothing. An alarm goes into the incident register, where a person records
    what was done; it never changes a score, a list or the model by itself.
    """
    from matac_ml.bundle import load_bundle
    from matac_ml.records import read_extract
    from matac_ml.watch import first_monday, load_watch_settings, look
    from matac_ml.watch.settings import DEFAULT
    from matac_ml.watch.words import screen

    chosen = load_watch_settings(settings or DEFAULT)
    records = read_extract(extract)
    asked = begin.date() if begin else None
    model = load_bundle(bundle) if bundle else None
    if by is None:
        if ledger is not None:
            raise UsageError("--by must name who looks, because the ledger keeps it.")
        found, kept = look(records, chosen, begun=first_monday(records, asked), model=model), ""
    else:
        found, kept = _looked_and_kept(
            records, chosen, asked, model, ledger_address(argument=ledger), by, _switch(chosen, bundle)
        )
    for line in screen(found):
        typer.echo(line)
    typer.echo(kept or "Nothing was kept. --by NAME and --ledger keep the look and its alarms.")
    if papers is not None:
        _refer(found, chosen, papers)
    if out is not None:
        write_text(out, found.model_dump_json(indent=1) + "\n")


def _refer(found: "LookFound", chosen: "WatchSettings", folder: Path) -> None:
    from matac_ml.incident_register import Step
    from matac_ml.outfile import private_folder
    from matac_ml.page import as_html
    from matac_ml.watch.referral import referral_paper

    private_folder(folder)
    for check in found.alarms:
        if check.action is Step.REFER:
            place = folder / f"referral-{check.check.lower().replace(' ', '-')}.html"
            write_text(place, as_html(referral_paper(check, found, chosen)))
            typer.echo(f"Written: {place}")


def _switch(chosen: "WatchSettings", bundle: Path | None) -> Path | None:
    """The file whose presence turns the model off: that of the service, where the settings may need it."""
    named = os.environ.get("MATAC_MATRIX_ONLY") or (f"{bundle}.matrix-only" if bundle else "")
    if chosen.matrix_only_by_itself and not named:
        raise UsageError(
            "The settings let the watch turn the model off. Name the bundle with --bundle, or the service's file with "
            "MATAC_MATRIX_ONLY."
        )
    return Path(named) if named else None


def _turn_off(switch: Path | None, why: str) -> None:
    if switch is not None:
        write_text(switch, f"{why}\n")


def _looked_and_kept(
    records: "Extract",
    chosen: "WatchSettings",
    asked: date | None,
    model: "RiskModel | None",
    address: str,
    by: str,
    switch: Path | None,
) -> tuple["LookFound", str]:
    from matac_ml.casework import Ledger
    from matac_ml.incident_register import KINDS_OF_REGISTER, incidents_in
    from matac_ml.watch import JUDGED, LOOKED, first_monday, keep_look, latest_look, look, restarts

    with Ledger.open(address) as book:
        before = latest_look(book.entries(kind=LOOKED))
        begun = before.begun if before and asked is None else first_monday(records, asked)
        if before and begun != before.begun:
            raise UsageError(
                f"The watch in this ledger began on {before.begun}; a later beginning would forget what was bet since. "
                "Leave --from out, or use another ledger to try something."
            )
        anew = restarts(incidents_in(book.entries(kind=KINDS_OF_REGISTER)))
        judged = book.entries(kind=JUDGED)
        found = look(records, chosen, begun=begun, restarted=anew, model=model, judged=judged)
        kept = keep_look(
            book, found, by=by, by_itself=chosen.matrix_only_by_itself, turn_off=partial(_turn_off, switch)
        )
    said = (
        f"Kept as entry {kept.look}."
        if kept.is_new
        else f"The ledger holds this look as entry {kept.look}; nothing was added."
    )
    if kept.turned_off:
        said += "\nThe model was turned off, as the settings say: the matrix alone answers."
    for check, number in kept.opened.items():
        said += f"\nIncident {number} was opened for {check}. matac-ml incident act {number} records what was done."
    return found, said

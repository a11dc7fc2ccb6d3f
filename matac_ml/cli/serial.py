"""``matac-ml serial``: registers of serial perpetrators and serial victims."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from matac_ml.cli.check_first import COLUMN, say_check_first
from matac_ml.cli.options import AsOf, ExtractFolder, as_of_day
from matac_ml.csvfile import csv_text
from matac_ml.outfile import private_folder, write_text
from matac_ml.records import read_extract
from matac_ml.serial import RULES, Member, Movement, find_rule, movements, registers


def serial(
    extract: ExtractFolder,
    rule: Annotated[str, typer.Option(help=f"One of {', '.join(RULES)}.")] = "northumbria",
    incidents: Annotated[
        int | None, typer.Option(min=1, help="Incidents a serial perpetrator needs; the rule's number when not given.")
    ] = None,
    as_of: AsOf = None,
    out: Annotated[Path | None, typer.Option(help="Also write both registers as CSV into this folder.")] = None,
    show: Annotated[int, typer.Option(min=0, max=1000, help="Members shown of each register.")] = 10,
) -> None:
    """Draw up both registers, each member with the incidents that qualify them."""
    records, chosen = read_extract(extract), find_rule(rule)
    day = as_of_day(records, as_of)
    typer.echo(f"As of {day}, rule {chosen.name}: {chosen.label}")
    if incidents is not None and incidents != chosen.incidents:
        typer.echo(f"Changed for this run: a perpetrator needs {incidents} incidents or more, not {chosen.incidents}.")
        chosen = replace(chosen, incidents=incidents)
    found = registers(records, chosen, day)
    turned = [sum(member.both_roles for member in members) for members in (found.perpetrators, found.victims)]
    typer.echo(
        f"\nREAD FIRST: {turned[0]:,} serial perpetrators are also recorded as victims, {turned[1]:,} serial victims "
        f"also as suspects; {len(found.on_both):,} are on both registers. Review their safety before anything else."
    )
    say_check_first(records, [member.person_id for kind in (found.perpetrators, found.victims) for member in kind])
    everyone = tuple(member.person_id for member in found.perpetrators)
    moved = movements(records, chosen, day, everyone if out is not None else everyone[:show])
    _show("Serial perpetrators", "victims", found.perpetrators, show)
    _say_movement(moved[:show] if out is None else tuple(m for m in moved if m.person_id in everyone[:show]))
    _show("Serial victims", "suspects", found.victims, show)
    typer.echo(f"{found.incidents_of_victims:,} incidents stand behind the register of serial victims.")
    if out is not None:
        private_folder(out)
        _write(out / "serial_perpetrators.csv", found.perpetrators, day, records.doubtful())
        _write(out / "serial_victims.csv", found.victims, day, records.doubtful())
        _write_movement(out / "serial_movement.csv", moved, day)


def _show(title: str, others: str, members: tuple[Member, ...], show: int) -> None:
    typer.echo(f"\n{title}: {len(members):,}")
    for member in members[:show]:
        other = "SUSPECT" if others == "suspects" else "VICTIM"
        both = "  ON BOTH REGISTERS" if member.on_both else f"  ALSO RECORDED AS {other}" if member.both_roles else ""
        listed = ", ".join(member.incident_ids[:6]) + (
            f" and {len(member.incident_ids) - 6} more" * (len(member.incident_ids) > 6)
        )
        typer.echo(
            f"  {member.person_id}{both}: {member.others} {others}, {len(member.incident_ids)} incidents: {listed}"
        )


def _say_movement(moved: tuple[Movement, ...]) -> None:
    """From victim to victim, for those shown."""
    if not moved:
        return
    typer.echo("\nFrom victim to victim, in order of first record:")
    for movement in moved:
        periods = " -> ".join(f"{period.first} to {period.last} ({period.incidents})" for period in movement.periods)
        others = f"{movement.overlapping} of {len(movement.periods) - 1} overlapping an earlier one"
        typer.echo(f"  {movement.person_id}: {periods}; {others}")


def _write_movement(path: Path, moved: tuple[Movement, ...], day: date) -> None:
    head = ["as_of", "person_id", "order", "victim_id", "first", "last", "incidents", "days_after_earlier_victims"]
    rows = (
        [day, movement.person_id, order, period.victim_id, period.first, period.last, period.incidents, gap]
        for movement in moved
        for order, (period, gap) in enumerate(zip(movement.periods, ("", *movement.gaps), strict=True), 1)
    )
    write_text(path, csv_text(head, rows))


def _write(path: Path, members: tuple[Member, ...], day: date, doubtful: Mapping[str, str]) -> None:
    head = [
        "as_of",
        "person_id",
        "both_roles",
        "on_both_registers",
        "different_people",
        "latest",
        COLUMN,
        "incident_ids",
    ]
    rows = (
        [
            day,
            member.person_id,
            "yes" if member.both_roles else "no",
            "yes" if member.on_both else "no",
            member.others,
            member.latest,
            doubtful.get(member.person_id, ""),
            " ".join(member.incident_ids),
        ]
        for member in members
    )
    write_text(path, csv_text(head, rows))

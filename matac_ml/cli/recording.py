"""``matac-ml recording``: whose incidents are missing from the record, by a second list that partners keep."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.options import ExtractFolder
from matac_ml.outfile import write_whole

if TYPE_CHECKING:
    from matac_ml.facts import GroupRecordingFacts, RecordingFacts


def recording(
    extract: ExtractFolder,
    by: Annotated[str, typer.Option(help="What to compare by: sex, ethnicity, age, deprivation or area.")],
    group: Annotated[
        str | None, typer.Option(help="The one group to compare, if it was named beforehand; every group otherwise.")
    ] = None,
    tolerance: Annotated[
        int, typer.Option(min=0, max=31, help="Days that the two dates of one incident may lie apart.")
    ] = 3,
    out: Annotated[Path | None, typer.Option(help="Also write the facts as JSON to this file.")] = None,
) -> None:
    """Compare, by group, how much of what partners know the police held before the referral.

    What could be found is printed before what was found. Needs the tables referrals and, for incidents with dates,
    partner_incidents.
    """
    from matac_ml.recording import recording_audit
    from matac_ml.records import read_extract

    found = recording_audit(read_extract(extract), by, group=group, tolerance_days=tolerance)
    for facts in found:
        _show(facts)
    if out is not None:
        with write_whole(out) as path:
            path.write_text(json.dumps([facts.model_dump(mode="json") for facts in found], indent=1), encoding="utf-8")
        typer.echo(f"\nThe facts: {out}. They hold exact counts: do not publish them.")


def _show(facts: "RecordingFacts") -> None:
    apart = f", dated at most {facts.tolerance_days} days apart" if facts.tolerance_days is not None else ""
    typer.echo(f"\n{facts.title}: {facts.of} that partners know, and that the police held before the referral{apart}")
    typer.echo(
        f"{facts.people:,} people were referred; the group of {facts.stated:,} is known, the others are left out."
    )
    typer.echo(facts.source)
    typer.echo("\nWhat can be found, before what was:")
    for group in facts.groups:
        powers = ", ".join(f"{entry.loss:.0%} less held: {entry.power:.0%}" for entry in group.power)
        counted = f"{group.people:,} people" + f", {group.known:,} incidents" * (facts.of == "incidents")
        typer.echo(f"  {group.group}: {counted}; {f'found if {powers}' if powers else 'nothing'}")
    typer.echo("\nWhat was found:")
    for group in facts.groups:
        typer.echo(f"  {group.text}")
        for line in _details(group):
            typer.echo(f"    {line}")
    for note in facts.notes:
        typer.echo(f"Note: {note}")


def _shown(p: float | None) -> str:
    return "not known" if p is None else f"{p:.4f}" if p >= 0.0001 else "below 0.0001"


def _details(group: "GroupRecordingFacts") -> list[str]:
    lines = [f"linked to the police record: {group.linked:,} of {group.people:,} people"]
    if group.ratio.value is not None:
        lines.append(
            f"held beside others: {group.ratio.value:.2f} ({group.ratio.low:.2f} to {group.ratio.high:.2f}); "
            f"p {_shown(group.p_value)}, corrected {_shown(group.p_adjusted)}"
        )
    if group.verdict == "disparity" and group.cancelling_odds is not None:
        lines.append(
            "another explanation: "
            f"partners refer recorded incidents, not unrecorded ones, {group.cancelling_odds:.2f} times as readily "
            "(an odds ratio) among others as in this group"
        )
    if group.estimated is not None and group.estimated.value is not None:
        lines.append(
            f"incidents on record: {group.recorded:,}; in all, if the two lists are independent: "
            f"{group.estimated.value:,.0f} ({group.estimated.low:,.0f} to {group.estimated.high:,.0f})"
        )
    return lines

"""``matac-ml shadow``: what a challenger in the shadow would have said differently."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from matac_ml.wording import count, shown
from serving.deployment.shadow_counts import ShadowDay, read_counts

_PEOPLE = ("place: both", "place: neither", "place: only by the one in force", "place: only by the challenger")


def shadow(
    counts: Annotated[Path, typer.Argument(help="File of the counts: MATAC_SHADOW_COUNTS of the service.")],
) -> None:
    """Print how often a challenger disagreed with what was in force. The counts name nobody."""
    days = read_counts(counts)
    for champion, challenger in dict.fromkeys((day.champion, day.challenger) for day in days):
        of_pair = [day for day in days if (day.champion, day.challenger) == (champion, challenger)]
        typer.echo("\n".join(_report(of_pair)))


def _report(days: list[ShadowDay]) -> list[str]:
    """The lines about one challenger beside one model."""
    total: Counter[str] = Counter()
    for day in days:
        total.update(day.counts)
    against = f"the model {days[0].champion[:12]}" if days[0].champion else "the matrix alone"
    compared = sum(total[what] for what in _PEOPLE)
    across = sum(total[what] for what in _PEOPLE[2:])
    who = days[0].challenger[:12] or "one that could not be loaded"
    lines = [
        f"Challenger {who} beside {against}, {days[0].day} to {days[-1].day}:",
        f"  {count(total['requests'], 'request')} about {shown(total['people'], 'people')}, {compared:,} compared.",
    ]
    if compared:
        lines.append(f"  They differ across the cut line for {across:,} ({across / compared:.1%}).")
    lines += [f"  {what}: {total[what]:,}" for what in sorted(total) if what not in ("requests", "people")]
    if total["failed"] or total["dropped"]:
        lines.append("  Requests that failed or were dropped were answered as always; the challenger missed them.")
    return lines

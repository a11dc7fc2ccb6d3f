"""``matac-ml matrix``: score with a policy, try a change, check it in a spreadsheet."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.check_first import COLUMN, say_check_first, say_how_many
from matac_ml.cli.missing import say_missing
from matac_ml.cli.options import AsOf, ExtractFolder, PolicyName, as_of_day, new_app
from matac_ml.csvfile import frame_text
from matac_ml.errors import UsageError
from matac_ml.outfile import write_text, write_whole
from matac_ml.practice import CYCLE_DAYS, HORIZON_DAYS

if TYPE_CHECKING:
    from matac_ml.records import Extract
    from matac_ml.rfg import Policy

NOBODY = "Nobody is ranked: nobody eligible has an incident as suspect in the window."

Horizon = Annotated[int, typer.Option(min=CYCLE_DAYS, help="Days after each list in which records count.")]

app = new_app("Score with the RFGV matrix; compare, test and export policies.")


@app.command()
def score(
    extract: ExtractFolder,
    policy: PolicyName = "default",
    as_of: AsOf = None,
    top: Annotated[int | None, typer.Option(min=1, max=10_000, help="The policy's capacity when not given.")] = None,
    out: Annotated[Path | None, typer.Option(help="Also write everybody's points as CSV.")] = None,
) -> None:
    """Print the list by points, each component shown; who is also recorded as a victim is said first.

    Equal people share a rank, and everybody who is equal at the last place is shown.
    """
    from matac_ml.cli.listing import say_list
    from matac_ml.rfg.lists import listed
    from matac_ml.serial import registers

    chosen, records = _load(policy, extract)
    day = as_of_day(records, as_of)
    found = listed(records, chosen, day, k=top)
    say_missing(found.frame, [feature.name for feature in chosen.features])
    say_list(found, registers(records, chosen.serial_rule, day), day, records=records)
    if out is not None:
        everybody = found.ordered()
        everybody[COLUMN] = [records.doubtful().get(str(person), "") for person in everybody["person_id"]]
        first = ["person_id", "rank", "standing", "also_victim", COLUMN]
        rest = [name for name in everybody if name not in {*first, "order", "place"}]
        write_text(out, frame_text(everybody[[*first, *rest]]))
        typer.echo(f"{len(everybody):,} people are in {out}; equal people share a rank.")


@app.command()
def person(
    extract: ExtractFolder,
    person_id: Annotated[str, typer.Argument(help="Identifier of one person.")],
    policy: PolicyName = "default",
    as_of: AsOf = None,
) -> None:
    """Print one person's points line by line, each with its incidents, and the sum."""
    from matac_ml.asof import read_person
    from matac_ml.cli.listing import say_person

    chosen, records = _load(policy, extract)
    found = read_person(records, person_id)
    say_check_first(records, [found.person_id])
    say_person(chosen, found, as_of_day(records, as_of))


@app.command()
def compare(
    old: Annotated[str, typer.Argument(help="The policy in force: a shipped name or a file.")],
    new: Annotated[str, typer.Argument(help="The policy proposed.")],
    extract: ExtractFolder,
    k: Annotated[int | None, typer.Option(min=1, help="Places; the capacity of OLD when not given.")] = None,
    cycles: Annotated[int, typer.Option(min=1, max=26, help="Past four-weekly lists to test both on.")] = 6,
    horizon: Horizon = HORIZON_DAYS,
    out: Annotated[Path | None, typer.Option(help="Also write a page with pictures; it names people.")] = None,
) -> None:
    """Show who would enter and leave the list, why, and what both lists would have held."""
    from matac_ml.rfg.comparing import TIE_CHANGES, Change, compare_policies

    before, records = _load(old, extract)
    after, _ = _load(new, extract)
    found = compare_policies(before, after, records, k=k or before.capacity, cycles=cycles, horizon=horizon)
    changed = (*found.entering, *found.leaving, *found.tied)
    say_check_first(records, [change.person_id for change in changed])
    typer.echo(f"{before.name} {before.version} and {after.name} {after.version}, first {found.k}, as of {found.as_of}")

    def show(title: str, changes: tuple[Change, ...]) -> None:
        typer.echo(f"\n{title}: {len(changes)}")
        for change in changes:
            moved = f"{_points(change.before)} became {_points(change.after)}"
            how = "" if title != TIE_CHANGES else f"  {change.standing[0]}, then {change.standing[1]}"
            typer.echo(f"  {change.person_id:<16}{moved}{how}  {change.because}")

    for policy, held in zip((before, after), found.places, strict=True):
        typer.echo(f"  {policy.name} {policy.version}: {held}")
    show("Entering", found.entering)
    show("Leaving", found.leaving)
    if found.tied:
        show(TIE_CHANGES, found.tied)
    agrees = "cannot be said" if math.isnan(found.correlation) else f"{found.correlation:.3f}"
    typer.echo(f"\nRank correlation of all totals: {agrees}")
    if not found.cycles:
        typer.echo(
            f"No past list with {horizon} days of records after it ranks anybody, so neither policy can be tried."
        )
    else:
        typer.echo(
            f"On the last {found.cycles} lists whose {horizon} days had closed, mean share held by the first {found.k}:"
        )
    for what, (a, b) in found.captured.items():
        typer.echo(f"  {what:<14}{a:>7.1%} became {b:.1%}")
    for policy, (least, mean) in zip((before, after), found.stability, strict=True):
        if math.isnan(mean):
            continue
        stays = f"{mean:.0%} of the list stays ({least:.0%} at least)"
        typer.echo(f"{policy.name} {policy.version}: when edges or points move by a tenth, {stays}.")
    if out is not None:
        from matac_ml.rfg.report import review_page
        from matac_ml.rfg.reviewing import review_policies

        both = review_policies([before, after], records, k=found.k, cycles=cycles, horizon=horizon)
        write_text(out, review_page(both, force=records.force or "", change=found))
        typer.echo(f"\nThe page is {out}.")


@app.command()
def review(
    extract: ExtractFolder,
    out: Annotated[Path, typer.Argument(help="A new .html file; it names nobody.")],
    policy: Annotated[list[str] | None, typer.Option(help="A shipped name or a file; once for each.")] = None,
    index: Annotated[list[str] | None, typer.Option(help="Also try the first policy by this harm index.")] = None,
    k: Annotated[int | None, typer.Option(min=1, help="Places; the first policy's capacity when not given.")] = None,
    cycles: Annotated[int, typer.Option(min=1, max=26, help="Past four-weekly lists to test all on.")] = 6,
    horizon: Horizon = HORIZON_DAYS,
) -> None:
    """Set several policies and harm indices side by side in one report.

    Without options: RFGV, RFH, harm alone, and RFGV by the crime severity score.
    """
    from matac_ml.records import read_extract
    from matac_ml.rfg import load_policy
    from matac_ml.rfg.report import review_page
    from matac_ml.rfg.reviewing import review_policies, with_index

    chosen = [load_policy(name) for name in policy or ("rfgv-three-year", "rfh", "v100-like")]
    indices = index or ([] if policy else ["ons-css-quoted"])
    chosen += [with_index(chosen[0], name) for name in indices]
    if len(chosen) < 2:
        raise UsageError("A review needs two policies or more: give --policy twice, or a policy and an --index.")
    records = read_extract(extract)
    say_how_many(records)
    found = review_policies(chosen, records, k=k or chosen[0].capacity, cycles=cycles, horizon=horizon)
    write_text(out, review_page(found, force=records.force or ""))
    if not found.ranked:
        typer.echo(NOBODY)
    typer.echo(f"{len(chosen)} policies on {found.lists} lists: {out}")


@app.command()
def export(
    extract: ExtractFolder,
    out: Annotated[Path, typer.Argument(help="A new .xlsx file.")],
    policy: PolicyName = "default",
    as_of: AsOf = None,
    top: Annotated[int, typer.Option(min=1, max=100_000, help="The first so many people.")] = 1000,
) -> None:
    """Write a workbook whose own formulas recompute every point."""
    from matac_ml.rfg.lists import listed
    from matac_ml.rfg.workbook import write_workbook

    chosen, records = _load(policy, extract)
    found = listed(records, chosen, as_of_day(records, as_of))
    frame = found.first(top)
    say_missing(frame, [feature.name for feature in chosen.features])
    say_check_first(records, frame["person_id"])
    with write_whole(out) as path:
        write_workbook(chosen, frame, path)
    if len(frame) > top:
        typer.echo(f"Everybody who is equal at place {top:,} is included.")
    if frame.empty:
        typer.echo(NOBODY)
    typer.echo(f"{len(frame):,} people and the policy's numbers are in {out}; its formulas recompute every point.")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a policy file, for editors that check while one types."""
    from matac_ml.rfg import policy_schema

    typer.echo(json.dumps(policy_schema(), indent=2))


def _points(total: int | None) -> str:
    return "not ranked" if total is None else str(total)


def _load(policy: str, extract: Path) -> "tuple[Policy, Extract]":
    from matac_ml.records import read_extract
    from matac_ml.rfg import load_policy

    return load_policy(policy), read_extract(extract)

"""A drawn list as text for a terminal: what a person must know first comes first."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from matac_ml.casework.drawn import DrawnList
    from matac_ml.casework.listed import DrawnLine
    from matac_ml.lists import PersonMoved

NOBODY = "A list orders records. Who enters a cohort, people decide."


def say_dual_role(lines: "Sequence[DrawnLine]") -> None:
    """Say who is also recorded as a victim, before anything else."""
    if victims := [line.person_id for line in lines if line.also_victim]:
        typer.echo(
            f"READ FIRST: also recorded as a victim, so review their safety before anything else: {', '.join(victims)}."
        )
    both = [line.person_id for line in lines if line.serial_perpetrator and line.serial_victim]
    if both:
        typer.echo(f"On both serial registers: {', '.join(both)}.")


def say_list(drawn: "DrawnList", *, doubtful: Mapping[str, str] | None = None) -> None:
    """Print a list as it was drawn.

    Parameters
    ----------
    doubtful : mapping of str to str, optional
        Identities that may stand for nobody or for many people, and why.
    """
    basis = drawn.basis
    say_dual_role(drawn.lines)
    for line in drawn.lines:
        if doubtful and line.person_id in doubtful:
            typer.echo(f"CHECK FIRST: {line.person_id} may not stand for one person: {doubtful[line.person_id]}.")
    areas = ", ".join(f"{area} {places}" for area, places in basis.quotas.items())
    where = f"places by area ({areas})" if areas else basis.area or "the whole force"
    typer.echo(f"\nList {drawn.number}: {where}, as of {basis.as_of}, {basis.places} places, by the {basis.order}.")
    typer.echo(f"Drawn by {drawn.drawn_by} on {drawn.drawn_at:%Y-%m-%d %H:%M} UTC: {drawn.reason}")
    instruments = f"Policy {basis.policy} ({basis.policy_sha256[:12]}), harm index {basis.harm_index}"
    model = f"model {basis.model_sha256[:12]}" if basis.model_sha256 else "the matrix alone"
    typer.echo(f"{instruments}, {model}, extract {basis.data_sha256[:12]}.")
    if not drawn.hashes:
        typer.echo("\nNobody is listed. An empty list says nothing about anybody's safety.")
    _say_lines(drawn)
    if drawn.erased:
        typer.echo(f"{drawn.erased} of its lines were erased since.")
    typer.echo(NOBODY)


def _say_lines(drawn: "DrawnList") -> None:
    from matac_ml.casework.listed import Standing

    listed = [line for line in drawn.lines if line.is_listed]
    if listed:
        typer.echo(f"\n{'rank':>5}  {'person':<16}{'victim too':<12}{'serial':<8}{'total':>6}  {'last':<12}")
    for line in listed:
        rank = f"{line.rank}{'=' if line.tied_with else ' '}"
        flags = f"{'YES' if line.also_victim else '':<12}{'yes' if line.serial_perpetrator else '':<8}"
        area = f"{line.area}: " if drawn.basis.quotas else ""
        by_lot = f", lot {line.lot_place}" if line.lot_place else ""
        noted = [*([f"tied at the cut{by_lot}"] if line.standing is Standing.TIED else []), *line.not_eligible]
        noted += [f"could matter: {mark}" for mark in line.could_matter]
        last = f"{line.last_incident or ''!s:<12}{area}{'; '.join(noted)}"
        typer.echo(f"{rank:>5}  {line.person_id:<16}{flags}{line.total:>6}  {last}".rstrip())
    tied = sum(line.standing is Standing.TIED for line in listed)
    if tied:
        how = "They stand in order of lot" if drawn.basis.lot else "The list puts none of them before another"
        typer.echo(f"{tied} people are equal for the last places. {how}; people decide who enters a cohort.")
    below = [line for line in drawn.lines if line.standing is Standing.BELOW]
    if below:
        typer.echo("\nBelow the line, and missing records could give a place:")
    for line in below:
        typer.echo(f"{line.rank:>5}  {line.person_id:<16}{line.total:>6}  {'; '.join(line.could_matter)}")
    left_out = [line for line in drawn.lines if line.standing is Standing.LEFT_OUT]
    if left_out:
        typer.echo("\nLeft out, with points that would give a place:")
    for line in left_out:
        typer.echo(f"{line.rank:>5}  {line.person_id:<16}{'; '.join(line.not_eligible)}")


def say_movement(before: "DrawnList", after: "DrawnList", people: "Sequence[PersonMoved]") -> None:
    """Print who moved between two lists, by the way they moved, each with the reasons."""
    from matac_ml.lists import Way

    say_dual_role([line for person in people if (line := person.after or person.before)])
    typer.echo(
        f"\nFrom list {before.number} (as of {before.basis.as_of}) to list {after.number} (as of {after.basis.as_of})."
    )
    for way in Way:
        moved = [person for person in people if person.way is way]
        typer.echo(f"\n{way.value.capitalize()}: {len(moved)}")
        for person in moved:
            ranks = " to ".join(_rank(line) for line in (person.before, person.after))
            typer.echo(f"  {person.person_id:<16}{ranks:<20}{'; '.join(person.reasons)}")
    typer.echo(NOBODY)


def _rank(line: "DrawnLine | None") -> str:
    if line is None:
        return "not listed"
    return f"{line.rank}{'=' if line.tied_with else ''}{'' if line.is_listed else f' {line.standing.value}'}"

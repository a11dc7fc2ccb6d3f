"""``matac-ml list``: draw a list once and keep it, show it again, and rebuild it from records at hand."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matac_ml import clock
from matac_ml.cli.cycle_ledger import Actor, Reason
from matac_ml.cli.ledger import Url
from matac_ml.cli.lists_shown import say_list, say_movement
from matac_ml.cli.lots import commit, lot, read_seed
from matac_ml.cli.many_victims import many_victims
from matac_ml.cli.options import AsOf, ExtractFolder, PolicyName, as_of_day, new_app
from matac_ml.errors import ShownError

if TYPE_CHECKING:
    from matac_ml.explain.context import ScoringContext
    from matac_ml.records import Extract

app = new_app("Draw a list for a meeting once, show it again, see what moved, and rebuild it.")
app.command("many-victims")(many_victims)
app.command()(commit)
app.command()(lot)
app.command("many-victims")(many_victims)


class Order(StrEnum):
    """What orders a list."""

    MATRIX = "matrix"
    MODEL = "model"


class DoesNotRebuildError(ShownError):
    """A list does not rebuild from what is at hand."""


Number = Annotated[int, typer.Argument(min=1, help="Number of the list.")]
Bundle = Annotated[Path | None, typer.Option(help="Folder of the bundle, with its own policy; else the matrix alone.")]


@app.command()
def draw(
    extract: ExtractFolder,
    ledger: Url,
    actor: Actor,
    reason: Reason,
    policy: PolicyName = "default",
    bundle: Bundle = None,
    as_of: AsOf = None,
    area: Annotated[str | None, typer.Option(help="One area; the whole force when not given.")] = None,
    places: Annotated[
        int | None, typer.Option(min=1, help="Places of the meeting; the policy's capacity when not given.")
    ] = None,
    quota: Annotated[
        list[str] | None, typer.Option(help="AREA=PLACES: so many places of its own. Give it once for each area.")
    ] = None,
    order: Annotated[Order, typer.Option(help="What orders the list.")] = Order.MATRIX,
    seed_file: Annotated[
        Path | None, typer.Option(help="Seed that `list commit` wrote, where the policy puts ties in order by lot.")
    ] = None,
    purpose: Annotated[str, typer.Option(help="What the list is drawn for.")] = "matac_nomination",
) -> None:
    """Draw the list of a day and keep it in the ledger under a number. A person decides who enters a cohort."""
    from matac_ml.casework import Ledger
    from matac_ml.casework.drawn import write_list
    from matac_ml.casework.lots import find_lot
    from matac_ml.explain.ranking import rank_everybody
    from matac_ml.lists import draw_up
    from matac_ml.lists.quotas import read_quotas
    from matac_ml.records import read_extract

    records = read_extract(extract)
    context = _context(records, bundle, policy, as_of_day(records, as_of))
    ranking = rank_everybody(records, context)
    how: dict[str, Any] = {"area": area, "places": places, "order": order.value, "quotas": read_quotas(quota or ())}
    with Ledger.open(ledger) as book:
        by_lot = find_lot(book, read_seed(seed_file)) if seed_file is not None else None
        basis, lines = draw_up(records, context, ranking, **how, lot=by_lot)
        drawn = write_list(book, basis, lines, actor=actor, reason=reason, purpose=purpose)
        head = book.head()
    say_list(drawn, doubtful=records.doubtful())
    typer.echo(f"Drawn as list {drawn.number}: entry {drawn.entry}, head {head}")


@app.command()
def show(number: Number, ledger: Url) -> None:
    """Print a drawn list as it was kept. It names people."""
    from matac_ml.casework import Ledger
    from matac_ml.casework.drawn import find_list

    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        say_list(find_list(book, number))


@app.command()
def movement(
    number: Number,
    extract: ExtractFolder,
    ledger: Url,
    since: Annotated[
        int | None, typer.Option(min=1, help="Number of an earlier list; the last one of this area when not given.")
    ] = None,
    policy: PolicyName = "default",
    bundle: Bundle = None,
) -> None:
    """Print who is new, up, down, gone or stayed since the last list of the area, each with its reasons."""
    from matac_ml.casework import Ledger
    from matac_ml.casework.drawn import find_list, list_before
    from matac_ml.lists import moved_between
    from matac_ml.records import read_extract

    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        after = find_list(book, number)
        before = find_list(book, since) if since is not None else list_before(book, after)
    if before is None:
        typer.echo(f"List {number} is the first of its area and order: nobody has moved since an earlier one.")
        return
    records = read_extract(extract)
    _check_reaches(records, after.basis.as_of)
    context = _context(records, bundle, policy, after.basis.as_of)
    say_movement(before, after, moved_between(before, after, records, context))


@app.command()
def rebuild(
    number: Number, extract: ExtractFolder, ledger: Url, policy: PolicyName = "default", bundle: Bundle = None
) -> None:
    """Draw a list up again as of its day, and hold it against what was kept, byte for byte.

    A later extract gives the same list, because a day sees only what was recorded before it. Exit code 2 when it does
    not, with what differs and which part is another one.
    """
    from matac_ml.casework import Ledger
    from matac_ml.casework.drawn import find_list
    from matac_ml.lists import rebuild as rebuilt_from
    from matac_ml.records import read_extract

    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        drawn = find_list(book, number)
    records = read_extract(extract)
    day = drawn.basis.as_of
    _check_reaches(records, day)
    found = rebuilt_from(drawn, records, _context(records, bundle, policy, day))
    if found.erased:
        typer.echo(f"{found.erased} of its lines were erased since, and cannot be compared.")
    if not found.same:
        faults = [f"{person}: {what}" for person, what in found.differing]
        raise DoesNotRebuildError(f"List {number} does not rebuild. {found.cause}", faults=faults)
    others = (
        f" {' and '.join(found.changed).capitalize()} changed since, without effect on it." if found.changed else ""
    )
    typer.echo(f"List {number} rebuilds byte for byte: {len(drawn.kept)} lines as of {day}.{others}")


def _check_reaches(records: "Extract", day: date) -> None:
    as_of_day(records, datetime.combine(day, datetime.min.time()))


def _context(records: "Extract", bundle: Path | None, policy: str, day: date) -> "ScoringContext":
    from matac_ml.bundle import load_bundle
    from matac_ml.explain.context import ScoringContext
    from matac_ml.rfg import load_policy

    model = load_bundle(bundle) if bundle is not None else None
    rules = model.policy if model is not None else load_policy(policy)
    return ScoringContext(
        policy=rules,
        harm=model.harm if model is not None else rules.harm_index,
        model=model,
        as_of=day,
        data_as_of=records.cut_off,
        data_hash=records.data_hash,
        today=clock.today(),
    )

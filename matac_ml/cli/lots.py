"""``matac-ml list commit`` and ``lot``: a seed committed to before a list is drawn, and its order worked out again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.cycle_ledger import Actor, Reason
from matac_ml.cli.ledger import Url
from matac_ml.errors import UsageError
from matac_ml.infile import read_plain
from matac_ml.outfile import write_text

#: Bytes of a file with a seed at most.
_LARGEST = 1024

if TYPE_CHECKING:
    from matac_ml.casework import Ledger
    from matac_ml.casework.lots import Lot


def commit(
    seed_file: Annotated[
        Path, typer.Argument(help="Where the seed is written; keep it secret until the list is drawn.")
    ],
    ledger: Url,
    actor: Actor,
    reason: Reason,
) -> None:
    """Make a seed, and write its hash into the ledger before a list is drawn by it."""
    from matac_ml.casework import Ledger
    from matac_ml.casework.lots import commit_seed, new_seed

    if seed_file.exists():
        raise UsageError(f"{seed_file} is there already: a seed is never written over another one.")
    seed = new_seed()
    write_text(seed_file, f"{seed}\n")
    with Ledger.open(ledger) as book:
        done = commit_seed(book, seed, actor=actor, reason=reason)
    typer.echo(f"Committed: entry {done.number}, head {done.hash}. The seed is in {seed_file}; keep it to yourself.")


def lot(number: Annotated[int, typer.Argument(min=1, help="Number of the list.")], ledger: Url) -> None:
    """Work the order of the people who tie on a drawn list out again, from the ledger alone."""
    from matac_ml.casework import Ledger
    from matac_ml.casework.drawn import find_list
    from matac_ml.casework.lots import Lot, never_revealed

    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        drawn = find_list(book, number)
        unused = never_revealed(book)
        if drawn.basis.lot is None:
            typer.echo(f"No lot was drawn for list {number}.")
            return
        by = Lot.from_payload(drawn.basis.lot)
        _check_commitment(book, by, before=drawn.entry)
    tied = [line for line in drawn.lines if line.lot is not None]
    wrong = [line.person_id for line in tied if line.lot != by.of(line.person_id)]
    if wrong or [line.lot for line in tied] != sorted(line.lot or "" for line in tied):
        raise UsageError(f"The order of list {number} is not that of its lots. Verify the ledger.")
    typer.echo(f"Seed {by.seed}, committed to in entry {by.commitment} ({by.entry_hash}), before the list.")
    for line in tied:
        place = "among the places" if line.drawn_by_lot else "not drawn"
        typer.echo(f"{line.lot_place:>5}  {line.person_id:<16}{line.lot}  {place}")
    typer.echo(f"The order of the {len(tied)} people who tie is that of their lots. It is no decision: people decide.")
    if unused:
        typer.echo(f"Commitments that no list was drawn by: entries {', '.join(map(str, unused))}.")


def _check_commitment(book: "Ledger", by: "Lot", *, before: int) -> None:
    from matac_ml.casework.entry import digest_of
    from matac_ml.casework.lots import COMMITTED

    found = next(iter(book.entries(kind=COMMITTED, reference=digest_of(by.seed))), None)
    if found is None or (found.number, found.hash) != (by.commitment, by.entry_hash) or found.number >= before:
        raise UsageError("The seed of this list is not one that was committed to before. Verify the ledger.")


def read_seed(file: Path) -> str:
    """The seed of a file, as ``commit`` wrote it."""
    try:
        return read_plain(file, largest=_LARGEST).decode("ascii", "replace").strip()
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} must be the file of a seed that `matac-ml list commit` wrote; {error}.") from error

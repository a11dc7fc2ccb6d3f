"""What must be said before a list is read: who on it may stand for nobody, or for many people at once."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from matac_ml.records import Extract

#: The column of a written list that says so.
COLUMN = "doubtful_identity"
#: Identities printed; those beyond are counted.
_PRINTED = 20


def say_check_first(records: "Extract", people: Iterable[object]) -> None:
    """Say which of these people may not be one person, and why, in the order given."""
    doubtful = records.doubtful()
    shown = [person for person in dict.fromkeys(map(str, people)) if person in doubtful]
    if not shown:
        return
    many = "1 identifier" if len(shown) == 1 else f"{len(shown):,} identifiers"
    typer.echo(f"\nCHECK FIRST: {many} may not stand for one person. Look at the records before any use.")
    for person in shown[:_PRINTED]:
        typer.echo(f"         {person}: {doubtful[person]}.")
    if len(shown) > _PRINTED:
        typer.echo(f"         and {len(shown) - _PRINTED:,} more; `matac-ml check` lists their rows.")


def say_how_many(records: "Extract") -> None:
    """Say how many identities may not be one person, where what follows names nobody."""
    if many := len(records.doubtful()):
        said = "1 identifier" if many == 1 else f"{many:,} identifiers"
        typer.echo(
            f"CHECK FIRST: {said} in these records may not stand for one person, and change what follows. "
            "`matac-ml check` lists their rows."
        )

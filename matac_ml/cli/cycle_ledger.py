"""What every command of the cycle opens: the ledger, and the extract that knows whose identifiers are whose."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from matac_ml.casework import Cycle
    from matac_ml.records import Extract

Person = Annotated[str, typer.Argument(help="Identifier of the person.")]
Known = Annotated[Path | None, typer.Option("--extract", help="Extract that tells which identifiers are one person's.")]
ToolkitFile = Annotated[
    Path | None, typer.Option("--toolkit", envvar="MATAC_TOOLKIT", help="The force's own toolkit, a YAML file.")
]


@contextmanager
def open_cycle(url: str, records: "Extract | None" = None, *, toolkit: Path | None = None) -> "Iterator[Cycle]":
    """The cycle over a ledger, of people as an extract knows them, with the force's own toolkit or the one shipped."""
    from matac_ml.casework import Cycle, Ledger
    from matac_ml.casework.toolkit import DEFAULT, load_toolkit

    chosen = load_toolkit(toolkit or DEFAULT)
    with Ledger.open(url) as ledger:
        if records is None:
            yield Cycle(ledger, chosen)
        else:
            from matac_ml.records import identities

            yield Cycle(ledger, chosen, partial(identities, records))


def read(extract: Path | None) -> "Extract | None":
    """The extract, when one was named."""
    from matac_ml.records import read_extract

    return None if extract is None else read_extract(extract)

"""``matac-ml describe``: an extract as others' catalogues of data sets read it."""

from pathlib import Path
from typing import Annotated

import typer

from matac_ml.cli.options import ExtractFolder
from matac_ml.errors import UsageError
from matac_ml.outfile import write_whole


def describe(
    extract: ExtractFolder,
    out: Annotated[Path, typer.Argument(help="The file to write, such as EXTRACT/croissant.json.")],
) -> None:
    """Write what an extract holds as Croissant 1.0: tables, columns, types and hashes, and no row of it."""
    from matac_ml.records import read_extract
    from matac_ml.records.croissant import croissant_of

    if out.exists():
        raise UsageError(f"{out.name} is there already and was left as it is; name another file.")
    content = croissant_of(read_extract(extract))
    with write_whole(out) as partial:
        partial.write_bytes(content)
    typer.echo(f"{out} describes the extract. It holds no row of it.")

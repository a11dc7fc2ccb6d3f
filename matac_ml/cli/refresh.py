"""``matac-ml refresh``: a new day without a new fit."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

from matac_ml.cli.options import AsOf, ExtractFolder, PolicyName


def refresh(
    extract: ExtractFolder,
    out: Annotated[Path, typer.Argument(help="Folder of all days: features/ and one folder a day.")],
    bundle: Annotated[Path | None, typer.Option(help="Folder of the bundle; without it the matrix alone.")] = None,
    policy: PolicyName = "default",
    as_of: AsOf = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a folder of the day that was made from something else.")
    ] = False,
) -> None:
    """Score everybody as of a day, draw up every list, and explain whoever is on one. Nothing is fitted.

    The lists are those of the whole force and of each area, by the matrix and, with a bundle, by the model. They are
    for reading and checking; a list for a meeting is drawn with `matac-ml list draw`, which keeps it in the ledger.
    """
    from matac_ml.records import read_extract

    with ThreadPoolExecutor(max_workers=1) as beside:
        # Reading works outside Python's lock, so the rest of the program is loaded meanwhile.
        reading = beside.submit(read_extract, extract)
        from matac_ml.cli.check_first import say_how_many
        from matac_ml.cli.score import scoring_context
        from matac_ml.refresh import refresh as refreshed
        from matac_ml.wording import count

        records = reading.result()
    done = refreshed(records, scoring_context(records, bundle, policy, as_of), out, replace=replace)
    if not done.lists:
        typer.echo(f"Nothing was left to do: {done.folder} was made from the same.")
        return
    say_how_many(records)
    people, lists = f"{done.people:,} people", count(done.lists, "list")
    typer.echo(f"{people} scored as of {done.basis.as_of}, {lists}, {done.explained} people explained: {done.folder}.")

"""``matac-ml identities``: people who stand in the records twice, from a proposal to an accepted merge."""

from pathlib import Path
from typing import Annotated

import typer

from matac_ml.cli.options import new_app
from matac_ml.errors import UsageError
from matac_ml.outfile import write_text
from matac_ml.wording import count

app = new_app("People who stand in the records twice: propose pairs, review them, accept, and merge what was accepted.")

Folder = Annotated[Path, typer.Argument(help="The folder of the proposal and its decisions.")]
By = Annotated[str, typer.Option("--by", help="The name of the person who decides.")]


@app.command()
def propose(
    mapping: Annotated[Path, typer.Argument(help="Where names, dates of birth and addresses come from (YAML).")],
    source: Annotated[Path, typer.Argument(help="The folder with the files that the mapping names.")],
    extract: Annotated[Path, typer.Argument(help="The extract in which people may stand twice.")],
    folder: Annotated[Path, typer.Argument(help="A new folder, or that of an earlier proposal: its decisions stay.")],
    seed: Annotated[int, typer.Option(min=0, help="Of the pairs of strangers that are drawn.")] = 1,
) -> None:
    """Propose pairs of identities that may be one person; nothing is merged.

    Ends with 3 when the mapping or the files have a fault; all are listed, and nothing is written then.
    """
    from matac_ml.linkage.proposing import propose as propose_pairs

    made = propose_pairs(mapping, source, extract, folder, seed=seed)
    told = made.told
    typer.echo(f"{told['identities']:,} identities were compared.")
    if told["not_compared"]:
        typer.echo(
            f"{told['not_compared']:,} others have neither a full name nor a date of birth in the file of names."
        )
    if told["not_in_the_extract"]:
        typer.echo(f"{told['not_in_the_extract']:,} people of the file of names are not in the extract.")
    typer.echo("\nPairs by how likely they are to be one person:")
    for least, pairs in told["curve"]:
        mark = "  <- put before a reviewer" if least == told["threshold"] else ""
        typer.echo(f"  at least {least:<6} {pairs:>7,}{mark}")
    typer.echo(f"\n{folder} holds names and dates of birth, and only you can enter it.")
    typer.echo(f"Now write a sheet: matac-ml identities review {folder} SHEET.xlsx")


@app.command()
def review(
    folder: Folder,
    sheet: Annotated[Path, typer.Argument(help="The workbook to write (.xlsx).")],
    html: Annotated[Path | None, typer.Option(help="Also write the pairs as a page.")] = None,
    least: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Show pairs at least so likely; the shipped threshold when not given."),
    ] = None,
) -> None:
    """Write the pairs that nobody has decided on a sheet, with the evidence for each."""
    from matac_ml.linkage.page import pairs_page
    from matac_ml.linkage.proposal import read_proposal
    from matac_ml.linkage.sheet import write_sheet
    from matac_ml.linkage.unreviewed import open_pairs
    from matac_ml.page import as_html

    if sheet.suffix.lower() != ".xlsx":
        raise UsageError(f"The sheet must be a new .xlsx file, got {sheet.name}.")
    if sheet.exists():
        raise UsageError(f"{sheet.name} is there already and was left as it is: it may hold answers. Name another.")
    proposal = read_proposal(folder)
    pairs = open_pairs(folder, proposal, least)
    write_sheet(sheet, proposal, pairs)
    if html is not None:
        write_text(html, as_html(pairs_page(proposal, pairs)))
    typer.echo(f"{count(len(pairs), 'pair')} to review. Answer each with same, different or unsure, then:")
    typer.echo(f'matac-ml identities accept {folder} {sheet} --by "YOUR NAME"')


@app.command()
def accept(folder: Folder, sheet: Annotated[Path, typer.Argument(help="The sheet with the answers.")], by: By) -> None:
    """Keep the answers of a sheet, signed and dated today.

    Ends with 3 when an answer cannot be kept; all faults are listed, and nothing is kept then.
    """
    from matac_ml.linkage.accepting import accept as accept_sheet

    kept = accept_sheet(folder, sheet, by=by)
    typer.echo(
        f"{kept.same:,} same, {kept.different:,} different. "
        f"{kept.unsure:,} unsure and {kept.empty:,} without an answer stay open."
    )
    typer.echo(f"Now merge: matac-ml identities merge {folder} EXTRACT OUT")


@app.command()
def merge(
    folder: Folder,
    extract: Annotated[Path, typer.Argument(help="The extract, or a later one of the same force.")],
    out: Annotated[Path, typer.Argument(help="A new or empty folder for the extract with the merges.")],
) -> None:
    """Write an extract again with every accepted merge, known from the day after it was accepted."""
    from matac_ml.linkage.merging import merge_accepted

    merged = merge_accepted(folder, extract, out)
    typer.echo(f"{count(merged.added, 'merge')} added.")
    if merged.there:
        typer.echo(f"{count(merged.there, 'accepted pair')} needed none: both sides are one person there already.")
    if merged.unknown:
        typer.echo(f"{count(merged.unknown, 'accepted pair')} left out: somebody of it is not in this extract.")


@app.command()
def withdraw(
    folder: Folder,
    first: Annotated[str, typer.Argument(help="An identity of the pair.")],
    second: Annotated[str, typer.Argument(help="The other.")],
    by: By,
    because: Annotated[str, typer.Option(help="Why, in at least 10 characters.")],
) -> None:
    """Take back that two identities are one person; the merge then ends today."""
    from matac_ml.linkage.accepting import withdraw as withdraw_pair

    done = withdraw_pair(folder, first, second, by=by, because=because)
    typer.echo(f"Withdrawn on {done.on}. Merge again to write it into an extract.")

"""``matac-ml rebuild``: a past list, score, day or set of papers made again and compared byte for byte."""

import importlib
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from matac_ml.cli.ledger import Url
from matac_ml.cli.options import new_app

app = new_app("Make a past list, score, day or set of papers again, compare every byte, or name what is missing.")

Number = Annotated[int, typer.Argument(min=1, help="Number of the list.")]
Places = Annotated[
    list[Path],
    typer.Option("--in", help="A folder in which records, bundles and policies are looked for. Give it once for each."),
]


@app.command("list")
def one_list(
    number: Annotated[int, typer.Argument(min=1, help="Number of the list.")], ledger: Url, places: Places
) -> None:
    """A list that was drawn, from the very records, policy and bundle that the ledger names."""
    from matac_ml.casework import Ledger
    from matac_ml.rebuild import remake_list

    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        typer.echo(remake_list(book, number, places))


@app.command()
def score(
    nomination: Annotated[str, typer.Argument(help="The nomination id of the answer.")], ledger: Url, places: Places
) -> None:
    """An explained score that the service gave."""
    from matac_ml.casework import Ledger
    from matac_ml.rebuild import remake_score

    with Ledger.open(ledger, create_missing=False, read_only=True) as book:
        typer.echo(remake_score(book, nomination, places))


@app.command()
def day(folder: Annotated[Path, typer.Argument(help="Folder of a day that refresh made.")], places: Places) -> None:
    """Everybody's scores, the lists and the explanations of a day that was refreshed."""
    from matac_ml.rebuild import remake_day

    typer.echo(remake_day(folder, places))


@app.command()
def papers(
    run: Annotated[Path, typer.Argument(help="Folder of the run, with bundle/ and papers/.")],
    previous: Annotated[Path | None, typer.Option(help="Run that the papers compare with.")] = None,
) -> None:
    """The papers of a run, from the facts in its bundle."""
    from matac_ml.bundle import load_bundle
    from matac_ml.errors import UsageError
    from matac_ml.gates import Waiver
    from matac_ml.rebuild import RebuiltOtherwiseError
    from matac_ml.release import beside, read_release

    model = load_bundle(run / "bundle")
    at, gates = beside(run / "bundle")
    release = read_release(model, papers=at, gates=gates)
    if model.facts is None:
        raise UsageError("The bundle holds no facts of a run, so its papers cannot be written again.")
    before = load_bundle(previous / "bundle").facts if previous else None
    try:
        write = importlib.import_module("model_cards").write_papers
    except ImportError:
        raise UsageError("Papers are written in a checkout of matac-ml; this installation has none.") from None
    with tempfile.TemporaryDirectory() as scratch:
        pdf = any(name.endswith(".pdf") for name in release.papers)
        waivers = [Waiver(waived.gate, waived.reason) for waived in release.waivers]
        written = write(model.facts, Path(scratch) / "papers", before, as_pdf=pdf, bundle=model.hash, waivers=waivers)
        again = {path.name: path.read_bytes() for path in written}
    differ = [name for name, content in release.papers.items() if again.get(name) != content]
    if differ:
        hint = "" if previous else " Papers that compare with an earlier run need --previous."
        raise RebuiltOtherwiseError(f"The papers are not the same.{hint}", faults=differ)
    typer.echo(f"The papers are the same, byte for byte: {len(release.papers)} files.")

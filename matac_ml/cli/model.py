"""``matac-ml model``: the model of a bundle as a table that anybody can recompute."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matac_ml.cli.options import AsOf, as_of_day, new_app
from matac_ml.errors import UsageError
from matac_ml.outfile import write_whole

if TYPE_CHECKING:
    from datetime import datetime

    from matac_ml.bundle import RiskModel

app = new_app("Show the whole model of a bundle.")


@app.callback()
def model() -> None:
    """Show the whole model of a bundle."""


@app.command()
def points(
    bundle: Annotated[Path, typer.Argument(help="Folder of the bundle.")],
    out: Annotated[Path, typer.Argument(help="OUT.xlsx: the workbook.")],
    extract: Annotated[Path | None, typer.Option(help="Folder of records, for the people named.")] = None,
    person: Annotated[list[str] | None, typer.Option(help="A person of the extract. Give it once for each.")] = None,
    as_of: AsOf = None,
) -> None:
    """Write a workbook with every point of the model, whose formulas recompute anybody's probability.

    Its first row holds typical values; named people follow, and rows for values that you type. An empty cell is a
    missing value.
    """
    from matac_ml.bundle import load_bundle
    from matac_ml.bundle.workbook import write_points_workbook

    if out.suffix != ".xlsx":
        raise UsageError(f"OUT must end in .xlsx, got {out.suffix or 'no ending'}.")
    if (extract is None) != (not person):
        raise UsageError("--extract and --person belong together: name the records, and whose values to write.")
    found = load_bundle(bundle)
    people = [("typical values", found.typical), *(_people(found, extract, person or [], as_of) if extract else ())]
    with write_whole(out) as path:
        write_points_workbook(found, people, path)
    typer.echo(f"{len(found.features)} curves are in {out}; its formulas recompute every probability.")


def _people(
    model: "RiskModel", extract: Path, names: list[str], as_of: "datetime | None"
) -> list[tuple[str, dict[str, float | None]]]:
    from matac_ml.asof import person_features, read_person
    from matac_ml.records import read_extract

    records = read_extract(extract)
    day = as_of_day(records, as_of)
    return [
        (
            name,
            person_features(
                read_person(records, name), model.features, day, harm=model.harm, lookback_days=model.lookback_days
            ),
        )
        for name in names
    ]

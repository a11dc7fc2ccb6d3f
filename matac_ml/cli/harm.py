"""``matac-ml harm``: read a publisher's harm index, and report the codes that an index does not hold."""

import csv
import io
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from matac_ml.cli.options import HARM_INDEX, ExtractFolder, new_app
from matac_ml.errors import UsageError
from matac_ml.infile import read_plain
from matac_ml.outfile import write_text

#: Of a list of codes.
_MOST_BYTES = 4 << 20

app = new_app("Read a publisher's harm index; report unmapped codes.")


@app.command("import")
def import_(
    workbook: Annotated[Path, typer.Argument(help="The .xlsx file as it was downloaded.")],
    out: Annotated[Path, typer.Argument(help="A new YAML file; put it beside your policy and name it there.")],
    layout: Annotated[str, typer.Option(help="cchi (Cambridge Crime Harm Index) or ons (crime severity score).")],
    edition: Annotated[str, typer.Option(help="The edition, as its publisher calls it; it stands on every score.")],
    non_crime_days: Annotated[str, typer.Option(help="Days of an incident that is not a crime: your choice.")] = "1",
    unmapped_days: Annotated[
        str | None, typer.Option(help="Days of a crime whose code is not listed; missing harm when not given.")
    ] = None,
    several: Annotated[str, typer.Option(help="lowest, median or highest, where a code has several days.")] = "median",
    sheet: Annotated[str | None, typer.Option(help="Part of the sheet's name.")] = None,
    code_column: Annotated[str | None, typer.Option(help="Head of the column with Home Office codes.")] = None,
    days_column: Annotated[str | None, typer.Option(help="Head of the column with days.")] = None,
    code_list: Annotated[
        Path | None, typer.Option(help="CSV with the columns title and offence_code, for a workbook without codes.")
    ] = None,
) -> None:
    """Turn a publisher's workbook into an index that a policy can name."""
    from matac_ml.harm.official import Columns, Several, import_workbook

    if several not in set(Several):
        raise UsageError(f"--several must be one of {', '.join(Several)}, got {several!r}.")
    found = import_workbook(
        workbook,
        layout,
        version=edition,
        non_crime_days=_days("--non-crime-days", non_crime_days),
        unmapped_days=None if unmapped_days is None else _days("--unmapped-days", unmapped_days),
        several=Several(several),
        columns=Columns(sheet, code_column, days_column),
        code_list=_code_list(code_list) if code_list else None,
    )
    if out.exists():
        raise UsageError(f"{out} is there already; an index in force is never written over. Give a new name.")
    write_text(out, found.index.to_yaml())
    typer.echo(f"{len(found.index.days):,} offence codes from {found.rows:,} rows are in {out}.")
    typer.echo(f"{found.expired:,} expired offences were left out; {found.several:,} codes had several days.")
    for what, titles in (("days", found.without_days), ("a code", found.without_code)):
        if titles:
            typer.echo(f"{len(titles):,} offences without {what}: {'; '.join(titles[:5])}")


@app.command()
def unmapped(
    extract: ExtractFolder,
    index: Annotated[str, typer.Option(help="Harm index: a shipped name or a file.")] = HARM_INDEX,
) -> None:
    """List the offence codes of an extract that an index does not hold, with how many crimes have them.

    A crime whose code was changed counts under each code it had.
    """
    from matac_ml.harm import load_harm_index
    from matac_ml.records import read_extract
    from matac_ml.records.quality import offence_counts

    chosen, records = load_harm_index(index), read_extract(extract)
    con = records.connect()
    counted = dict(offence_counts(con))
    [(crimes, coded)] = con.execute("SELECT count(*), count(offence_code) FROM incidents WHERE is_crime").fetchall()
    missing = chosen.unmapped(counted)
    lost = sum(counted[code] for code in missing)
    typer.echo(f"Index {chosen.name} {chosen.version} holds {len(chosen.days):,} codes.")
    typer.echo(
        f"{crimes - coded:,} of {crimes:,} crimes have no code; {lost:,} have or had one of {len(missing):,} unlisted."
    )
    for code in sorted(missing, key=lambda code: (-counted[code], code)):
        typer.echo(f"  {code:<12}{counted[code]:>10,}")
    given = "missing harm" if chosen.unmapped_days is None else f"{chosen.unmapped_days} days each"
    typer.echo(f"An unlisted crime gets {given}.")


def _days(option: str, text: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", text) or Decimal(text) > 100_000:
        raise UsageError(f"{option} must be days from 0 to 100,000 with at most two decimals, got {text!r}.")
    return Decimal(text)


def _code_list(path: Path) -> dict[str, list[str]]:
    from matac_ml.harm.cells import text_code

    codes: dict[str, list[str]] = defaultdict(list)
    faults = []
    try:
        with io.StringIO(read_plain(path, largest=_MOST_BYTES).decode("utf-8-sig"), newline="") as file:
            reader = csv.DictReader(file)
            if not {"title", "offence_code"} <= set(reader.fieldnames or ()):
                raise UsageError(f"{path.name} must have the columns title and offence_code, got {reader.fieldnames}.")
            for row in reader:
                title, (code, said) = (row["title"] or "").strip(), text_code((row["offence_code"] or "").strip())
                if said or not title or not code:
                    faults.append(f"line {reader.line_num}: {said or 'a title and a code are needed'}")
                codes[title].append(code)
    except (ValueError, csv.Error) as error:
        most = f"at most {_MOST_BYTES >> 20} MiB"
        raise UsageError(f"{path.name} must be a CSV file in UTF-8 of {most}; save it again as one.") from error
    if faults:
        raise UsageError(f"{path.name} cannot be used as a list of codes.", faults=faults[:100])
    return dict(codes)

"""A small force in which some people stand twice, with names that nobody has."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import openpyxl

from matac_ml.cli import main
from matac_ml.errors import ShownError

MAPPING = """
format: 1
sources:
  names: {file: names.csv}
tables:
- table: particulars
  from: names
  columns: {person_id: Number, surname: Surname, forename: First, birth_date: {column: Born, date: DD/MM/YYYY},
    sex: Sex, postcode: Postcode, address: Address}
"""
HEAD = "Number,Surname,First,Born,Sex,Postcode,Address\n"
#: Two identities of one person each; the second has fewer incidents.
TWICE = (
    ("P001", "Ravenscroft", "Katherine", "03/07/1984", "f", "ZZ1 1AA", "1 Nowhere Row"),
    ("P901", "Ravenscorft", "Kate", "03/07/1984", "f", "ZZ1 1AA", "1 Nowhere Row"),
    ("P002", "Ольховский", "Дмитрий", "21/11/1990", "m", "ZZ2 2BB", "2 Nowhere Row"),
    ("P902", "Ольховский", "Дмитрий", "21/11/1990", "m", "ZZ9 9ZZ", "3 Elsewhere"),
    ("P003", "Quillfeather", "Moses", "05/09/1979", "m", "ZZ3 3CC", "3 Nowhere Row"),
    ("P903", "Quillfeather", "Moses", "09/05/1979", "m", "ZZ3 3CC", "3 Nowhere Row"),
)  # fmt: skip
_SURNAMES = ("Applewhite", "Birdwhistle", "Crumplehorn", "Drinkwater", "Entwhistle", "Featherstone", "Goldfinch",
             "Hollowbread", "Inchbald", "Jellicoe", "Kettlewell")  # fmt: skip
_FORENAMES = ("Ava", "Bruno", "Clara", "Dexter", "Esther", "Floyd", "Gloria")


def others() -> list[tuple[str, ...]]:
    """People who stand there once."""
    return [
        (f"P{n + 100}", _SURNAMES[n % 11], _FORENAMES[n % 7], f"{n % 28 + 1:02}/{n % 12 + 1:02}/{1950 + n % 50}",
         "fm"[n % 2], f"ZZ{n % 9 + 1} {n % 7}AB", f"{n} Nowhere Row")
        for n in range(77)
    ]  # fmt: skip


def names_text(*more: tuple[str, ...]) -> str:
    """The file of names."""
    return HEAD + "".join(f"{','.join(row)}\n" for row in (*TWICE, *others(), *more))


def make_extract(folder: Path) -> Path:
    """Everybody suspected once, of harm to one of three victims, and ``P001`` and ``P002`` twice more."""
    folder.mkdir()
    people = [row[0] for row in (*TWICE, *others())]
    events = [*people, "P001", "P001", "P002", "P002"]
    incidents = "".join(f"I{n},2024-01-{n % 28 + 1:02},2024-02-01,true\n" for n in range(len(events)))
    links = "".join(f"I{n},{who},suspect\nI{n},V{n % 3},victim\n" for n, who in enumerate(events))
    rows = "".join(f"{who}\n" for who in (*people, "V0", "V1", "V2"))
    texts = {
        "incidents.csv": f"incident_id,occurred_on,recorded_on,is_crime\n{incidents}",
        "involvements.csv": f"incident_id,person_id,role\n{links}",
        "people.csv": f"person_id\n{rows}",
        "extract.yaml": "cut_off: 2024-06-01\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def make_source(folder: Path, text: str | None = None, mapping: str = MAPPING) -> tuple[Path, Path]:
    """A mapping and the folder of the file of names."""
    source = folder / "source"
    source.mkdir(parents=True)
    (source / "names.csv").write_text(names_text() if text is None else text, encoding="utf-8")
    (folder / "names.yaml").write_text(mapping, encoding="utf-8")
    return folder / "names.yaml", source


def answer(
    sheet: Path, answers: Mapping[tuple[str, str], str], *, name: str = "Answer", to: Path | None = None
) -> Path:
    """Write into a column of a sheet as a reviewer would, by the two identities of a row."""
    book = openpyxl.load_workbook(sheet)
    rows = book["Pairs"]
    heads = [cell.value for cell in rows[1]]
    places = [heads.index(head) for head in ("Answer", "First: Number", "Second: Number")]
    for row in rows.iter_rows(min_row=2):
        pair = (str(row[places[1]].value), str(row[places[2]].value))
        if pair in answers:
            row[places[0]].value = answers[pair]
    book.save(sheet)
    return sheet


def run(*arguments: object) -> None:
    """Run a command that must end well."""
    with suppress(SystemExit):
        main([str(argument) for argument in arguments])


def refused(act: Callable[[], object]) -> str:
    """The message with which something is refused."""
    try:
        act()
    except ShownError as error:
        return str(error)
    raise AssertionError("it was not refused")

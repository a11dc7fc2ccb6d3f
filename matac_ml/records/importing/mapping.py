"""What a mapping file may say, as facts; :mod:`matac_ml.records.importing.plan` reads one and checks what it names."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Constant = bool | int | str


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class SourceEntry(_Declared):
    """Where rows come from: one file, several with the same columns, or a query of a database.

    Attributes
    ----------
    format : str
        Only where the ending of the file's name does not say it.
    skip : int
        Lines above the header.
    nothing : tuple of str
        Words that stand where nothing is known.
    rows : int or None
        How many rows the supplier says there are.
    database : str
        Name of the environment variable with the address.
    query : str
        SQL, of a database or of Parquet files: ``file`` and those ``beside`` it are tables by name, without ending.
    """

    file: str = ""
    files: tuple[Text, ...] = Field(default=(), max_length=10_000)
    format: str = ""
    encoding: str = "utf-8"
    delimiter: str = ""
    skip: int = Field(default=0, ge=0, le=1000)
    nothing: tuple[Text, ...] = ()
    rows: int | None = Field(default=None, ge=0)
    sheet: str = ""
    database: str = ""
    table: str = ""
    query: str = ""
    beside: tuple[Text, ...] = Field(default=(), max_length=100)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its files."""
        return (self.file, *self.files) if self.file else self.files


class CodesEntry(_Declared):
    """A cross-walk: in a CSV file, or written here, their code to ours; nothing where it means *not known*."""

    file: str = ""
    entries: dict[str, Constant | None] = Field(default_factory=dict)


class CellEntry(_Declared):
    """Where the value of one column comes from.

    Attributes
    ----------
    of : str
        The joined source that has the column; the table's own source when empty.
    between : str
        What stands between the texts of several ``columns``; written ``with``.
    date : tuple of str
        How a date is written: ``DD/MM/YYYY``, ``ISO``, ``excel``.
    zone : str
        The zone of a time that names none; that of the mapping when empty.
    empty : constant
        What an empty cell is.
    """

    column: str = ""
    columns: tuple[Text, ...] = ()
    between: str = Field(default="", alias="with")
    of: str = ""
    constant: Constant | None = None
    date: tuple[Text, ...] = ()
    zone: str = ""
    codes: str = ""
    empty: Constant | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns it is read from."""
        return (self.column, *self.columns) if self.column else self.columns


class LeaveOutEntry(_Declared):
    """Which rows are left out, and why."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]
    column: str = ""
    of: str = ""
    among: tuple[Text, ...] = Field(default=(), alias="is")
    not_among: tuple[Text, ...] = Field(default=(), alias="is_not")
    empty: bool = False
    not_in: str = ""


class JoinEntry(_Declared):
    """How another source is looked up: our column to its column; a row that finds none is a fault, or has nothing."""

    on: dict[str, str] = Field(min_length=1)
    unmatched: Literal["refuse", "empty"] = "refuse"


class KeepEntry(_Declared):
    """Of several rows with one key, which stays."""

    newest: CellEntry | None = None
    oldest: CellEntry | None = None


class TableEntry(_Declared):
    """Rows of one of our tables from one source."""

    table: str
    source: str = Field(alias="from")
    columns: dict[str, CellEntry] = Field(min_length=1)
    join: dict[str, JoinEntry] = Field(default_factory=dict)
    leave_out: tuple[LeaveOutEntry, ...] = ()
    keep: KeepEntry | None = None


class ImportMapping(_Declared):
    """A whole mapping."""

    format: Literal[1]
    force: str = ""
    description: str = ""
    cut_off: str = ""
    time_zone: str = "Europe/London"
    sources: dict[str, SourceEntry] = Field(min_length=1)
    codes: dict[str, CodesEntry] = Field(default_factory=dict)
    tables: tuple[TableEntry, ...] = Field(min_length=1, max_length=200)


def written_out(data: Any) -> Any:
    """Write the short forms of a mapping in full: a name alone is a column, a file or one format."""
    if not isinstance(data, dict):
        return data
    full = dict(data)
    full["sources"] = _each(data.get("sources"), lambda said: {"file": said} if isinstance(said, str) else said)
    full["codes"] = _each(data.get("codes"), _codes) if data.get("codes") is not None else {}
    if isinstance(data.get("tables"), list):
        full["tables"] = [_table(part) for part in data["tables"]]
    return full


def _each(data: Any, change: Any) -> Any:
    return {name: change(said) for name, said in data.items()} if isinstance(data, dict) else data


def _codes(said: Any) -> Any:
    if isinstance(said, str):
        return {"file": said}
    return {"entries": said} if isinstance(said, dict) else said


def _cell(said: Any) -> Any:
    said = {"column": said} if isinstance(said, str) else said
    return _as_list(said, "date")


def _as_list(said: Any, *names: str) -> Any:
    if not isinstance(said, dict):
        return said
    return {key: [value] if key in names and not isinstance(value, list) else value for key, value in said.items()}


def _table(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    full = dict(part)
    full["columns"] = _each(part.get("columns"), _cell)
    if isinstance(part.get("join"), dict):
        full["join"] = _each(part["join"], _join)
    if isinstance(part.get("leave_out"), list):
        full["leave_out"] = [_as_list(rule, "is", "is_not") for rule in part["leave_out"]]
    if isinstance(part.get("keep"), dict):
        full["keep"] = _each(part["keep"], _cell)
    return full


def _join(said: Any) -> Any:
    said = {"on": said} if isinstance(said, str) else said
    if isinstance(said, dict) and isinstance(said.get("on"), str):
        return {**said, "on": {said["on"]: said["on"]}}
    return said

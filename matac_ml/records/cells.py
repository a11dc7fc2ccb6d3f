"""A cell of text to a typed value, in SQL; and the kind of a value, in words that give nothing away."""

from collections.abc import Iterable

from matac_ml.records.declarations import Column, Kind

TRUE, FALSE = ("true", "t", "yes", "y", "1", "1.0"), ("false", "f", "no", "n", "0", "0.0")
FIRST_DAY, LAST_DAY = "1900-01-01", "2199-12-31"
_LONGEST = {Kind.IDENTIFIER: 80, Kind.TEXT: 200}
_USUAL = "[A-Za-z0-9_:/.-]([A-Za-z0-9_:/. -]*[A-Za-z0-9_:/.-])?"
#: Between the parts of one fault, and between faults, in the column that carries them. Cells cannot reach it.
PART, NEXT = "\x1f", "\x1e"


def name(identifier: str) -> str:
    """Quote an SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Quote an SQL text."""
    return "'" + value.replace("'", "''") + "'"


def _cases(said: Iterable[tuple[str, str]]) -> str:
    return "".join(f" WHEN {text(word)} THEN {value}" for word, value in said)


def trimmed(cell: str) -> str:
    """The cell without spaces and tabs around it; nothing when nothing is left."""
    return f"nullif(trim({cell}, ' \t'), '')"


def offence_sql(x: str) -> str:
    """:func:`matac_ml.codes.normalise_offence_code` in SQL; a test holds the two together."""
    return (
        f"CASE WHEN regexp_full_match({x}, '[0-9]{{1,3}}/[0-9]{{1,2}}') "
        f"THEN lpad(split_part({x}, '/', 1), 3, '0') || lpad(split_part({x}, '/', 2), 2, '0') "
        f"WHEN regexp_full_match({x}, '[0-9]{{1,5}}(\\.0)?') THEN lpad(split_part({x}, '.', 1), 5, '0') "
        f"ELSE upper(regexp_replace({x}, '[ \t]+', '_', 'g')) END"
    )


def value(column: Column, cell: str, native: str = "") -> str:
    """SQL for the typed value of a cell; NULL where it is empty or cannot be one.

    Nearly every cell is written as it should be, and one comparison types it; only what is left over, or has spaces
    around it, is looked at as text. ``native`` is a column that a Parquet file holds in the very type.
    """
    careful = typed(column, trimmed(cell))
    plain = _plain(column, native or cell, native=bool(native))
    return f"CASE WHEN {cell} IS NULL THEN NULL ELSE coalesce({plain}, {careful}) END"


def _plain(column: Column, x: str, *, native: bool) -> str:
    """SQL for the value of a cell written in the usual way; NULL for every other, right or wrong."""
    match column.kind:
        case Kind.DATE:
            day = x if native else f"CASE WHEN {x} LIKE '____-__-__' THEN try_cast({x} AS DATE) END"
            return f"CASE WHEN {day} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN {day} END"
        case Kind.BOOLEAN:
            return x if native else f"CASE {x} WHEN 'true' THEN true WHEN 'false' THEN false END"
        case Kind.INTEGER:
            number = x if native else f"try_cast({x} AS SMALLINT)"
            shape = "" if native else f"length({x}) <= 4 AND regexp_full_match({x}, '[0-9]+') AND "
            return f"CASE WHEN {shape}{number} BETWEEN {column.low} AND {column.high} THEN {number} END"
        case Kind.CODE:
            return f"CASE {x}{_cases((code, text(code)) for code in column.codes)} END"
        case Kind.OFFENCE:
            return f"CASE WHEN length({x}) = 5 AND regexp_full_match({x}, '[0-9]{{5}}') THEN {x} END"
        case Kind.IDENTIFIER | Kind.TEXT:
            # Letters, digits and a few signs, none of them a space at an end or a control character.
            return (
                f"CASE WHEN length({x}) <= {_LONGEST[column.kind]} AND regexp_full_match({x}, '{_USUAL}') THEN {x} END"
            )


def typed(column: Column, x: str) -> str:
    """SQL for the typed value of a trimmed text; NULL where it cannot be one."""
    match column.kind:
        case Kind.DATE:
            day = f"try_cast(left({x}, 10) AS DATE)"
            shape = (
                f"{x}[5] = '-' AND {x}[8] = '-' AND length({x}) >= 10 "
                f"AND (length({x}) = 10 OR regexp_full_match({x}, '.{{10}}[T ][0-9:.+Z-]+'))"
            )
            return f"CASE WHEN {shape} AND {day} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN {day} END"
        case Kind.BOOLEAN:
            # Not IN: DuckDB makes a join of a longer list, for every row.
            said = [*((word, "true") for word in TRUE), *((word, "false") for word in FALSE)]
            return f"CASE lower({x}){_cases(said)} END"
        case Kind.INTEGER:
            number = f"try_cast(split_part({x}, '.', 1) AS SMALLINT)"
            shape = f"regexp_full_match({x}, '[0-9]{{1,4}}(\\.0+)?')"
            return f"CASE WHEN {shape} AND {number} BETWEEN {column.low} AND {column.high} THEN {number} END"
        case Kind.CODE:
            said = [*((c.lower(), text(c)) for c in column.codes), *((a.lower(), text(c)) for a, c in column.aliases)]
            return f"CASE lower({x}){_cases(said)} END"
        case Kind.OFFENCE:
            return f"CASE WHEN length({x}) <= 60 AND NOT {_control(x)} THEN {offence_sql(x)} END"
        case Kind.IDENTIFIER | Kind.TEXT:
            return f"CASE WHEN length({x}) <= {_LONGEST[column.kind]} AND NOT {_control(x)} THEN {x} END"


def _control(x: str) -> str:
    return f"regexp_matches({x}, '[\\x00-\\x1f\\x7f]')"


def kind_of(x: str) -> str:
    """SQL for the kind of a text, never the text."""
    size = f"CAST(length({x}) AS VARCHAR)"
    return (
        f"CASE WHEN {x} IS NULL THEN 'nothing' "
        f"WHEN regexp_full_match({x}, '[+-]?[0-9]+') THEN 'a whole number of ' || {size} || ' characters' "
        f"WHEN regexp_full_match({x}, '[+-]?[0-9]*[.,][0-9]+([eE][+-]?[0-9]+)?') THEN 'a decimal number' "
        f"WHEN regexp_full_match({x}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN 'a date that is not in the range' "
        f"WHEN regexp_full_match({x}, '[0-9]{{1,4}}[/.-][0-9]{{1,2}}[/.-][0-9]{{1,4}}([T ].*)?') "
        "THEN 'a date in another form' "
        f"WHEN {_control(x)} THEN 'text of ' || {size} || ' characters with control characters' "
        f"ELSE 'text of ' || {size} || ' characters' END"
    )


def fault(column: Column, cell: str, value: str) -> str:
    """SQL for one cell's fault as ``column PART rule PART kind``; NULL where there is none."""
    x = trimmed(cell)
    rule = {Kind.CODE: "unknown_code"}.get(column.kind, f"not_{column.kind.name.lower()}")
    said = f"{text(column.name + PART + rule + PART)} || {kind_of(x)}"
    bad = f"WHEN {x} IS NOT NULL AND {value} IS NULL THEN {said}"
    empty = f" WHEN {x} IS NULL THEN {text(column.name + PART + 'empty' + PART + 'nothing')}" if column.required else ""
    return f"CASE {bad}{empty} END"


def may_be_bad(column: Column, cell: str, value: str) -> str:
    """SQL condition without which :func:`fault` is NULL; it is cheap, and true of nearly no cell."""
    return f"{value} IS NULL" if column.required else f"({value} IS NULL AND {cell} IS NOT NULL)"

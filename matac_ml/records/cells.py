"""A cell of text to a typed value, in SQL; and the kind of a value, in words that give nothing away."""

from collections.abc import Iterable

from matac_ml.identifiers import ERROR, LOST, NO_VALUE, SIGNS
from matac_ml.vocabulary import Column, Kind
from matac_ml.written import hidden_class

TRUE, FALSE = ("true", "t", "yes", "y", "1", "1.0"), ("false", "f", "no", "n", "0", "0.0")
FIRST_DAY, LAST_DAY = "1900-01-01", "2199-12-31"
_LONGEST = {Kind.IDENTIFIER: 80, Kind.TEXT: 200}
_USUAL = {
    # A number, a number that begins with letters, or a long key: no word, date or decimal number has these forms.
    Kind.IDENTIFIER: "[0-9]+|[A-Za-z][A-Za-z0-9_:/.-]*[0-9]|[0-9A-Za-z-]{16,}",
    Kind.TEXT: "[A-Za-z0-9_:/.-]([A-Za-z0-9_:/. -]*[A-Za-z0-9_:/.-])?",
}
#: A text that begins with this sign stands for a value that is none; what came follows it. No file holds it in a cell.
NONE = "\x00"
#: A clock time, and a time zone as hours from Greenwich, behind a date.
_TIME = "[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?"
_ZONE = " ?([Zz]|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)"
#: What a spreadsheet or data frame makes of a number: 17.0.
_WHOLE = "-?(0|[1-9][0-9]{0,14})[.]0+"
_DATE = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({_TIME}({_ZONE})?)?"
_MONTH = "(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*"
#: A date in any of the forms that a spreadsheet makes of a code or number; in capitals, perhaps with _ for a blank.
A_DATE = (
    "[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}([T_ ].*)?|[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{2}|[0-9]{4})([T_ ].*)?|"
    f"[0-9]{{1,4}}[-/._ ]{_MONTH}([-/._ ][0-9]{{2,4}})?([T_ ].*)?|{_MONTH}[-/._ ][0-9]{{1,4}}"
)


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
            usual = _USUAL[column.kind]
            return (
                f"CASE WHEN length({x}) <= {_LONGEST[column.kind]} AND regexp_full_match({x}, '{usual}') THEN {x} END"
            )


def typed(column: Column, x: str) -> str:
    """SQL for the typed value of a trimmed text; NULL where it cannot be one."""
    match column.kind:
        case Kind.DATE:
            return _date(x)
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
            return f"CASE WHEN length({x}) <= 60 AND NOT {_hidden(x)} THEN {offence_sql(x)} END"
        case Kind.IDENTIFIER:
            return _identifier(x)
        case Kind.TEXT:
            # Areas that look the same are one: an accent may be a character of its own, or part of its letter.
            seen = f"length({x}) <= {_LONGEST[column.kind]} AND NOT {_hidden(x)}"
            return f"CASE WHEN {seen} THEN nfc_normalize({x}) END"


def _date(x: str) -> str:
    """A day, or the day of a time. A time with a zone is the day it was in the zone of the connection's setting."""
    day = f"try_cast(left({x}, 10) AS DATE)"
    moment = rf"regexp_replace({x}, '^(.{{10}}).([0-9:]+)([.,][0-9]+)? ?(.*)$', '\1 \2\4')"
    there = f"CAST(try_cast(upper({moment}) AS TIMESTAMPTZ) AS DATE)"
    found = (
        f"CASE WHEN length({x}) = 10 OR regexp_full_match({x}, '.{{10}}{_TIME}') THEN {day} "
        f"WHEN regexp_full_match({x}, '.{{10}}{_TIME}{_ZONE}') THEN {there} END"
    )
    shape = f"{x}[5] = '-' AND {x}[8] = '-' AND length({x}) >= 10"
    return f"CASE WHEN {shape} AND {found} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN {found} END"


def _identifier(x: str) -> str:
    """One person's key whatever type a program gave it: 1.0 is 1, and 01 is another; what is no key is NULL."""
    bad = f"{_hidden(x)} OR {x} <> nfc_normalize({x}) OR {_no_identifier(x)}"
    return (
        f"CASE WHEN length({x}) > {_LONGEST[Kind.IDENTIFIER]} THEN NULL "
        f"WHEN regexp_full_match({x}, '{_WHOLE}') THEN split_part({x}, '.', 1) WHEN NOT ({bad}) THEN {x} END"
    )


def _no_identifier(x: str) -> str:
    return f"regexp_full_match({x}, '{LOST}|{_DATE}|{ERROR}|\\\\N') OR {is_word(x, NO_VALUE)}"


def is_word(x: str, words: str) -> str:
    """SQL condition: without signs, spaces and case the text is one of these words."""
    return f"regexp_full_match(lower(regexp_replace({x}, '{SIGNS}', '', 'g')), '{words}')"


def _hidden(x: str) -> str:
    return f"regexp_matches({x}, '[{hidden_class()}]')"


def _control(x: str) -> str:
    return f"regexp_matches({x}, '[\\x00-\\x1f\\x7f]')"


def kind_of(column: Column, x: str) -> str:
    """SQL for the kind of a text, never the text."""
    size = f"CAST(length({x}) AS VARCHAR)"
    return (
        f"CASE WHEN {x} IS NULL THEN 'nothing' WHEN {x}[1] = chr(0) THEN substr({x}, 2) "
        f"{_kind_of_identifier(x) if column.kind is Kind.IDENTIFIER else ''}"
        f"WHEN regexp_full_match({x}, '[+-]?[0-9]+') THEN 'a whole number of ' || {size} || ' characters' "
        f"WHEN regexp_full_match({x}, '[+-]?[0-9]*[.,][0-9]+([eE][+-]?[0-9]+)?') THEN 'a decimal number' "
        f"WHEN regexp_full_match({x}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN 'a date that is not in the range' "
        f"WHEN regexp_full_match({x}, '[0-9]{{1,4}}[/.-][0-9]{{1,2}}[/.-][0-9]{{1,4}}([T ].*)?') "
        "THEN 'a date in another form' "
        f"WHEN {_control(x)} THEN 'text of ' || {size} || ' characters with control characters' "
        f"WHEN {_hidden(x)} THEN 'text of ' || {size} || ' characters with characters that cannot be seen' "
        f"ELSE 'text of ' || {size} || ' characters' END"
    )


def _kind_of_identifier(x: str) -> str:
    return (
        f"WHEN regexp_full_match({x}, '{LOST}') THEN 'a number whose last digits a program dropped' "
        f"WHEN regexp_full_match({x}, '{_DATE}') THEN 'a date' "
        f"WHEN {_no_identifier(x)} THEN 'a word that a program writes where there is no value' "
        f"WHEN {x} <> nfc_normalize({x}) THEN 'text with letters and accents as separate characters' "
    )


def flaw(column: Column, cell: str, value: str) -> str:
    """SQL for what is wrong with a cell: 0 nothing, 1 not what its column says, 2 empty and needed."""
    x = trimmed(cell)
    empty = f" WHEN {x} IS NULL THEN 2" if column.required else ""
    return f"CASE WHEN {x} IS NOT NULL AND {value} IS NULL THEN 1{empty} ELSE 0 END"


def rule_of(column: Column, flaw: int) -> str:
    """Name of the rule that a flaw breaks."""
    return "empty" if flaw == 2 else {Kind.CODE: "unknown_code"}.get(column.kind, f"not_{column.kind.name.lower()}")


def may_be_bad(column: Column, cell: str, value: str) -> str:
    """SQL condition without which :func:`flaw` is 0; it is cheap, and true of nearly no cell."""
    return f"{value} IS NULL" if column.required else f"({value} IS NULL AND {cell} IS NOT NULL)"

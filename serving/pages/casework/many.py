"""Forms that decide about many people: one row each, whose fields are named by what is done and the row's number."""

from collections.abc import Iterator, Sequence

from serving.pages.forms import Form

#: Rows of one form at most.
MOST_ROWS = 60


def field_of(act: str, name: str, row: int) -> str:
    """The name of a field of a row.

    Examples
    --------
    >>> field_of("settle", "why", 3), field_of("", "why", 3)
    ('settle-why-3', 'why-3')
    """
    return f"{act}-{name}-{row}".removeprefix("-")


def rows_sent(form: Form, act: str) -> Iterator[tuple[int, str]]:
    """Number and person of every row that a form holds."""
    for row in range(MOST_ROWS):
        if who := form.get(field_of(act, "who", row), ""):
            yield row, who


def moved(form: Form, faults: dict[str, str], act: str, people: Sequence[str]) -> tuple[Form, dict[str, str]]:
    """What was typed and what is wrong with it, with the numbers that the people's rows have on the page now.

    Rows that were recorded are gone from the page; a fault about a person whose row is gone stands without a link.
    """
    now = {person: place for place, person in enumerate(people)}
    was = {row: now.get(who) for row, who in rows_sent(form, act)}
    start = f"{act}-".removeprefix("-")

    def renamed(name: str) -> str:
        stem, _, row = name.rpartition("-")
        if not (name.startswith(start) and row.isdecimal() and int(row) in was):
            return name
        place = was[int(row)]
        return "" if place is None else f"{stem}-{place}"

    return {renamed(name): value for name, value in form.items()}, {
        renamed(name): said for name, said in faults.items()
    }

"""A person's age in full years: one rule, in Python and in SQL."""

from datetime import date


def full_years(born: date, day: date) -> int:
    """Return the age in full years on a day; below 0 before the birth.

    A year is full on the birthday. Somebody born on 29 February has the birthday on 1 March in years without one.

    Examples
    --------
    >>> full_years(date(2000, 2, 29), date(2025, 2, 28)), full_years(date(2000, 2, 29), date(2025, 3, 1))
    (24, 25)
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def full_years_sql(born: str, day: str) -> str:
    """Return :func:`full_years` as an expression of DuckDB; NULL where either day is.

    DuckDB's own ``date_sub('year', ...)`` counts a year as full on 28 February for somebody born on the 29th.

    Parameters
    ----------
    born, day : str
        Expressions of type DATE.
    """
    before_birthday = f"month({day}) * 100 + day({day}) < month({born}) * 100 + day({born})"
    return f"(year({day}) - year({born}) - CAST({before_birthday} AS INTEGER))"

"""Addresses of databases: one place where the path of a SQLite file becomes an address, whatever its name holds."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url

SQLITE = "sqlite:///"


def sqlite_url(path: Path) -> str:
    """Return the address of a SQLite file for libraries that take an address.

    Blanks, ``%``, ``?``, ``#`` and everything else that means something in an address is quoted.

    Examples
    --------
    >>> sqlite_url(Path("/runs/march/mlflow.db"))
    'sqlite:////runs/march/mlflow.db'
    >>> sqlite_url(Path("/runs/50% done?/mlflow.db"))
    'sqlite+pysqlite:////runs/50%25 done%3F/mlflow.db'
    """
    # MLflow makes the folder of an address that begins with sqlite:/// as it is written, quoted or not: where quoting
    # changes the path, the driver is named, and MLflow leaves folders alone.
    whole = str(path.absolute())
    plain = URL.create("sqlite", database=whole).render_as_string(hide_password=False)
    if plain == SQLITE + whole:
        return plain
    return URL.create("sqlite+pysqlite", database=whole).render_as_string(hide_password=False)


def address_of(text: str) -> URL:
    """Read an address that a person wrote.

    After ``sqlite:///`` comes the path of a file, exactly as the file system knows it: nothing in it is decoded, and
    ``?`` and ``#`` are parts of the name. Every other address is an ordinary one.

    Raises
    ------
    sqlalchemy.exc.ArgumentError
        When it is no address.

    Examples
    --------
    >>> address_of("sqlite:///Run%20March/ledger.db").database
    'Run%20March/ledger.db'
    """
    if text.startswith(SQLITE):
        return URL.create("sqlite", database=text.removeprefix(SQLITE))
    return make_url(text)

"""Rows of a database by its address: streamed, in one transaction that sees one moment and may write nothing."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from matac_ml.database import address_of
from matac_ml.records.importing.batches import ROWS_AT_ONCE, Batch, Wanted, columns_of
from matac_ml.records.importing.storedrows import text_of


class Databases(ExitStack):
    """One connection for each address, opened when it is first asked for and kept until every source is read."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__()
        self._environ = environ
        self._connections: dict[str, sa.Connection] = {}

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Rows of a table or query, numbered from 1 in the order in which the database gives them."""
        name = wanted.entry.database
        if not self._environ.get(name):
            came = "no such variable; set it to the address, such as postgresql+psycopg://user:password@host/database"
            raise wanted.fault("no_address", f"the environment variable {name} must hold the database's address", came)
        try:
            connection = self._connection(name)
            found = connection.exec_driver_sql(_query(connection, wanted))
            places, at = wanted.places([*found.keys()]), 1
            for rows in found.partitions(ROWS_AT_ONCE):
                yield range(at, at + len(rows)), columns_of([[text_of(cell) for cell in row] for row in rows], places)
                at += len(rows)
        except (SQLAlchemyError, ModuleNotFoundError) as error:
            # The library's message can hold the address, and what stands in the rows.
            came = f"one that cannot be read ({type(error).__name__}); look at the address, the table and the query"
            raise wanted.fault("not_database", "there must be a database with this table or query", came) from None

    def _connection(self, name: str) -> sa.Connection:
        if name not in self._connections:
            engine = sa.create_engine(address_of(self._environ[name]))
            self.callback(engine.dispose)
            # Without no_parameters a percent sign in a query would be a placeholder.
            options: dict[str, Any] = {"stream_results": True, "yield_per": ROWS_AT_ONCE, "no_parameters": True}
            if engine.dialect.name == "postgresql":
                options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            self._connections[name] = self.enter_context(engine.connect().execution_options(**options))
        return self._connections[name]


def _query(connection: sa.Connection, wanted: Wanted) -> str:
    if wanted.entry.query:
        return wanted.entry.query
    quote = connection.dialect.identifier_preparer.quote_identifier
    return f"SELECT * FROM {'.'.join(map(quote, wanted.entry.table.split('.')))}"

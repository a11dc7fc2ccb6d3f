"""What the database itself refuses to change, and whether tables and triggers are still those that were made."""

import warnings
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.schema import CreateIndex, CreateTable

from matac_ml.casework.entry import GENESIS
from matac_ml.casework.store import CHAIN, PERSONAL, create_tables, lock, tables_of
from matac_ml.errors import LedgerError

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
#: The triggers of SQLite, by the version of the schema. ``REPLACE`` deletes rows without asking a trigger, so from
#: version 2 on a trigger looks at what is inserted: an entry comes after the last one, and replaces none.
_FIRST = {
    f"ledger_chain_no_{what.lower()}": f"CREATE TRIGGER ledger_chain_no_{what.lower()} BEFORE {what} ON ledger_chain "
    + _REFUSE
    for what in ("UPDATE", "DELETE")
}
_SECOND = _FIRST | {
    "ledger_chain_only_append": "CREATE TRIGGER ledger_chain_only_append BEFORE INSERT ON ledger_chain "
    "WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM ledger_chain) "
    "OR NEW.previous IS NOT coalesce((SELECT hash FROM ledger_chain ORDER BY number DESC LIMIT 1), "
    f"'{GENESIS}') OR EXISTS (SELECT 1 FROM ledger_chain WHERE hash = NEW.hash) {_REFUSE}",
}
_SQLITE = {0: _FIRST, 2: _SECOND}
_VERSION = 2

_BODY = " BEGIN RAISE EXCEPTION 'the ledger is append-only'; END "
_POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$",
    "CREATE OR REPLACE TRIGGER ledger_chain_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_chain "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()",
)
#: Name, bits of BEFORE, DELETE, UPDATE and TRUNCATE for a statement, no condition, no columns, the function's text.
_IN_POSTGRESQL = [("ledger_chain_no_change", 2 + 8 + 16 + 32, True, True, _BODY)]
_TRIGGERS_OF_POSTGRESQL = (
    "SELECT tgname, tgtype::int, tgqual IS NULL AND tgattr = ''::int2vector, tgenabled IN ('O', 'A'), prosrc "
    "FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal "
    "AND tgrelid IN (to_regclass('ledger_chain'), to_regclass('ledger_personal')) ORDER BY tgname"
)
#: Tables whose rows can be hidden from an account, or that show the rows of another table as theirs.
_HIDING_IN_POSTGRESQL = (
    "SELECT relname FROM pg_class WHERE (relrowsecurity OR relhassubclass) "
    "AND oid IN (to_regclass('ledger_chain'), to_regclass('ledger_personal')) ORDER BY relname"
)
_RULES_OF_POSTGRESQL = "SELECT rulename FROM pg_rules WHERE tablename IN ('ledger_chain', 'ledger_personal')"


def create(engine: Engine) -> None:
    """Make tables and triggers in an empty database, and the triggers that a ledger of an earlier version lacks.

    Triggers that were taken away from a ledger of this version are not put back: :meth:`Ledger.verify` says so, and
    :meth:`Ledger.restore_guards` puts them back on the record. Where nothing is to be made, the database is only read:
    an account that serves may neither make nor change a table.

    Raises
    ------
    LedgerError
        The database holds something else, or part of a ledger.
    """
    with engine.begin() as connection:
        if _is_made(connection):
            return
    with engine.execution_options(writes=True).begin() as connection:
        lock(connection)
        if _is_made(connection):
            return
        if not tables_of(connection):
            create_tables(connection)
        make_guards(connection)


def check_there(engine: Engine) -> None:
    """Refuse a database without a ledger; LedgerError."""
    with engine.begin() as connection:
        if len(tables_of(connection)) < 2:
            raise LedgerError(
                "There is no ledger at this address: its tables are missing. Check the address; nothing was made."
            )


def make_guards(connection: Connection) -> None:
    """Make the triggers anew, and take away any other of these two tables; let each index hold every row."""
    if connection.dialect.name == "postgresql":
        for statement in _POSTGRESQL:
            connection.exec_driver_sql(statement)
        return
    for name in _triggers(connection):
        connection.exec_driver_sql('DROP TRIGGER "{}"'.format(name.replace('"', '""')))
    for statement in (*_SECOND.values(), *(f"REINDEX {table.name}" for table in (CHAIN, PERSONAL))):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version={_VERSION}")


def faults_of(connection: Connection) -> list[str]:
    """Return what of tables and triggers is not as it was made."""
    standing = tables_of(connection)
    faults = [f"the table {table.name} is missing" for table in (CHAIN, PERSONAL) if table.name not in standing]
    if faults:
        return faults
    faults = [fault for table in (CHAIN, PERSONAL) for fault in _faults_of_table(connection, table)]
    if connection.dialect.name == "postgresql":
        if [tuple(row) for row in connection.exec_driver_sql(_TRIGGERS_OF_POSTGRESQL)] != _IN_POSTGRESQL:
            faults.append("the trigger that refuses changes is missing, switched off or replaced")
        if connection.exec_driver_sql(_RULES_OF_POSTGRESQL).first():
            faults.append("a rule was added to a table")
        hiding = connection.exec_driver_sql(_HIDING_IN_POSTGRESQL).scalars()
        return faults + [f"the table {name} hides rows, or shows those of another table" for name in hiding]
    if not faults:
        faults = _faults_of_texts(connection) or _faults_of_indexes(connection)
    wanted, found = _SQLITE.get(_version(connection), _SECOND), _triggers(connection)
    faults += [f"the trigger {name} is missing" for name in wanted if name not in found]
    faults += [f"the trigger {name} was altered" for name in wanted if found.get(name, wanted[name]) != wanted[name]]
    strange = sum(name not in wanted for name in found)
    return faults + ([f"{strange} triggers were added"] if strange else [])


def _is_made(connection: Connection) -> bool:
    standing = tables_of(connection)
    if len(standing) == 1:
        raise LedgerError("The database holds one table of a ledger and lacks the other: restore it from a backup.")
    if connection.dialect.name == "postgresql":
        return bool(standing)
    if standing:
        return _version(connection) != 0 or _triggers(connection) != _FIRST
    if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar():
        raise LedgerError("The database at this address is not a ledger. Name another file.")
    return False


def _version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0)


def _triggers(connection: Connection) -> dict[str, str]:
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
        "AND lower(tbl_name) IN ('ledger_chain', 'ledger_personal')"
    )
    return {str(name): str(sql) for name, sql in connection.exec_driver_sql(query)}


def _faults_of_texts(connection: Connection) -> list[str]:
    """What SQLite was told when tables and indexes were made says more than their columns: collations, defaults."""
    made: list[Any] = [CreateTable(table) for table in (CHAIN, PERSONAL)]
    made += [CreateIndex(index) for table in (CHAIN, PERSONAL) for index in table.indexes]
    wanted = {
        str(statement.element.name): _plain(str(statement.compile(dialect=connection.dialect))) for statement in made
    }
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL "
        "AND lower(tbl_name) IN ('ledger_chain', 'ledger_personal')"
    )
    found = {str(name): _plain(str(sql)) for name, sql in connection.exec_driver_sql(query)}
    faults = [f"{name} is not as it was made" for name, text in wanted.items() if found.get(name) != text]
    strange = len(found.keys() - wanted.keys())
    return faults + ([f"{strange} indexes were added"] if strange else [])


def _plain(sql: str) -> str:
    return " ".join(sql.replace('"', "").split())


def _faults_of_indexes(connection: Connection) -> list[str]:
    """Whether each index of SQLite holds every row: what it does not hold, nobody finds and no erasure reaches."""
    faults = []
    for index in PERSONAL.indexes:
        (column,) = index.columns
        rows = f"SELECT number, {column.name} FROM {PERSONAL.name}"
        there, indexed = f"{rows} NOT INDEXED", f"{rows} INDEXED BY {index.name}"
        for these, other in ((there, indexed), (indexed, there)):
            if connection.exec_driver_sql(f"{these} EXCEPT {other} LIMIT 1").first():
                faults.append(f"the index {index.name} does not hold the rows of its table")
                break
    return faults


def _faults_of_table(connection: Connection, table: sa.Table) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # an index of an expression is described only in part
        return _differences(connection, table)


def _differences(connection: Connection, table: sa.Table) -> list[str]:
    found: Any = sa.inspect(connection)
    dialect = connection.dialect
    wanted = {
        "columns": [(column.name, column.type.compile(dialect), column.nullable) for column in table.columns],
        "primary key": [column.name for column in table.primary_key],
        "unique columns": sorted([column.name] for column in table.columns if column.unique),
        "other indexes": sorted([column.name] for column in table.columns if column.index),
        "conditions": 0,
    }
    columns = found.get_columns(table.name)
    standing = {
        "columns": [(column["name"], column["type"].compile(dialect), column["nullable"]) for column in columns],
        "primary key": found.get_pk_constraint(table.name)["constrained_columns"],
        "unique columns": sorted(constraint["column_names"] for constraint in found.get_unique_constraints(table.name)),
        "other indexes": sorted(
            index["column_names"]
            for index in found.get_indexes(table.name)
            if "duplicates_constraint" not in index and None not in index["column_names"]
        ),
        "conditions": len(found.get_check_constraints(table.name)),
    }
    return [f"the {what} of the table {table.name} were altered" for what in wanted if wanted[what] != standing[what]]

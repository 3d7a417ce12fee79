"""The schema of a database as plain values, so that two of them can be compared."""

import re
from typing import Any

from sqlalchemy import Connection, Engine, Inspector, inspect

Fingerprint = dict[str, Any]
"""By ``table kind name``: what the database says of it."""

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}


def plain(expression: object) -> str | None:
    """White space says nothing."""
    if expression is None:
        return None
    return re.sub(r"\s+", " ", str(expression)).strip()


def fingerprint(engine: Engine, *, triggers: bool = True) -> Fingerprint:
    with engine.connect().execution_options(reads_only=True) as connection:
        return of_connection(connection, triggers=triggers)


def of_connection(connection: Connection, *, triggers: bool) -> Fingerprint:
    inspector = inspect(connection)
    found: Fingerprint = {}
    for table in inspector.get_table_names():
        if table != "alembic_version":
            found |= of_table(inspector, connection, table)
    if triggers:
        for name, definition in connection.exec_driver_sql(TRIGGERS[connection.dialect.name]):
            found[f"trigger {name}"] = plain(definition)
    return found


def of_table(inspector: Inspector, connection: Connection, table: str) -> Fingerprint:
    found: Fingerprint = {f"{table} key": inspector.get_pk_constraint(table)}
    for column in inspector.get_columns(table):
        kind = column["type"].compile(connection.dialect)
        found[f"{table} column {column['name']}"] = (
            kind,
            column["nullable"],
            plain(column["default"]),
        )
    for check in inspector.get_check_constraints(table):
        found[f"{table} check {check['name']}"] = plain(check["sqltext"])
    for unique in inspector.get_unique_constraints(table):
        found[f"{table} unique {unique['name']}"] = unique["column_names"]
    for key in inspector.get_foreign_keys(table):
        found[f"{table} reference {key['constrained_columns']}"] = {
            part: key.get(part)
            for part in ("name", "referred_table", "referred_columns", "options")
        }
    for index in inspector.get_indexes(table):
        options = {name: plain(value) for name, value in index["dialect_options"].items()}
        found[f"{table} index {index['name']}"] = (
            index["column_names"],
            index.get("expressions"),
            bool(index["unique"]),
            options,
        )
    return found

"""Opening the database: where it lies, who may read it, and its schema brought up to date."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from faceglide.errors import BadInput
from faceglide.records.tables import Table
from faceglide.settings import Settings

HEAD = "0001"
"""The newest migration; a test compares it with the migrations themselves."""
APPLICATION_ID = 0x4647_4C44
"""Written into SQLite's header ("FGLD"), so that another program's file is not taken for ours."""
BUSY_MS = 15_000
"""How long a writer waits for another one."""
MIGRATION_LOCK = 0x4647
"""PostgreSQL advisory lock held while migrating."""


def open_engine(settings: Settings) -> Engine:
    """The database that `settings` names, created and migrated as needed.

    Raises:
        BadInput: It cannot be opened, is damaged, is not ours or is from a newer Faceglide.
    """
    engine = connect(database_address(settings))
    try:
        with failures_named(engine):
            migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def database_address(settings: Settings) -> str:
    """The address with the driver we use."""
    address = settings.database_url
    for scheme in ("postgres://", "postgresql://"):
        if address.startswith(scheme):
            return "postgresql+psycopg://" + address.removeprefix(scheme)
    return address


def connect(address: str) -> Engine:
    """An engine for `address`, with SQLite set up for several writers and for real deletion.

    Raises:
        BadInput: When the address is not one, or its driver is not installed.
    """
    expected = "an address such as sqlite:////home/me/faceglide.sqlite3 or postgresql://host/name"
    try:
        url = make_url(address)
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise BadInput("FACEGLIDE_DATABASE_URL", f"{url.get_backend_name()!r}", expected)
        # No answer may stand in an error message that ends up in a log.
        engine = create_engine(
            url, json_serializer=partial(json.dumps, allow_nan=False), hide_parameters=True
        )
    except (ArgumentError, ValueError) as error:
        raise BadInput("FACEGLIDE_DATABASE_URL", "not a database address", expected) from error
    except ModuleNotFoundError as error:
        raise BadInput(
            "FACEGLIDE_DATABASE_URL", f"{error.name} is not installed", "the extra `postgres`"
        ) from error
    if engine.dialect.name == "sqlite":
        path = sqlite_path(engine)
        if path:
            _make_private(path)
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def sqlite_path(engine: Engine) -> Path | None:
    """The database file; None when there is none."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return None
    return Path(name)


def _make_private(path: Path) -> None:
    """Make the folder and file for the owner's eyes only (SQLite's side files follow the file)."""
    try:
        if not path.parent.exists():  # another process may make it meanwhile
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as error:
        fault = (error.strerror or str(error)).lower()
        raise BadInput(str(path), fault, "a place that can be written to") from error


def _on_connect(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver: DDL rolls back too.
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that turns into one could be refused half-way.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def migrate(engine: Engine) -> None:
    """Bring the schema up to date; one process at a time, all of it or nothing.

    Raises:
        BadInput: Not our database, or one from a newer Faceglide.
    """
    with engine.connect() as connection:
        if _version(connection, engine) == HEAD:
            return
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        if _version(connection, engine) == HEAD:
            return
        _upgrade(connection)
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _version(connection: Connection, engine: Engine) -> str | None:
    """The schema's version, None for an empty database."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise BadInput(place(engine), "holds another program's tables", "a database of ours")
        return None
    version: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    if version is not None and not (version.isdigit() and int(version) <= int(HEAD)):
        raise BadInput(
            place(engine), f"was written by a newer Faceglide (schema {version})", f"schema {HEAD}"
        )
    return version


def place(engine: Engine) -> str:
    """Where the database is, for an error: the file, or the address without its password."""
    path = sqlite_path(engine)
    return str(path) if path else engine.url.render_as_string(hide_password=True)


@contextmanager
def failures_named(engine: Engine) -> Iterator[None]:
    """Turn a database that cannot be read or reached into one clear line.

    Raises:
        BadInput: Damaged, not a database, unreachable, full or read-only.
    """
    try:
        yield
    except DatabaseError as error:
        fault = _fault(error.orig)
        if fault is None:
            raise
        expected = "a database that can be read; `faceglide restore` brings back a backup"
        if engine.dialect.name == "postgresql":
            expected = "a server that answers"
        raise BadInput(place(engine), fault, expected) from error


_SQLITE_FAULTS = {
    "file is not a database": "is not a database",
    "malformed": "is damaged",
    "unable to open": "cannot be opened",
    "readonly": "is read-only",
    "disk is full": "the disk is full",
    "database is locked": "is in use by another program",
    "disk i/o": "cannot be read or written",
}


def _fault(original: Any) -> str | None:
    message = str(original).lower()
    for sign, fault in _SQLITE_FAULTS.items():
        if sign in message:
            return fault
    if isinstance(original, sqlite3.Error):
        return None
    return "cannot be reached" if _is_connection_error(original) else None


def _is_connection_error(original: Any) -> bool:
    return type(original).__name__ in ("OperationalError", "ConnectionTimeout")


def sweep(engine: Engine) -> None:
    """Take what was deleted out of the files as well."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM")
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as outside:
        for table in Table.metadata.sorted_tables:
            outside.execute(text(f"VACUUM FULL {table.name}"))

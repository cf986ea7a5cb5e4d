"""Backups: one file that is consistent by itself, and back from it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from faceglide.errors import BadInput
from faceglide.records.database import (
    APPLICATION_ID,
    BUSY_MS,
    connect,
    database_address,
    failures_named,
    migrate,
    open_engine,
    sqlite_path,
)
from faceglide.settings import Settings

EXPECTED = "a backup made by `faceglide backup`"


def backup(settings: Settings, target: Path) -> None:
    """Write a snapshot of the records, while they are in use or not.

    Args:
        settings: Which records.
        target: The file to write; replaced only when the snapshot is whole.

    Raises:
        BadInput: The records or the target cannot be used.
    """
    live = _live(settings)
    _apart(target, live)
    open_engine(settings).dispose()
    with _beside(target) as partial:
        with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(partial)) as copy:
            source.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        _check(partial, partial)
        partial.replace(target)


def restore(settings: Settings, source: Path) -> None:
    """Replace the records by a backup, once it is known to be whole.

    The backup is checked and brought up to date as a copy; then the copy takes the records' place
    in one transaction, so that an interruption leaves the old ones.

    Args:
        settings: Which records to replace.
        source: The backup.

    Raises:
        BadInput: Not a backup, damaged, or from a newer Faceglide; nothing is changed then.
    """
    live = _live(settings)
    if not source.is_file():
        raise BadInput(str(source), "is a folder" if source.is_dir() else "no such file", EXPECTED)
    _apart(source, live)
    live.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _beside(live) as copy:
        _copy_checked(source, copy)
        engine = connect(f"sqlite:///{copy}")
        try:
            with failures_named(engine):
                migrate(engine)
        except BadInput as error:
            raise BadInput(str(source), error.fault, error.expected) from error
        finally:
            engine.dispose()
        _take_place(copy, live)


def _live(settings: Settings) -> Path:
    address = database_address(settings)
    path = sqlite_path(connect(address)) if address.startswith("sqlite") else None
    if path is None:
        raise BadInput(
            "FACEGLIDE_DATABASE_URL",
            "not an SQLite file",
            "one; on PostgreSQL use pg_dump, or `faceglide export`",
        )
    return path


def _apart(file: Path, live: Path) -> None:
    """Refuse the records themselves: without SQLite's side files they are not whole."""
    if file.resolve() == live.resolve():
        raise BadInput(str(file), "is where the records themselves are kept", "another file")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A private temporary file beside `target`, gone afterwards unless it was renamed."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        fault = (error.strerror or str(error)).lower()
        raise BadInput(str(target), fault, "a folder that can be written to") from error
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
    except (OSError, sqlite3.Error) as error:
        raise BadInput(
            str(target), f"cannot be written ({error})", "room and permission"
        ) from error
    finally:
        for leftover in (partial, Path(f"{name}-wal"), Path(f"{name}-shm")):
            with suppress(OSError):
                leftover.unlink()


def _copy_checked(source: Path, copy: Path) -> None:
    copy.write_bytes(source.read_bytes())
    _check(copy, source)


def _check(file: Path, name: Path) -> None:
    """Refuse what is not a whole database of ours."""
    try:
        with closing(sqlite3.connect(file)) as database:
            application = database.execute("PRAGMA application_id").fetchone()[0]
            state = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise BadInput(str(name), "is damaged or not a backup", EXPECTED) from error
    if application != APPLICATION_ID:
        raise BadInput(str(name), "is not a backup of ours", EXPECTED)
    if state != "ok":
        raise BadInput(str(name), "is damaged", EXPECTED)


def _take_place(copy: Path, live: Path) -> None:
    """Put the checked copy where the records are, whoever has them open."""
    try:
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(live)) as target:
            target.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            target.execute("PRAGMA journal_mode=WAL")
            source.backup(target)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        # The old file is beyond SQLite: nothing can have it open, so it is replaced as a file.
        for side in ("-wal", "-shm"):
            Path(f"{live}{side}").unlink(missing_ok=True)
        copy.replace(live)
    live.chmod(0o600)

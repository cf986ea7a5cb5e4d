"""The files themselves: private, erasable, backed up whole or not at all."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from faceglide import records
from faceglide.errors import BadInput
from faceglide.records import backup, open_store, restore
from faceglide.records.database import HEAD, connect, database_address
from faceglide.records.tables import Table
from faceglide.settings import Settings

from .conftest import fill


def live(settings: Settings) -> Path:
    return settings.data_dir / "faceglide.sqlite3"


def test_only_the_owner_may_read(settings: Settings) -> None:
    store = open_store(settings)
    fill(store)
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
    for file in settings.data_dir.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    store.close()


def test_migrations_make_the_tables_the_code_uses(any_settings: Settings) -> None:
    open_store(any_settings).close()
    engine = connect(database_address(any_settings))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_that_is_expected() -> None:
    config = Config()
    config.set_main_option("path_separator", "os")
    folder = Path(records.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_erased_words_are_in_no_file(settings: Settings) -> None:
    store = open_store(settings)
    fill(store)
    store.set_preference("secret", "Zebrafink-17")
    with closing(sqlite3.connect(live(settings))) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"Zebrafink-17" in live(settings).read_bytes()
    store.erase()
    for file in settings.data_dir.iterdir():
        assert b"Zebrafink-17" not in file.read_bytes(), file.name
    assert store.export_all().people == ()
    store.close()


def test_a_backup_made_while_in_use_brings_everything_back(
    settings: Settings, tmp_path: Path
) -> None:
    store = open_store(settings)
    fill(store)
    before = store.export_all().people
    copy = tmp_path / "copy.sqlite3"
    backup(settings, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*copy.sqlite3?*"))
    store.erase()
    restore(settings, copy)
    assert store.export_all().people == before  # the store that was open sees it too
    store.close()


@pytest.mark.parametrize("damage", ["truncated", "scrambled", "empty", "text", "another"])
def test_a_damaged_backup_changes_nothing(settings: Settings, tmp_path: Path, damage: str) -> None:
    store = open_store(settings)
    fill(store)
    before = store.export_all().people
    copy = tmp_path / "copy.sqlite3"
    backup(settings, copy)
    whole = copy.read_bytes()
    if damage == "another":
        copy.unlink()
        with closing(sqlite3.connect(copy)) as other:
            other.execute("CREATE TABLE recipes (name TEXT)")
    else:
        middle = len(whole) // 2
        copy.write_bytes(
            {
                "truncated": whole[:middle],
                "scrambled": whole[:5000] + bytes(4000) + whole[9000:],
                "empty": b"",
                "text": b"Not a database at all." * 50,
            }[damage]
        )
    with pytest.raises(BadInput) as refused:
        restore(settings, copy)
    assert refused.value.place == str(copy)
    assert store.export_all().people == before
    assert {f.name.partition("-")[0] for f in settings.data_dir.iterdir()} == {"faceglide.sqlite3"}
    store.close()


def test_a_backup_from_a_newer_version_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    store = open_store(settings)
    fill(store)
    copy = tmp_path / "copy.sqlite3"
    backup(settings, copy)
    with closing(sqlite3.connect(copy)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(BadInput, match="newer"):
        restore(settings, copy)
    assert store.sessions()
    store.close()


def test_a_backup_replaces_records_that_are_beyond_reading(
    settings: Settings, tmp_path: Path
) -> None:
    store = open_store(settings)
    fill(store)
    before = store.export_all().people
    copy = tmp_path / "copy.sqlite3"
    backup(settings, copy)
    store.close()
    live(settings).write_bytes(b"spilled oil " * 2000)
    with pytest.raises(BadInput, match="is not a database"):
        open_store(settings)
    restore(settings, copy)
    again = open_store(settings)
    assert again.export_all().people == before
    again.close()


def test_a_missing_backup_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        restore(settings, tmp_path / "nowhere")
    with pytest.raises(BadInput, match="is a folder"):
        restore(settings, tmp_path)


def test_the_records_are_no_backup_of_themselves(settings: Settings) -> None:
    store = open_store(settings)
    fill(store)
    before = store.export_all().people
    for verb in (backup, restore):
        with pytest.raises(BadInput, match="themselves"):
            verb(settings, live(settings))
    assert store.export_all().people == before
    store.close()


def test_a_backup_that_cannot_be_written_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        backup(settings, tmp_path / "nowhere" / "copy")
    assert not (tmp_path / "nowhere").exists()


def test_records_of_a_newer_version_are_left_alone(settings: Settings) -> None:
    open_store(settings).close()
    with closing(sqlite3.connect(live(settings))) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '0999'")
    before = live(settings).read_bytes()
    with pytest.raises(BadInput, match="newer Faceglide"):
        open_store(settings)
    assert live(settings).read_bytes() == before


def test_another_programs_database_is_left_alone(settings: Settings) -> None:
    settings.data_dir.mkdir()
    with closing(sqlite3.connect(live(settings))) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(BadInput, match="another program"):
        open_store(settings)


@pytest.mark.parametrize(
    "address", ["nonsense", "mysql://localhost/x", "sqlite:////proc/nowhere/x.db", "://"]
)
def test_an_address_that_leads_nowhere_is_one_clear_line(settings: Settings, address: str) -> None:
    with pytest.raises(BadInput):
        open_store(Settings(data_dir=settings.data_dir, database=address))


def test_a_server_that_does_not_answer_is_named_without_its_password(settings: Settings) -> None:
    address = "postgresql://me:hunter2@127.0.0.1:1/faces"
    with pytest.raises(BadInput) as refused:
        open_store(Settings(data_dir=settings.data_dir, database=address))
    assert "cannot be reached" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_backup_on_a_server_points_to_its_own_tools(settings: Settings, tmp_path: Path) -> None:
    remote = Settings(data_dir=settings.data_dir, database="postgresql://localhost/faces")
    with pytest.raises(BadInput, match="pg_dump"):
        backup(remote, tmp_path / "copy")

"""The migrations are the only truth about the schema; the program's tables must be the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from agent.store.engine import make_engine, writer
from agent.store.migrate import Schema, create, examine, upgrade
from agent.store.opening import open_store
from agent.store.schema import APPLICATION_ID, REVISION, metadata

ROOT = Path(__file__).parents[3]


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "agent.store:migrations")
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def test_newest_migration_is_the_one_the_program_expects() -> None:
    assert scripts().get_heads() == [REVISION]


def test_revisions_are_counted() -> None:
    found = [script.revision for script in scripts().walk_revisions()]
    assert found == [f"{number:04}" for number in range(len(found), 0, -1)]


def test_migrated_database_has_the_programs_tables(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "new.db")
    with writer(engine).begin() as connection:
        assert examine(connection) is Schema.EMPTY
        upgrade(connection)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert examine(connection) is Schema.CURRENT
        assert connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID
    engine.dispose()


def structure(connection: Connection) -> dict[str, object]:
    """Tables with their columns, keys and indexes, as SQLite understood them."""
    ask = connection.exec_driver_sql
    tables = [row[0] for row in ask("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    found: dict[str, object] = {"application_id": ask("PRAGMA application_id").scalar()}
    for table in tables:
        indexes = sorted(tuple(row[1:]) for row in ask(f"PRAGMA index_list({table})"))
        columns = {str(index[0]): [tuple(row) for row in ask(f"PRAGMA index_info({index[0]})")] for index in indexes}
        keys = [tuple(row) for row in ask(f"PRAGMA foreign_key_list({table})")]
        found[table] = [tuple(row) for row in ask(f"PRAGMA table_info({table})")], indexes, columns, keys
    found["revision"] = ask("SELECT version_num FROM alembic_version").scalar()
    return found


def test_new_database_is_what_all_migrations_make_of_an_empty_one(tmp_path: Path) -> None:
    found = []
    for make in (create, upgrade):
        engine = make_engine(tmp_path / f"{make.__name__}.db")
        with writer(engine).begin() as connection:
            make(connection)
        with engine.connect() as connection:
            assert examine(connection) is Schema.CURRENT
            found.append(structure(connection))
            with pytest.raises(IntegrityError):  # constraints are not in what SQLite tells of itself
                connection.exec_driver_sql("INSERT INTO calendar (id, mailbox) VALUES (2, 'x')")
        engine.dispose()
    assert found[0] == found[1]


def test_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "new.db", max_pages=8)
    with pytest.raises(Exception, match="full"), writer(engine).begin() as connection:
        upgrade(connection)
    with engine.connect() as connection:
        assert examine(connection) is Schema.EMPTY
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar() == 0
    engine.dispose()


@pytest.mark.parametrize("new", [True, False])
def test_alembic_is_imported_only_while_a_migration_is_due(tmp_path: Path, new: bool) -> None:
    if not new:
        open_store(tmp_path, "room@contoso.example").close()
    code = (
        "import sys; from pathlib import Path; from agent.store.opening import open_store\n"
        "store = open_store(Path(sys.argv[1]), 'room@contoso.example')\n"
        "print('alembic' in sys.modules, store.rebuilt)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False None"


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("secure_delete", 1),
    ],
)
def test_every_connection_has_the_settings_that_survive_a_power_cut(tmp_path: Path, pragma: str, value: object) -> None:
    engine = make_engine(tmp_path / "new.db")
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    engine.dispose()

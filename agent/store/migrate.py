"""Is the file's schema the program's? Answered without Alembic, which costs 15 MB and is needed once per upgrade."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine, inspect

from agent.errors import StoreError
from agent.store.engine import translated, writer
from agent.store.schema import APPLICATION_ID, REVISION, SERVABLE, metadata
from agent.system.logs import place_of

log = structlog.get_logger()

_VERSION_TABLE = (  # as Alembic makes it
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


class Schema(StrEnum):
    """What the file holds, compared with this program."""

    CURRENT = "current"
    EMPTY = "empty"  # a new file
    DUE = "due"  # of an older program
    NEWER = "newer"
    FOREIGN = "foreign"


def examine(connection: Connection) -> Schema:
    """Compare the file's mark and stored revision with ours."""
    if not inspect(connection).get_table_names():
        return Schema.EMPTY
    if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
        return Schema.FOREIGN
    if not inspect(connection).has_table("alembic_version"):
        return Schema.FOREIGN
    revision = _revision(connection)
    if not isinstance(revision, str) or not revision.isdigit() or len(revision) != len(REVISION):
        return Schema.FOREIGN
    if revision == REVISION:
        return Schema.CURRENT
    return Schema.DUE if revision < REVISION else Schema.NEWER


def is_servable(connection: Connection) -> bool:
    """Whether the tables of an older program hold a calendar that this one can serve."""
    return str(_revision(connection)) >= SERVABLE


def create(connection: Connection) -> None:
    """The program's schema in an empty file: what all migrations together make of it, as a test makes sure."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    metadata.create_all(connection)
    connection.exec_driver_sql(_VERSION_TABLE)
    connection.exec_driver_sql("INSERT INTO alembic_version (version_num) VALUES (?)", (REVISION,))


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to `revision`. All of it or nothing: the caller's transaction is the only one."""
    from alembic import command  # noqa: PLC0415  # only when a migration is due
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "agent.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def upgraded(engine: Engine, path: Path) -> str | None:
    """Bring the schema to the present one; the code of what went wrong, after which the file is as it was."""
    try:
        with translated(path), writer(engine).begin() as connection:
            upgrade(connection)
    except StoreError as error:
        return error.code
    except Exception as error:  # noqa: BLE001  a migration's own defect must not take the room's calendar away
        log.error("store.migration_failed", error=type(error).__name__, where=place_of(error))  # noqa: TRY400
        return "store.migration_failed"
    return None


def _revision(connection: Connection) -> object:
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()

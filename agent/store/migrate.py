"""Is the file's schema the program's? Answered without Alembic, which costs 15 MB and is needed once per upgrade."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection, inspect

from agent.store.schema import APPLICATION_ID, REVISION, metadata

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
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if not isinstance(revision, str) or not revision.isdigit() or len(revision) != len(REVISION):
        return Schema.FOREIGN
    if revision == REVISION:
        return Schema.CURRENT
    return Schema.DUE if revision < REVISION else Schema.NEWER


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

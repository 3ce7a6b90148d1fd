"""Reading the file of an agent that may not run: changes nothing, migrates nothing, takes no lock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, inspect, select
from sqlalchemy.pool import NullPool

from agent.errors import StoreError
from agent.model.history import Past
from agent.store.engine import translated
from agent.store.history import read_past
from agent.store.operations import load
from agent.store.schema import occurrence, outbox

MOST = 2_000
"""Occurrences, and as many operations, the newest."""
PUBLIC = frozenset({"provider", "provider_name", "reason"})
"""Of how a meeting is joined: what many rooms have in common."""


def read_left(path: Path, since: datetime, until: datetime) -> Past:
    """The history in the file. Raises StoreError."""
    with _opened(path) as connection:
        return read_past(connection, since, until)


def texts_left(path: Path) -> set[str]:
    """What the file holds of meetings that is nobody else's business: subjects, people, links, numbers; of what was
    booked here and of messages to organizers as well. Raises StoreError."""
    columns = (occurrence.c.subject, occurrence.c.organizer, occurrence.c.organizer_address)
    found: set[str] = set()
    with _opened(path) as connection:
        for *texts, outcome in connection.execute(select(*columns, occurrence.c.outcome).limit(MOST)):
            found.update(text for text in texts if text)
            found.update(_strings(json.loads(outcome)))
        found.update(_written(connection))
    return found


def _written(connection: Connection) -> Iterator[str]:
    """Titles, links and addresses of the outbox; nothing where an older program has left the file."""
    if not inspect(connection).has_table(outbox.name):
        return
    rows = select(outbox.c.payload).order_by(outbox.c.number.desc()).limit(MOST)
    for payload in map(load, connection.execute(rows).scalars()):
        booking, mail = payload.booking, payload.mail
        yield from filter(None, (booking.subject, booking.location) if booking else ())
        yield from (mail.to, mail.subject) if mail else ()


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    if not path.is_file():
        raise StoreError("store.unavailable", f"{path}: there is no such file")
    engine = create_engine(f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true", poolclass=NullPool)
    try:
        with translated(path), engine.connect() as connection:
            yield connection
    except (ValueError, TypeError) as error:  # a row that was altered
        raise StoreError("store.damaged", f"{path}: holds what cannot be read") from error
    finally:
        engine.dispose()


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for name, each in data.items():
            if name not in PUBLIC:
                yield from _strings(each)
    elif isinstance(data, list):
        for each in data:
            yield from _strings(each)

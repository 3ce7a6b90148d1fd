"""The opened file: who reads it, who writes it, and what becomes of it when the disk is full or fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from agent.errors import StoreError
from agent.store.engine import translated, writer

T = TypeVar("T")

CLOSE_WITHIN_S = 2.0
"""A disk that stalls must not keep the process from ending; the transaction is then as if power had failed."""


class Database:
    """Safe to use from several threads. Methods raise `StoreError`.

    `make_room` is asked when the disk is full: it frees some space, or has none and says False.
    """

    def __init__(self, engine: Engine, path: Path, make_room: Callable[[], bool] = lambda: False) -> None:
        self.path = path
        self._engine = engine
        self._make_room = make_room
        self._writing = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the file."""
        with self._using(), self._engine.connect() as connection:
            yield connection

    def write(self, act: Callable[[Connection], T]) -> T:
        """What `act` gives, in one transaction; on a full disk once more with the spare room."""
        try:
            return self.write_if_room(act)
        except StoreError as error:
            if error.code != "store.full" or not self._make_room():
                raise
        return self.write_if_room(act)

    def write_if_room(self, act: Callable[[Connection], T]) -> T:
        """The same for what is not worth the spare room."""
        with self._writing, self._using(), writer(self._engine).begin() as connection:
            return act(connection)

    def close(self) -> None:
        """Close it, when a transaction under way has ended. Harmless when called twice."""
        self._closed = True
        waited = self._writing.acquire(timeout=CLOSE_WITHIN_S)
        self._engine.dispose()
        if waited:
            self._writing.release()

    @contextmanager
    def _using(self) -> Iterator[None]:
        if self._closed:
            raise StoreError("store.closed", f"{self.path}: the database is closed")
        try:
            with translated(self.path):
                yield
        except StoreError as error:
            if error.code == "store.unavailable":
                self._engine.dispose()  # after an I/O error only new connections can be trusted
            raise

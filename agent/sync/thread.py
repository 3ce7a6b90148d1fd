"""One daemon thread for blocking calls. It may hang: nobody waits for it, not even the end of the process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class CallThread:
    """Runs calls one after the other, each in the same thread, and tells the event loop how they ended."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, call: Callable[[], T]) -> asyncio.Future[T]:
        """What the call will return or raise. Cancelling the future does not stop the call."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def run() -> None:
            try:
                result = call()
            except Exception as error:  # noqa: BLE001  # belongs to whoever awaits the future
                _tell(loop, _set_exception, future, error)
            else:
                _tell(loop, _set_result, future, result)

        self._calls.put(run)
        return future

    def close(self) -> None:
        """The thread ends after the present call. Harmless when called twice."""
        self._calls.put(None)
        self._thread = None

    def _work(self) -> None:
        while (run := self._calls.get()) is not None:
            run()


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[..., None], *arguments: object) -> None:
    with suppress(RuntimeError):  # the loop is closed: the process is ending
        loop.call_soon_threadsafe(what, *arguments)


def _set_result(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _set_exception(future: asyncio.Future[T], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)

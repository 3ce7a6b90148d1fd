"""What every source's round has in common: its requests are counted, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from agent.errors import SourceError
from agent.model.sync import Delta, SyncToken
from agent.sources.transport.adapter import Traffic

MakeDelta = Callable[..., Delta]


@contextmanager
def counted(traffic: Traffic) -> Iterator[MakeDelta]:
    """Gives a function that makes the round's `Delta` (token, then what `Delta` takes), with the requests made since
    and what else the traffic told. A `SourceError` on the way out is told its requests too.
    """
    before = traffic.requests

    def delta(token: SyncToken, **answer: Any) -> Delta:
        return Delta(
            token=token,
            requests=traffic.requests - before,
            server_time=traffic.server_time,
            tls_ends=traffic.tls_ends,
            server_version=traffic.server_version,
            **{"heads": None, **answer},
        )

    try:
        yield delta
    except SourceError as error:
        error.requests = traffic.requests - before
        raise

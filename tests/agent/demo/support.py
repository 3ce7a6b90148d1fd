"""What the tests of the demo Exchange share."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import requests.adapters

Open = Callable[..., Any]


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """An instant in November 2026, UTC."""
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour, minutes=minute)


def view(account: Any, start: datetime, end: datetime, *fields: str, max_items: int = 100) -> list[Any]:
    """The items of a calendar view; with `fields` those only."""
    found = account.calendar.view(start=start, end=end, max_items=max_items)
    return list(found.only(*fields) if fields else found)


def trusting(ca_file: Path, bearer: str | None = None) -> type[requests.adapters.HTTPAdapter]:
    """An adapter class that trusts this CA and no other and, when given, sends this token."""

    class Adapter(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *args: Any, **more: Any) -> None:
            more["ssl_context"] = ssl.create_default_context(cafile=str(ca_file))
            super().init_poolmanager(*args, **more)

        def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
            if bearer is not None:
                request.headers["Authorization"] = f"Bearer {bearer}"
            return super().send(request, *args, **more)

    return Adapter

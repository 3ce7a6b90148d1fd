"""What most scripts do, beside what we do: one cold read each, as a process of its own, libraries loaded before it.

python -m tests.bench.stock stock|ours URL ACCOUNT PASSWORD ROOM   prints {"items", "cpu_s", "wall_s"}
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from exchangelib import BASIC, IMPERSONATION, Account, Configuration, Credentials, EWSDateTime, Version
from exchangelib.version import EXCHANGE_2019

from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.source import EwsSource
from agent.store.opening import open_store
from agent.system.clock import SystemClock
from tests.bench.polling import room_puller


def stock(url: str, account: str, password: str, room: str) -> Callable[[], int]:
    """exchangelib as its documentation shows it: the view, with everything."""

    def read() -> int:
        config = Configuration(
            service_endpoint=url,
            credentials=Credentials(account, password),
            auth_type=BASIC,
            version=Version(build=EXCHANGE_2019),
        )
        box = Account(room, config=config, autodiscover=False, access_type=IMPERSONATION)
        today = SystemClock().now().replace(hour=0, minute=0, second=0, microsecond=0)
        start, end = (EWSDateTime.from_datetime(today + timedelta(days=day)) for day in (-1, 15))
        return len(list(box.calendar.view(start, end, max_items=1000)))

    return read


def ours(url: str, account: str, password: str, room: str) -> Callable[[], int]:
    """One round into an empty database, join data included."""
    clock = SystemClock()
    settings = EwsSettings(mailbox=room, endpoint=url, auth=Auth.BASIC, username=account, password=lambda: password)
    puller = room_puller(EwsSource(settings, clock), open_store(Path(tempfile.mkdtemp()), room), clock)
    return lambda: puller.pull().added


def main(which: str, *arguments: str) -> None:
    read = {"stock": stock, "ours": ours}[which](*arguments)
    cpu, wall = time.process_time(), time.perf_counter()
    items = read()
    told = {"items": items, "cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What the tests of the source say over and over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from agent.model.event import ChangeKey, ItemId
from agent.model.sync import Delta, SyncToken, Window
from agent.sources.ews.source import EwsSource
from tests.agent.sources.ews.answers import contents, item
from tests.agent.sources.loopback import Answer, Asked

WINDOW = Window(datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC))


def read(source: EwsSource, token: SyncToken | None = None, known: Mapping[str, str] | None = None) -> Delta:
    keys = {ItemId(item_id): ChangeKey(key) for item_id, key in (known or {}).items()}
    return source.changes_since(token, WINDOW, keys)


def asked_ids(asked: Asked) -> list[str]:
    return re.findall(r'<t:ItemId Id="([^"]+)"', asked.body.decode())


def echo(asked: Asked) -> Answer:
    """Content for whatever ids were asked for."""
    return Answer(contents(*(item(item_id) for item_id in asked_ids(asked))))

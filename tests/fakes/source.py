"""A calendar source whose server is a dictionary, with trouble by script."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.errors import SyncTokenInvalid
from agent.model.directory import Mailbox, ProbeResult
from agent.model.event import ChangeKey, Fetched, Head, Invitation, ItemId, Occurrence, Skipped
from agent.model.sync import Delta, SyncToken, Window
from agent.sync.raw import Explain, RawCalendar

Trouble = Exception | Callable[[Delta], Delta]


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of `changes_since`."""

    token: SyncToken | None
    window: Window
    known: Mapping[ItemId, ChangeKey]


class ScriptedSource:
    """`agent.ports.CalendarSource` over `items`. Each call takes the next of `script`: an error is raised, a function
    changes the answer; with an empty script all goes well."""

    def __init__(self, *items: Occurrence) -> None:
        self.items: dict[ItemId, Occurrence] = {item.item_id: item for item in items}
        self.invitations: dict[ItemId, Invitation] = {}
        self.script: list[Trouble] = []
        self.asked: list[Asked] = []
        self.valid_tokens = True
        self.server_time: datetime | None = None

    @property
    def name(self) -> str:
        return "ews"

    def put(self, item: Occurrence, invitation: Invitation | None = None) -> None:
        """Create or change an item on the server."""
        self.items[item.item_id] = item
        if invitation is not None:
            self.invitations[item.item_id] = invitation

    def changes_since(self, token: SyncToken | None, window: Window, known: Mapping[ItemId, ChangeKey]) -> Delta:
        self.asked.append(Asked(token, window, known))
        trouble = self.script.pop(0) if self.script else None
        if isinstance(trouble, Exception):
            raise trouble
        if token is not None and not self.valid_tokens:
            raise SyncTokenInvalid("calendar.token_invalid", "the token is too old")
        delta = self._answer(token, window, known)
        return delta if trouble is None else trouble(delta)

    def probe(self) -> ProbeResult:
        return ProbeResult(("sign_in",))

    def room_lists(self) -> Sequence[Mailbox]:
        return ()

    def rooms(self, room_list: str) -> Sequence[Mailbox]:  # noqa: ARG002
        return ()

    def resolve(self, name: str) -> Sequence[Mailbox]:  # noqa: ARG002
        return ()

    def close(self) -> None:
        pass

    def _answer(self, token: SyncToken | None, window: Window, known: Mapping[ItemId, ChangeKey]) -> Delta:
        inside = [item for item in self.items.values() if item.start < window.end and item.end > window.start]
        text = repr((window, sorted((item.item_id, item.change_key) for item in inside)))
        digest = SyncToken(hashlib.sha256(text.encode()).hexdigest())
        if token == digest:
            return Delta(token=digest, heads=None, requests=1, server_time=self.server_time)
        fresh = [item for item in inside if known.get(item.item_id) != item.change_key]
        return Delta(
            token=digest,
            heads=tuple(Head(item.item_id, item.change_key) for item in inside),
            fetched=tuple(Fetched(item, self.invitations.get(item.item_id, Invitation())) for item in fresh),
            requests=1 + bool(fresh),
            server_time=self.server_time,
        )


def nothing(delta: Delta) -> Delta:
    """The server says the calendar is empty."""
    return replace(delta, heads=(), fetched=(), token=SyncToken("nothing"))


def cut(delta: Delta) -> Delta:
    """The server left out half of it, and says so."""
    heads = (delta.heads or ())[::2]
    return replace(delta, token=None, heads=heads if delta.heads is not None else None, complete=False)


def unreadable(delta: Delta) -> Delta:
    """Every second item that was fetched cannot be read."""
    bad = delta.fetched[::2]
    skipped = tuple(Skipped(each.occurrence.item_id, each.occurrence.change_key, "parse") for each in bad)
    return replace(delta, fetched=delta.fetched[1::2], skipped=skipped)


class NotLookedAt:
    """A puller of a test that asks for rounds only."""

    def look(self, explain: Explain) -> RawCalendar:
        del explain
        raise AssertionError("not asked for in this test")

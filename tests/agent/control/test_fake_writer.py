"""The writer that other tests use is held to the contract of the real ones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agent.errors import AccessDenied, MailboxNotFound, SignInFailed, SourceThrottled, SourceUnavailable
from agent.model.control import Mail
from agent.ports import WritableCalendar
from tests.contracts.calendar_source import ROOM, SECRET
from tests.contracts.writable_calendar import WritableCalendarContract
from tests.fakes.clock import FakeClock
from tests.fakes.writable import WRITES, FakeWriter, Server


class FakeOffice:
    def __init__(self) -> None:
        self.server = Server(FakeClock())
        self.calendar = self.server.calendar
        self.writers: list[FakeWriter] = []

    def writer(self, *, mailbox: str = ROOM, secret: str = SECRET) -> WritableCalendar:
        writer = FakeWriter(self.server)
        if mailbox != ROOM:
            writer.refuse["*"] = MailboxNotFound("calendar.mailbox_not_found", "nobody")
        if secret != SECRET:
            writer.refuse["*"] = SignInFailed("calendar.sign_in_failed", "refused")
        self.writers.append(writer)
        return writer

    def lose_next_answer(self, what: str) -> None:
        self.writers[-1].lose.add(what)

    def sent(self) -> Sequence[Mail]:
        return list(self.server.sent.values())

    def deny_writing(self) -> None:
        for writer in self.writers:
            writer.refuse |= dict.fromkeys(WRITES, AccessDenied("calendar.access_denied", "no right"))

    def go_down(self) -> None:
        for writer in self.writers:
            writer.refuse["*"] = SourceUnavailable("calendar.unreachable", "refused")

    def come_back(self) -> None:
        for writer in self.writers:
            writer.refuse.clear()

    def throttle(self, seconds: int) -> None:
        writer = self.writers[-1]
        writer.refuse["*"] = SourceThrottled("calendar.throttled", "later", seconds)
        writer.before = lambda _: None
        told: list[str] = []

        def once(name: str) -> None:
            told.append(name)
            if len(told) > 1:
                writer.refuse.clear()

        writer.before = once


class TestFakeWriter(WritableCalendarContract):
    @pytest.fixture
    def office(self) -> FakeOffice:
        return FakeOffice()

"""What a running core tells the page for operations."""

from __future__ import annotations

import asyncio
import hmac
import platform
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent import __version__, wire
from agent.api.parts import OpsSide
from agent.app.box import Box
from agent.app.bundle import HISTORY, Told, labels_of, running_bundle
from agent.app.observing import Observer
from agent.errors import RoomAgentError
from agent.setup.guard import Guard
from agent.state.health import checks
from agent.state.history import History
from agent.state.ops import OpsFacts, ops_state
from agent.state.policy import RoomPolicy
from agent.state.timeline import timeline
from agent.store.audit import AuditLog
from agent.system.clock import uptime
from agent.system.log_memory import MEMORY
from agent.wire.ops import OpsState, OpsTimeline


@dataclass(kw_only=True)
class Operations:
    """Over the parts of a core; changes none. `metrics` are those that the API answers with, `started` is when the
    process was."""

    box: Box
    observer: Observer
    history: History
    audit: AuditLog
    guard: Guard
    api_token: str
    started: datetime
    metrics: Callable[[str], tuple[bytes, str]]

    def side(self) -> OpsSide:
        """For the API."""
        return OpsSide(
            guard=self.guard, is_token=self.is_token, state=self.state, timeline=self.timeline, bundle=self.bundle
        )

    def is_token(self, given: str) -> bool:
        """Whether this is the token of local programs, or the one for the network. Reads a file."""
        web = self.box.config.web
        tokens = [self.api_token]
        if web.status_token_file or web.remote_listen:
            try:
                tokens.append(self.box.secrets.read("web.status_token", web.status_token_file))
            except RoomAgentError:  # its file is gone: whoever bears it is told so (agent.api.front)
                tokens = tokens[:1]
        matches = [hmac.compare_digest(given.encode("utf-8", "replace"), each.encode()) for each in tokens]
        return any(matches)

    def state(self) -> OpsState:
        """The present state of everything."""
        now = self.box.clock.now()
        facts, room = self.observer.facts(), RoomPolicy.of(self.box.config)  # its own, whatever it shows
        return ops_state(
            OpsFacts(
                release=__version__,
                source=room.source if facts.configured else "",
                started=self.started,
                booted=now - timedelta(seconds=uptime()),
                room=wire.Room(name=room.name, mailbox=room.mailbox, timezone=room.timezone, language=room.language),
                health=facts.health,
                checks=checks(facts, now),
                freshness=self.observer.reading.freshness.histogram,
                versions=self.versions(),
            ),
            now,
        )

    def versions(self) -> dict[str, str]:
        """Of everything that matters here, by part."""
        facts = self.observer.facts()
        told = {**facts.machine.versions, **facts.display.versions}
        own = {"agent": __version__, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
        return {**told, **own}

    async def timeline(self, hours: int) -> OpsTimeline:
        """The last hours."""
        return await self._past(timedelta(hours=hours), self.box.config.room.language)

    async def bundle(self) -> bytes:
        """The support bundle, in a thread: it packs and reads files."""
        told = Told(
            status=self.observer.status(),
            metrics=self.metrics("")[0].decode(),
            versions=self.versions(),
            timeline=await self._past(HISTORY, "en"),
            display=self.observer.desk.facts,
            lines=MEMORY.entries(),
        )
        return await asyncio.to_thread(running_bundle, self.box, self.audit, told)

    async def _past(self, span: timedelta, language: str) -> OpsTimeline:
        now = self.box.clock.now()
        past = await self.history.past(now - span, now)
        return timeline(past, now - span, now, labels=labels_of(self.box.config), language=language)

"""How answering is doing, and whose business it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from agent.control.requests import CANCELLED
from agent.control.respondent import Handled
from agent.model.control_health import AnsweringHealth

log = structlog.get_logger()

AUTOMATIC, DENIED = "requests.automatic", "requests.denied"
STRANGERS = 2
"""So many requests in a row that somebody else answered are no chance."""


@dataclass(frozen=True, slots=True)
class Trouble:
    code: str
    since: datetime


@dataclass(slots=True)
class Standing:
    """`refused`: why requests are not answered at all; `failing`: why the inbox could not be worked through the last
    time. `last_ok`: when it was last worked through to its end. `backlog`: messages that wait, as far as they have been
    seen, None before the first look. `answered`: what was said since the start, by code."""

    refused: Trouble | None = None
    failing: Trouble | None = None
    last_ok: datetime | None = None
    backlog: int | None = None
    answered: Counter[str] = field(default_factory=Counter)
    strangers: int = 0

    def health(self) -> AnsweringHealth:
        """For status and metrics."""
        trouble = self.refused or self.failing
        return AnsweringHealth(
            refused=self.refused.code if self.refused else None,
            failing=self.failing.code if self.failing else None,
            since=trouble.since if trouble else None,
            backlog=self.backlog,
            answered=dict(self.answered),
        )

    def handled(self, handled: Handled, now: datetime) -> bool:
        """Whether answering is still this program's business, after what became of a message."""
        if handled.by_other:
            self.strangers += 1
            if self.strangers >= STRANGERS or self.refused is not None:
                self.refuse(AUTOMATIC, now)
                return False
            return True
        if self.backlog:
            self.backlog -= 1
        if handled.changed:
            self.strangers, self.refused = 0, None
            if handled.code != CANCELLED:
                self.answered[handled.code] += 1
            log.info("requests.answered", code=handled.code)
        return True

    def worked_through(self, now: datetime) -> None:
        """The inbox could be read to its end."""
        if self.refused is not None and self.refused.code == DENIED:
            self.refused = None
        if self.refused is None:
            self.failing, self.last_ok = None, now

    def fail(self, code: str, now: datetime) -> None:
        if self.failing is None or self.failing.code != code:
            self.failing = Trouble(code, now)
            log.warning("requests.failing", code=code)

    def refuse(self, code: str, now: datetime) -> None:
        if self.refused is None or self.refused.code != code:
            self.refused = Trouble(code, now)
            log.warning("requests.refused", code=code)

"""Keeps a refused secret from being tried too often, whoever asks. See `agent.sync.rejections` for the rule."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from random import Random
from secrets import token_bytes
from typing import Protocol

from agent.errors import AccessDenied, MailboxNotFound, RoomAgentError, SignInFailed, StoreError
from agent.ports import CalendarStore, Clock
from agent.sync.raw import Explain, RawCalendar
from agent.sync.rejections import Rejections, dump, load, rejected
from agent.sync.report import PullReport

NOTE = "sync.rejections"


class Pulls(Protocol):
    """What makes a round: `agent.sync.pull.Puller`, guarded or not."""

    def pull(self) -> PullReport: ...

    def look(self, explain: Explain) -> RawCalendar: ...


class SignInGuard:
    """A puller that leaves a refused secret alone for as long as it must rest, over restarts.

    `secret` gives what is signed in with now: everything that makes another sign-in (user name and password). It may
    raise our errors: then the source says what is missing. `note`: under what name the store remembers refusals.
    """

    def __init__(
        self,
        puller: Pulls,
        store: CalendarStore,
        clock: Clock,
        secret: Callable[[], str],
        chance: Random,
        *,
        note: str = NOTE,
    ) -> None:
        self._note = note
        self._puller = puller
        self._store = store
        self._clock = clock
        self._secret = secret
        self._chance = chance
        self._rejections: Rejections | None = None
        self._rests_until = clock.monotonic()
        self._loaded = False
        self._tag_key = token_bytes(32)
        self._tag: bytes | None = None

    def pull(self) -> PullReport:
        """A round, or at once a report that was not `attempted`, with the error of the last refusal."""
        self._load()
        secret = self._read()
        return self._resting(secret) or self._learn(self._puller.pull(), secret)

    def look(self, explain: Explain) -> RawCalendar:
        """A full read for a person, under the same rule. Raises our errors."""
        self._load()
        secret = self._read()
        resting = self._resting(secret)
        if resting is not None and resting.error is not None:
            raise resting.error
        started = self._clock.now()
        try:
            seen = self._puller.look(explain)
        except RoomAgentError as error:
            self._learn(PullReport(ok=False, started=started, error=error), secret)
            raise
        self._learn(PullReport(ok=True, started=started), secret)
        return seen

    def _resting(self, secret: str) -> PullReport | None:
        """What to say while the secret rests; None when it may be tried."""
        rest = self._rests_until - self._clock.monotonic()
        rejections = self._rejections
        if rejections is not None and rest > 0 and self._is_refused(secret):
            message = f"sign-in was refused {rejections.count} times in a row; the secret rests to spare the account"
            error = SignInFailed(rejections.code, message)
            return PullReport(ok=False, started=self._clock.now(), error=error, attempted=False, rest_s=rest,
                              circuit_open=rejections.circuit_open)  # fmt: skip
        return None

    def _learn(self, report: PullReport, secret: str) -> PullReport:
        """`secret`: the one the round began with. A file that was changed meanwhile holds another one."""
        if isinstance(report.error, SignInFailed):
            before = self._rejections if self._is_refused(secret) else None
            refused = rejected(before, secret, report.error.code, self._clock.now())
            self._tag = self._tag_of(secret)
            rest = refused.pause_s * self._chance.uniform(1.0, 1.1)
            self._rests_until = self._clock.monotonic() + rest
            self._remember(refused)
            return replace(report, rest_s=rest, circuit_open=refused.circuit_open)
        if self._rejections is not None and (report.ok or isinstance(report.error, AccessDenied | MailboxNotFound)):
            self._remember(None)  # signed in
        return report

    def _is_refused(self, secret: str) -> bool:
        """Whether the remembered refusals are of this secret. The slow hash is asked once for each."""
        tag = self._tag_of(secret)
        if self._rejections is not None and tag != self._tag and self._rejections.of(secret):
            self._tag = tag
        return self._rejections is not None and tag == self._tag

    def _tag_of(self, secret: str) -> bytes:
        return hmac.digest(self._tag_key, secret.encode("utf-8", "surrogatepass"), "sha256")

    def _load(self) -> None:
        if self._loaded:
            return
        try:
            self._rejections = load(self._store.note(self._note))
        except StoreError:
            return  # the round will report it; look again next time
        self._loaded = True
        if self._rejections is not None:
            self._rests_until = self._clock.monotonic() + self._rejections.rest_s(self._clock.now())

    def _remember(self, rejections: Rejections | None) -> None:
        self._rejections = rejections
        try:
            self._store.set_note(self._note, None if rejections is None else dump(rejections))
        except StoreError:
            return  # the rule holds in memory; a full disk is reported by the round that meets it

    def _read(self) -> str:
        try:
            return self._secret()
        except RoomAgentError:
            return ""

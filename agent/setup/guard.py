"""Who may begin: the code on the screen before the box is set up, the administrator's PIN afterwards."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from math import ceil
from pathlib import Path

import structlog

from agent.errors import CommandError
from agent.model.auth_failures import OPS, SETUP, AuthFailures
from agent.ports import Clock
from agent.setup import pin
from agent.setup.pairing import Codes, Tries, after_wrong
from agent.setup.tries import (
    SCREEN_TOKEN_TRIES_FILE,
    SCREEN_TRIES_FILE,
    TOKEN_TRIES_FILE,
    TRIES_FILE,
    TriesStore,
)
from agent.wire import SCREEN

log = structlog.get_logger()


class Locked(CommandError):
    """Too many wrong tries; `retry_after_s` says when the next one is free."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("setup.locked", "Too many wrong tries; wait and use the code that is then shown.", 429)
        self.retry_after_s = retry_after_s


def six_digits() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


class _Count:
    """The wrong tries of one place.

    How long a lock lasts is measured by the monotonic clock: the wall clock of a new box jumps by years when it first
    hears of the time, and on a strange network anybody may tell it one.
    """

    def __init__(self, clock: Clock, store: TriesStore) -> None:
        self._clock = clock
        self._store = store
        self._tries: Tries | None = None
        self._free_at = 0.0

    def wait_s(self) -> int:
        """Seconds until the next try."""
        if self._tries is None:
            self._is(self._store.load(self._clock.now()))
        return max(0, ceil(self._free_at - self._clock.monotonic()))

    async def right(self) -> None:
        """It begins anew."""
        await self._keep(Tries())

    async def wrong(self) -> None:
        """One more."""
        await self._keep(after_wrong(self._tries or Tries(), self._clock.now()))

    async def _keep(self, tries: Tries) -> None:
        if tries != self._tries:
            await asyncio.to_thread(self._store.save, tries)
            self._is(tries)

    def _is(self, tries: Tries) -> None:
        self._tries = tries
        self._free_at = self._clock.monotonic() + tries.remaining_s(self._clock.now())


class Guard:
    """Counts wrong tries, one try at a time, on disk before the answer is given. A box has one: whoever guesses the PIN
    by two ways, guesses one PIN. The screen and the network are counted apart: who guesses from afar must not keep out
    who stands before the box. `place`: `screen`, or anything else for the network. `auth_failures`: for the metrics."""

    def __init__(self, clock: Clock, state: Path, auth_failures: AuthFailures | None = None) -> None:
        self.auth_failures = auth_failures or AuthFailures()
        self._clock = clock
        self._folder = state / "setup"
        self._secrets = state / "secrets"
        self._one = asyncio.Lock()
        self._counts = self._new_counts()
        self.codes = Codes(six_digits)

    def retry_after_s(self, place: str) -> int:
        """Seconds until the next try; 0: now."""
        return self._count(place).wait_s()

    async def code(self, code: str, place: str) -> None:
        """Let the bearer of the screen's code in. Raises CommandError; the code stays good until `used`."""
        now = self._clock.now()
        if not await self._try(lambda: self.codes.matches(code, now), place):
            raise CommandError("setup.code_wrong", "This is not the code on the room's screen.", 403)

    async def pin(self, given: str, place: str, surface: str = SETUP) -> None:
        """Let the bearer of the PIN in. `surface`: where a wrong one counts for the metrics. Raises CommandError."""
        if not self.has_pin():
            raise CommandError("setup.pin_unset", "This box has no administrator's PIN; set one with setup apply.", 403)
        if not await self._try(lambda: pin.is_right(given, self._secrets), place, surface):
            raise CommandError("setup.pin_wrong", "This is not the administrator's PIN of this box.", 403)

    async def token(self, is_right: Callable[[], bool], place: str) -> None:
        """Let the bearer of a token of the page for operations in; `is_right` may block. Raises CommandError. Tokens
        are counted apart: a right one must not buy its bearer more tries at the PIN."""
        if not await self._try(is_right, place, OPS, token=True):
            raise CommandError("ops.token_wrong", "This is not a token of this box.", 403)

    def has_pin(self) -> bool:
        """Whether anybody can prove to be the administrator."""
        return pin.is_set(self._secrets)

    async def is_pin(self, given: str, place: str) -> bool:
        """Whether this is the PIN; a wrong one counts. Raises Locked."""
        return await self._try(lambda: pin.is_right(given, self._secrets), place)

    def used(self) -> None:
        """The code has opened the set-up: the next one is new."""
        self.codes.forget()

    def forget(self) -> None:
        """Everything this box knew of tries is gone with a reset."""
        self._counts = self._new_counts()
        self.codes.forget()

    async def _try(self, right: Callable[[], bool], place: str, surface: str = SETUP, *, token: bool = False) -> bool:
        count = self._count(place, token=token)
        async with self._one:
            if wait := count.wait_s():
                self.auth_failures.count(surface)
                raise Locked(wait)
            if await asyncio.to_thread(right):
                await count.right()
                return True
            await count.wrong()
            self.auth_failures.count(surface)
            if wait := count.wait_s():
                if not token:
                    self.codes.forget()
                log.warning("setup.locked", seconds=wait, place=SCREEN if place == SCREEN else "network")
            return False

    def _count(self, place: str, *, token: bool = False) -> _Count:
        return self._counts[place == SCREEN, token]

    def _new_counts(self) -> dict[tuple[bool, bool], _Count]:
        files = {
            (True, False): SCREEN_TRIES_FILE,
            (False, False): TRIES_FILE,
            (True, True): SCREEN_TOKEN_TRIES_FILE,
            (False, True): TOKEN_TRIES_FILE,
        }
        return {key: _Count(self._clock, TriesStore(self._folder / name)) for key, name in files.items()}

"""The code on the screen, and what wrong tries cost. Pure: time and random digits are given.

Ten wrong tries lock pairing for a minute. After a lock one try is free, and each further wrong one doubles the lock, to
30 minutes at most: about 60 tries a day, so a six-digit code is found with a chance below 1 in 10,000 a day. The same
count guards the administrator's PIN. It is kept over restarts; only a right try clears it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

FREE_TRIES = 10
FIRST_LOCK_S = 60
LONGEST_LOCK_S = 30 * 60
CODE_VALID = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries since the last right one, how often they led to a lock, and until when the last one lasts."""

    wrong: int = 0
    locks: int = 0
    until: datetime | None = None

    def remaining_s(self, now: datetime) -> int:
        """Seconds until the next try, 0 when one is free. A clock that was set back cannot make it longer."""
        if self.until is None:
            return 0
        left = (self.until - now).total_seconds()
        return max(0, min(ceil(left), lock_s(self.locks)))


def lock_s(locks: int) -> int:
    """How long the lock of this number lasts."""
    return 0 if locks < 1 else int(min(FIRST_LOCK_S * 2 ** min(locks - 1, 10), LONGEST_LOCK_S))


def after_wrong(tries: Tries, now: datetime) -> Tries:
    """One more wrong try."""
    wrong = min(tries.wrong + 1, FREE_TRIES)
    if wrong < FREE_TRIES:
        return replace(tries, wrong=wrong)
    locks = min(tries.locks + 1, 20)
    return Tries(wrong, locks, now + timedelta(seconds=lock_s(locks)))


class Codes:
    """The one code that opens the set-up: six digits, for ten minutes, for one use."""

    def __init__(self, digits: Callable[[], str]) -> None:
        self._digits = digits
        self._code = ""
        self._expires: datetime | None = None

    def shown(self, now: datetime) -> tuple[str, datetime]:
        """The code for the screen and when it ends, a new one where the last one has."""
        if self._expires is None or not now < self._expires <= now + CODE_VALID:
            self._code, self._expires = self._digits(), now + CODE_VALID
        return self._code, self._expires

    def matches(self, code: str, now: datetime) -> bool:
        """Whether this is the code, in a time that says nothing of how much of it is right."""
        shown, _ = self.shown(now)
        return hmac.compare_digest(shown.encode(), code.encode("utf-8", "replace"))

    def forget(self) -> None:
        """After use and after a lock: the next one is new."""
        self._expires = None

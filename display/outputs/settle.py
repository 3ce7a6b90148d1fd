"""When screens are looked at. News of them come in bursts, and too early: the kernel tells of a change while the socket
still says what was before. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

QUIET_S = 0.5
LONGEST_S = 2.0
"""News that do not stop are looked at all the same."""
EVERY_S = 60.0
"""News may get lost."""
ALONE_S = 10.0
"""VGA sockets often tell nothing, so they are asked while no screen is connected. Asking may make a picture flicker, so
not otherwise."""


@dataclass(frozen=True, slots=True)
class Settle:
    """By the monotonic time in seconds. `looked`: the last look; `alone`: no screen was connected then; `first` and
    `last`: of the news since, `kernel`: some of them came from it and not from the X server, which has looked then."""

    looked: float
    alone: bool = False
    first: float | None = None
    last: float = 0.0
    kernel: bool = False

    def told(self, now: float, *, kernel: bool) -> Settle:
        """There is news."""
        first = now if self.first is None else self.first
        return replace(self, first=first, last=now, kernel=self.kernel or kernel)

    @property
    def due(self) -> float:
        """When to look next."""
        regular = self.looked + (ALONE_S if self.alone else EVERY_S)
        return regular if self.first is None else min(regular, self.last + QUIET_S, self.first + LONGEST_S)

    @property
    def probe(self) -> bool:
        """Whether the hardware is to be asked then, and not only the X server."""
        return self.kernel or self.alone

"""Small grey pictures of a grabber → is somebody sending? Pure.

Grabbers that do not tell whether they see a signal send a picture of their own: black, one colour, or bars and a logo.
A picture that does not change at all is no sign: most slides do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

WIDTH, HEIGHT = 32, 18
SIZE = WIDTH * HEIGHT

FLAT_BELOW = 4.0
"""Standard deviation of a picture without content; a desktop has about 60, a black one 0.6 (of 255)."""
BLACK_BELOW = 40.0
"""Mean of a flat picture that is black: 16 in limited range, and noise."""
SAME_BELOW = 6.0
"""Mean absolute difference of two captures of the same picture."""
STILL_BELOW = 0.05
IN_A_ROW = 2


class Kind(StrEnum):
    PICTURE = "picture"
    BLACK = "black"
    FLAT = "flat"
    NO_SIGNAL = "no_signal"  # what this model shows without a signal


@dataclass(frozen=True, slots=True)
class Look:
    """One thumbnail: its kind, mean and standard deviation (0 to 255), and how far it is from the last one."""

    kind: Kind
    mean: float
    deviation: float
    change: float

    @property
    def frozen(self) -> bool:
        """Whether it is the last one again."""
        return self.change < STILL_BELOW


def difference(one: bytes, other: bytes) -> float:
    """Mean absolute difference of two thumbnails, 0 to 255."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / SIZE


def look(frame: bytes, last: bytes | None, no_signal: bytes | None) -> Look:
    """Judge a thumbnail of SIZE bytes by itself, the one before and the model's picture without a signal."""
    mean = sum(frame) / SIZE
    deviation = sqrt(sum((each - mean) ** 2 for each in frame) / SIZE)
    if no_signal is not None and difference(frame, no_signal) < SAME_BELOW:
        kind = Kind.NO_SIGNAL
    elif deviation < FLAT_BELOW:
        kind = Kind.BLACK if mean < BLACK_BELOW else Kind.FLAT
    else:
        kind = Kind.PICTURE
    return Look(kind, mean, deviation, difference(frame, last) if last is not None else 255.0)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What thumbnails in a row say: `live` changes when IN_A_ROW of them agree; None before the first did."""

    live: bool | None = None
    streak: int = 0
    looks_live: bool = False

    def see(self, look: Look) -> Judgement:
        """After one more thumbnail."""
        looks_live = look.kind is Kind.PICTURE
        streak = self.streak + 1 if looks_live == self.looks_live else 1
        return Judgement(looks_live if streak >= IN_A_ROW else self.live, min(streak, IN_A_ROW), looks_live)

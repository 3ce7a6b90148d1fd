"""A process that may die at any of its steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


class Died(Exception):
    """The process is dead: nothing it still tries has an effect."""


@dataclass
class Life:
    """A process's. `left`: steps until it dies, before or `after` the last one; None: it lives on."""

    left: int | None = None
    after: bool = False
    dead: bool = False

    def step(self, call: Callable[[], T]) -> T:
        if self.dead:
            raise Died
        if self.left is None:
            return call()
        self.left -= 1
        if self.left >= 0:
            return call()
        self.dead = True
        if self.after:
            call()
        raise Died


class Mortal:
    """Anything, as a process uses it that may die before or after every call."""

    def __init__(self, inner: object, life: Life) -> None:
        self._inner = inner
        self._life = life

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if name == "close":
            return method

        def call(*arguments: object, **named: object) -> object:
            return self._life.step(lambda: method(*arguments, **named))

        return call

"""The page a browser shows and its frames from other sites, each with a session of its own (Target.attachToTarget,
flatten)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from display.browsers.cdp import Connection


class AttachedPage:
    """`display.ports.Page` over the DevTools pipe."""

    def __init__(self, pipe: Connection, session: str, target: str, url: str) -> None:
        self._pipe = pipe
        self.below: dict[str, AttachedPage] = {}  # by session
        self.session = session
        self.target = target
        self.url = url

    @property
    def frames(self) -> Sequence[AttachedPage]:
        """Its frames from other sites, in the order of their coming."""
        return tuple(self.below.values())

    async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The result of a command. Raises BrowserError."""
        return await self._pipe.call(method, params, self.session)

    def attached(self, parent: str, child: AttachedPage) -> bool:
        """Take a frame that the page with session `parent` got; False where there is none such here."""
        for page in self.all():
            if page.session == parent:
                page.below[child.session] = child
                return True
        return False

    def detached(self, session: str) -> None:
        """A frame is gone, or moved to another site."""
        for page in self.all():
            page.below.pop(session, None)

    def moved(self, target: str, url: str) -> None:
        """The page or frame of a target is at another address."""
        for page in self.all():
            if page.target == target:
                page.url = url

    def all(self) -> Iterator[AttachedPage]:
        """Itself and all frames below."""
        yield self
        for frame in self.frames:
            yield from frame.all()

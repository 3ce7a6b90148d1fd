"""What a browser's owner has to tell the room: codes, each with the time it began."""

from __future__ import annotations

from agent.wire import DisplayProblem

_MOST = 20


class Problems:
    """Problems about one part, in the order of their coming; each once."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._since: dict[str, str] = {}

    def add(self, code: str, since: str) -> bool:
        """Whether it is news."""
        news = code not in self._since and len(self._since) < _MOST
        if news:
            self._since[code] = since
        return news

    def remove(self, code: str) -> bool:
        """Whether it was there."""
        return self._since.pop(code, None) is not None

    def clear(self) -> None:
        self._since.clear()

    def as_list(self) -> list[DisplayProblem]:
        """As the core is told."""
        return [DisplayProblem(code=code, part=self._part, since=since) for code, since in self._since.items()]

    def as_state(self) -> list[dict[str, str]]:
        """As the shell is told."""
        return [{"code": code, "part": self._part} for code in self._since]

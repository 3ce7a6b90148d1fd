"""What a browser tells its owner."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Navigated:
    """The page is at another address, also within the same document."""

    url: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The page could not be fetched: Chromium shows a page of its own instead."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """The page's renderer died: the window is there, its page is not."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The page closed itself."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The browser's process ended."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something was refused to the page; the code says what."""

    code: str


Happening = Navigated | Failed | Crashed | Closed | Gone | Noticed

"""The target names one of our paths, which need no tricks: no other is looked up."""

from __future__ import annotations

import re

from agent.front.guard.asked import Asked
from agent.front.problems import UNKNOWN_PATH, Refusal
from agent.front.settings import FrontSettings

PLAIN = re.compile(r"/|(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", re.ASCII)


def plain_target(asked: Asked, settings: FrontSettings) -> Refusal | None:  # noqa: ARG001 - all rules look alike
    """Segments of plain characters: none is empty, begins with a dot or hides a character behind `%`; no other form of
    a target (RFC 9112, 3.2.2) either."""
    return None if PLAIN.fullmatch(asked.raw_path) else UNKNOWN_PATH

"""How large a request line and its headers may be (reliability.md L9)."""

from __future__ import annotations

from agent.front.guard.asked import Asked
from agent.front.problems import Refusal
from agent.front.settings import FrontSettings

MAX_TARGET_SIZE = 2048
MAX_HEADERS = 64
MAX_HEADERS_SIZE = 16 * 1024


def small_enough(asked: Asked, settings: FrontSettings) -> Refusal | None:  # noqa: ARG001 - all rules look alike
    """Target at most 2 KiB; at most 64 headers of 16 KiB together."""
    if len(asked.path) + asked.query_size > MAX_TARGET_SIZE:
        return Refusal(414, "target.too_long")
    if len(asked.headers) > MAX_HEADERS or sum(len(n) + len(v) for n, v in asked.headers) > MAX_HEADERS_SIZE:
        return Refusal(431, "headers.too_large")
    return None

"""The token with which local programs command the agent: `STATE/api-token`, 0600, new at every start."""

from __future__ import annotations

import secrets
from pathlib import Path

from agent.system.durable import replace_whole


def make_api_token(path: Path) -> str:
    """A fresh token, written in one step so that no reader sees half of it."""
    token = secrets.token_urlsafe(32)
    replace_whole(path, f"{token}\n".encode())
    return token

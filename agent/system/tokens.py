"""The token with which local programs command the agent: `STATE/api-token`, 0600, new at every start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def make_api_token(path: Path) -> str:
    """A fresh token, written in one step so that no reader sees half of it."""
    token = secrets.token_urlsafe(32)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token + "\n")
    fresh.replace(path)
    return token

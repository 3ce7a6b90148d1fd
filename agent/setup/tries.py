"""Wrong tries on disk, so that pulling the plug buys nobody another ten."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from agent.setup import files
from agent.setup.pairing import FREE_TRIES, Tries, after_wrong, lock_s

TRIES_FILE, SCREEN_TRIES_FILE = "tries.json", "tries-screen.json"
TOKEN_TRIES_FILE, SCREEN_TOKEN_TRIES_FILE = "tries-token.json", "tries-token-screen.json"
FILES = frozenset({TRIES_FILE, SCREEN_TRIES_FILE, TOKEN_TRIES_FILE, SCREEN_TOKEN_TRIES_FILE})


class TriesStore:
    """`STATE/setup/tries.json`. A file that cannot be read counts as all free tries used: it was tampered with."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, now: datetime) -> Tries:
        """What was kept; a lock that was running runs on from `now`, at most its whole length."""
        content = files.read(self._path, 1000)
        if content is None:
            return Tries() if not self._path.exists() else after_wrong(Tries(wrong=FREE_TRIES), now)
        try:
            data = json.loads(content)
            until = datetime.fromisoformat(data["until"]) if data["until"] else None
            tries = Tries(int(data["wrong"]), int(data["locks"]), until)
            tries.remaining_s(now)
            lock_s(tries.locks)
        except (ValueError, TypeError, KeyError):
            return after_wrong(Tries(wrong=FREE_TRIES), now)
        return tries

    def save(self, tries: Tries) -> None:
        """On disk when this returns. Raises RoomAgentError."""
        until = tries.until.isoformat() if tries.until else None
        data = {"wrong": tries.wrong, "locks": tries.locks, "until": until}
        files.write(self._path, json.dumps(data).encode())

"""The draft on disk: `STATE/setup/draft.json`, and secrets that are not in effect yet in `STATE/setup/secrets`.

A secret's file is named by its key path and its mark; the draft says which marks count. So both change in one step, the
draft's own, and a power cut leaves the one before or the one after.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog

from agent.setup import files, tries
from agent.setup.flow import Draft, Verdict
from agent.wire.setup import SETUP_STEPS, SetupCheck

log = structlog.get_logger()

_VERSION = 1


class DraftStore:
    """Over `STATE/setup`. Blocking. Methods raise RoomAgentError where the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.secrets = folder / "secrets"
        self._awaited: set[str] = set()

    def load(self) -> tuple[Draft, list[SetupCheck]] | None:
        """The draft and what its last preflight found; None where there is none or it cannot be read."""
        content = files.read(self._folder / "draft.json")
        if content is None:
            return None
        try:
            draft, checks = _read(json.loads(content))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            log.warning("setup.draft_unreadable", path=str(self._folder))
            return None
        if not all(self.path(key, mark).is_file() for key, mark in draft.marks.items()):
            log.warning("setup.draft_incomplete", path=str(self._folder))
            return None
        return draft, checks

    def stage(self, key: str, content: bytes, *, awaited: bool = False) -> str:
        """Keep a secret until the draft that names its mark is saved; the mark. `awaited`: it is still to come, and
        drafts that are saved meanwhile do not name it yet."""
        mark = secrets.token_hex(8)
        files.write(self.path(key, mark), content)
        if awaited:
            self._awaited = {f"{key}.{mark}"}
        return mark

    def path(self, key: str, mark: str) -> Path:
        """Where a staged secret lies."""
        return self.secrets / f"{key}.{mark}"

    def save(self, draft: Draft, checks: list[SetupCheck]) -> None:
        """The draft is on disk when this returns; secrets that it does not name are gone."""
        content = {"version": _VERSION, **asdict(draft), "submitted": sorted(draft.submitted)}
        content["checks"] = [asdict(each) for each in checks]
        files.write(self._folder / "draft.json", json.dumps(content, ensure_ascii=False).encode())
        if self.secrets.is_dir():
            files.empty(self.secrets, self._awaited | {f"{key}.{mark}" for key, mark in draft.marks.items()})

    def discard(self) -> None:
        """No draft and no staged secret remain; the draft goes first."""
        self._awaited = set()
        (self._folder / "draft.json").unlink(missing_ok=True)
        files.empty(self._folder, tries.FILES)


def _read(data: dict[str, Any]) -> tuple[Draft, list[SetupCheck]]:
    if data["version"] != _VERSION or data["step"] not in SETUP_STEPS:
        raise ValueError
    draft = Draft(
        mode=str(data["mode"]),
        step=data["step"],
        answers={step: dict(values) for step, values in data["answers"].items() if step in SETUP_STEPS},
        submitted=frozenset(data["submitted"]) & frozenset(SETUP_STEPS),
        marks={str(key): str(mark) for key, mark in data["marks"].items()},
        verdicts=tuple(Verdict(**each) for each in data["verdicts"]),
    )
    return draft, [SetupCheck(**each) for each in data["checks"]]

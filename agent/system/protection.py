"""How the room's secrets are kept on this box."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from agent.model.machine import Protection

SEALED_WITH = Path("/run/room-seal/key")
"""Where root's room-seal tells which key it seals with."""
LARGEST = 1024


def protection_of(
    files: Iterable[tuple[str, str]],
    folder: Path,
    environ: Mapping[str, str] = os.environ,
    sealed_with: Path = SEALED_WITH,
) -> Protection | None:
    """The weakest of these secrets, given as key path and named file ("" for none); None where there are none at all.

    A file that is there is a plain one, wherever it lies: what it is protected by nobody knows.
    """
    credentials = environ.get("CREDENTIALS_DIRECTORY")
    found: set[Protection] = set()
    for key, file in files:
        if file and os.path.lexists(folder / file):
            found.add(Protection.NONE)
        elif credentials and Path(credentials, key).exists():
            found.add(_key(sealed_with))
    weakest_first = (Protection.NONE, Protection.HOST, Protection.TPM2)
    return next((each for each in weakest_first if each in found), None)


def _key(path: Path) -> Protection:
    """What credentials are sealed with; without a word of it nothing better than the installation's key is believed."""
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(LARGEST)).get("key")
    except (OSError, ValueError, AttributeError, RecursionError):
        return Protection.HOST
    return Protection.TPM2 if told == Protection.TPM2 else Protection.HOST

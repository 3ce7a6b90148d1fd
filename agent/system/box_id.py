"""Which box this is, to others that serve the same mailbox: an id of the state directory."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from agent.system.durable import replace_whole

FILE = "box-id"


def box_id(state: Path) -> str:
    """16 hexadecimal digits, the same for as long as the state directory is; a new one where it cannot be read. Raises
    OSError where it cannot be kept."""
    path = state / FILE
    try:
        known = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        known = ""
    if re.fullmatch(r"[0-9a-f]{16}", known):
        return known
    made = secrets.token_hex(8)
    replace_whole(path, f"{made}\n".encode())
    return made

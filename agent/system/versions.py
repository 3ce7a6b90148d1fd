"""Versions of what a box runs besides us."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path

DPKG_STATUS = Path("/var/lib/dpkg/status")
PACKAGES = {"chromium": "chromium", "room-display": "display", "mpv": "player"}
"""Debian packages, by what we call them."""
LARGEST = 64 * 1024 * 1024
_PLAIN = re.compile(r"[^0-9A-Za-z .()+:~/_-]")


def versions(status: Path = DPKG_STATUS) -> dict[str, str]:
    """By part; what is not there or cannot be read is left out. Reads a few megabytes: not for every request."""
    found = {"kernel": os.uname().release, "os": _os(), **_packages(status)}
    return {part: _PLAIN.sub("", text)[:80] for part, text in found.items() if text}


def _os() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return ""


def _packages(status: Path) -> Mapping[str, str]:
    """Of dpkg's database (deb-control(5)): paragraphs, the package's name first, its version further down."""
    found: dict[str, str] = {}
    try:
        with status.open("rb") as file:
            part = installed = None
            for line in file.readlines(LARGEST):
                name, _, value = line.rstrip(b"\n").partition(b": ")
                if name == b"Package":
                    part, installed = PACKAGES.get(value.decode("ascii", "replace")), False
                elif part is not None and name == b"Status":
                    installed = value.endswith(b" installed")
                elif part is not None and name == b"Version" and installed:
                    found[part] = value.decode("ascii", "replace")
    except OSError:
        return {}
    return found

"""Images an administrator gives for the screen, recognised by what they hold. Their names say nothing. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

SVG = "image/svg+xml"
_NAMESPACE = b"http://www.w3.org/2000/svg"  # without it a browser draws nothing
_SVG_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[[^\]]*+\]\s*+)?>)*+<(?:[\w-]+:)?svg[\s>]",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it is sent. `version` changes with its content."""

    content: bytes
    media_type: str

    @property
    def version(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:12]


def picture(content: bytes) -> Picture | None:
    """A PNG, JPEG, WebP or SVG (in UTF-8); None for anything else."""
    media_type = _media_type(content)
    return Picture(content, media_type) if media_type else None


def _media_type(content: bytes) -> str | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"RIFF") and content[8:15] == b"WEBPVP8":
        return "image/webp"
    if _SVG_BEGINNING.match(content) and _NAMESPACE in content and _is_utf_8(content):
        return SVG
    return None


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True

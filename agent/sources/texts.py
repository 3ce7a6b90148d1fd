"""Untrusted texts, cleaned and bounded."""

from __future__ import annotations

import re

MAX_SUBJECT = 1_000
MAX_NAME = 256
MAX_LOCATION = 2_000
MAX_BODY = 1024 * 1024
MAX_PROPERTY = 64 * 1024
MAX_UID = 512
"""Characters of a field of a calendar item that are kept, whatever the protocol."""

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"\s+")


def clean(text: str, most: int) -> str:
    """At most `most` characters, without control characters (line ends and tabs stay) and lone surrogates."""
    return _UNWANTED.sub("", text[: 2 * most])[:most]


def line(text: str | None, most: int) -> str | None:
    """One line of at most `most` characters, white space runs made one blank; None when nothing is left."""
    if not text:
        return None
    return _BLANKS.sub(" ", clean(text[: 4 * most], 4 * most)).strip()[:most].rstrip() or None


def smtp_address(text: str | None) -> str | None:
    """The address; None for one of the directory (`/o=…/cn=…`), which says nothing to anybody."""
    address = line(text, MAX_NAME)
    return address if address and "@" in address and not address.startswith("/") else None

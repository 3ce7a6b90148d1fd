"""Values behind labels: numbers printed in groups, passcodes."""

from __future__ import annotations

import re

_GROUPS = re.compile(r"[#(\"']?(\d{1,20}(?:(?:[ \-]{1,2}|\.)\d{1,12}){0,8})")
_TOKEN = re.compile(r"[^\s\ufffc<>]{1,64}")
_WRAPPED = str.maketrans("", "", "\"'“”„«»")
_NOTHING = frozenset(["none", "no", "not", "n/a", "na", "nein", "keine", "non", "aucun", "kein", "-", "--", "ohne"])
_SHORT = 2


def number(value: str, fewest: int = 1, most: int = 20) -> str | None:
    """The digits at the beginning of the value, as many groups as fit; None when they are too few or many."""
    found = _GROUPS.match(value)
    if found is None:
        return None
    digits = ""
    for group in re.findall(r"\d+", found[1]):
        if len(digits) + len(group) > most:
            break
        digits += group
    return digits if fewest <= len(digits) <= most else None


def passcode(value: str, *, colon: bool, next_line: bool) -> str | None:
    """The code at the beginning of the value. Without a colon only what has a digit is one: prose is not; alone on the
    next line only what does not look like a word."""
    found = _TOKEN.match(value)
    if found is None:
        return None
    token = found[0].translate(_WRAPPED).rstrip("#").rstrip(".,;:")
    if token.endswith((")", "]")) and "(" not in token and "[" not in token:
        token = token[:-1]
    digits = any(letter.isdigit() for letter in token)
    if len(token) < _SHORT or token.lower() in _NOTHING or not token.isascii():
        return None
    if next_line and (value != found[0] or not (digits or _mixed(token))):
        return None
    return token if colon or digits else None


def _mixed(token: str) -> bool:
    return not (token.islower() or token.isupper() or token.istitle())

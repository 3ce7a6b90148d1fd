"""Values in PowerShell: nothing in them is ever read as code."""

from __future__ import annotations

_SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b"  # what PowerShell's tokenizer takes for one (about_Quoting_Rules)
_ALIVE_BETWEEN_DOUBLE_QUOTES = frozenset('"\u201c\u201d\u201e$`')


def quoted(value: str) -> str:
    """A single-quoted PowerShell string (about_Quoting_Rules): every character PowerShell takes for a single quote is
    doubled, control characters are left out."""
    return "'" + "".join(each * 2 if each in _SINGLE_QUOTES else each for each in _printable(value)) + "'"


def quoted_filter(filterable: str, value: str) -> str:
    """A PowerShell string that holds the OPATH filter `filterable -eq 'value'`.

    Two languages, one in the other: OPATH ends its strings at a single quote and reads two as one. Written between
    double quotes as Microsoft's pages do, unless the value has a character that PowerShell would act upon there.
    """
    restriction = f"{filterable} -eq '{_printable(value).replace(chr(39), chr(39) * 2)}'"
    return quoted(restriction) if _ALIVE_BETWEEN_DOUBLE_QUOTES & set(restriction) else f'"{restriction}"'


def _printable(value: str) -> str:
    return "".join(each for each in value if each.isprintable())

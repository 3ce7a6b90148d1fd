"""Kinds of answers: what is taken of a field as it came from outside, and what is wrong with it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from agent.config.values import is_loopback

MAX_TEXT = 1024
MAX_PEM = 48 * 1024
MAX_ITEMS = 100
PIN_DIGITS = range(6, 17)
_INVISIBLE = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
_CERTIFICATES = re.compile(
    r"(?:[^\n]*\n)*?-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----", re.ASCII
)


class Kind(StrEnum):
    """`ADDRESS`: a text that names a person, a host or an app, where look-alikes are a trap."""

    TEXT = "text"
    ADDRESS = "address"
    URL = "url"
    FLAG = "flag"
    NUMBER = "number"
    TEXTS = "texts"
    INPUTS = "inputs"
    SECRET = "secret"  # noqa: S105  a kind
    PIN = "pin"
    PEM = "pem"


SECRETS = (Kind.SECRET, Kind.PIN)


@dataclass(frozen=True, slots=True)
class Field:
    """A question. `wrong`: the code for a value that the configuration refuses. `needed`: may not be empty."""

    name: str
    kind: Kind
    wrong: str = "setup.text_wrong"
    needed: bool = False


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with a field; its sentences stand in `agent/texts` under the code."""

    field: str
    code: str


class Refused(ValueError):
    """A raw value that is no answer; `args[0]` is the code."""

    @property
    def code(self) -> str:
        return str(self.args[0])


def cleaned(field: Field, raw: object) -> Any:
    """The answer in a raw JSON value: right in type and size, trimmed. Raises `Refused`."""
    return _CLEAN[field.kind](raw)


def _typed(raw: object, kind: type) -> Any:
    if type(raw) is not kind:
        raise Refused("setup.field_type")
    return raw


def _number(raw: object) -> int:
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 2**53:
        return int(raw)  # JSON knows one kind of number
    number: int = _typed(raw, int)
    if abs(number) >= 2**53:
        raise Refused("setup.number_wrong")
    return number


def _items(raw: object) -> Sequence[object]:
    items: list[object] = _typed(raw, list)
    if len(items) > MAX_ITEMS:
        raise Refused("setup.field_long")
    return items


def _trimmed(raw: object) -> str:
    """Without blanks and invisible characters around it, which come along when people copy."""
    text: str = _typed(raw, str)
    if len(text) > MAX_TEXT:
        raise Refused("setup.field_long")
    text = text.strip(_INVISIBLE)
    if not text.isprintable():
        raise Refused("setup.field_characters")
    return text


def _address(text: str) -> str:
    if looks_alike(text):
        raise Refused("setup.field_lookalike")
    return text


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        raise Refused("setup.url_wrong") from None
    if not host.isascii() or looks_alike(text):
        raise Refused("setup.field_lookalike")
    if parts.scheme == "http" and not is_loopback(host):
        raise Refused("setup.url_insecure")
    return text


def looks_alike(text: str) -> bool:
    """Whether a name may be taken for another one: full-width and other forms of letters, or letters of several
    scripts, such as a Cyrillic о among Latin ones. A name in one script is itself."""
    if unicodedata.normalize("NFKC", text) != unicodedata.normalize("NFC", text):
        return True
    return len({unicodedata.name(each, "?").split()[0] for each in text if each.isalpha()}) > 1


def _secret(raw: object) -> str:
    """As it is, blanks included: they may belong to it."""
    text: str = _typed(raw, str)
    if len(text) > MAX_TEXT:
        raise Refused("setup.field_long")
    if any(unicodedata.category(each) in ("Cc", "Cs", "Cn") or each == "\ufeff" for each in text):
        raise Refused("setup.field_characters")
    return text


def _pin(raw: object) -> str:
    text = _secret(raw)
    if text and not (len(text) in PIN_DIGITS and text.isascii() and text.isdigit()):
        raise Refused("setup.pin_form")
    return text


def _pem(raw: object) -> str:
    text: str = _typed(raw, str)
    if len(text) > MAX_PEM:
        raise Refused("setup.field_long")
    text = text.strip(_INVISIBLE)
    if "PRIVATE KEY" in text:
        raise Refused("setup.pem_private")
    if text and ("\0" in text or not text.isascii() or not _CERTIFICATES.match(text)):
        raise Refused("setup.pem_wrong")
    return f"{text}\n" if text else ""


def _input(raw: object) -> dict[str, str]:
    item: dict[object, object] = _typed(raw, dict)
    if not {"name"} <= set(item) <= {"name", "label", "kind", "match"}:
        raise Refused("setup.inputs_wrong")
    return {str(key): _trimmed(value) for key, value in item.items()}


_CLEAN: Mapping[Kind, Callable[[object], Any]] = {
    Kind.TEXT: _trimmed,
    Kind.ADDRESS: lambda raw: _address(_trimmed(raw)),
    Kind.URL: lambda raw: _url(_trimmed(raw)),
    Kind.FLAG: lambda raw: _typed(raw, bool),
    Kind.NUMBER: _number,
    Kind.TEXTS: lambda raw: [_address(_trimmed(item)) for item in _items(raw)],
    Kind.INPUTS: lambda raw: [_input(item) for item in _items(raw)],
    Kind.SECRET: _secret,
    Kind.PIN: _pin,
    Kind.PEM: _pem,
}

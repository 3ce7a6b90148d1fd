"""Kinds of values a key may have, a parser each. Its `ValueError` says what is expected and never repeats the value."""

from __future__ import annotations

import re
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ValidationInfo

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_LOCAL_PART = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_WALL_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_PLACEHOLDERS = ("{id}", "{passcode}")
_AUDIO = re.compile(r"off|auto|default|[a-z][a-z0-9_]{0,30}:[A-Za-z0-9_=,.-]{1,60}")
_BRACES = re.compile(r"\{(?:url|meeting_id|passcode|sip|h323|room_name)\}")
_SEGMENT = re.compile(r"[A-Za-z0-9._~!@:=,%-]+")
_MAX_TEXT = 1024


def is_host(text: str) -> bool:
    """Whether this is a host name (internationalised ones too) without scheme, port or path."""
    return len(text) <= 253 and _HOST.fullmatch(text) is not None


def is_mail_address(text: str) -> bool:
    """Whether this is a mail address without a name or angle brackets."""
    local, at, domain = text.rpartition("@")
    return bool(at) and _LOCAL_PART.fullmatch(local) is not None and is_host(domain)


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this machine and never leaves it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def split_listen(value: str) -> tuple[str, int]:
    """Host and port of a `listen` value, an IPv6 address without its brackets. Raises ValueError."""
    host, colon, port = value.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise ValueError("expected address:port such as 127.0.0.1:8080 or [::1]:8080")
    bracketed = host.startswith("[") and host.endswith("]")
    if not host or (":" in host and not bracketed):
        raise ValueError("expected address:port; an IPv6 address stands in brackets: [::1]:8080")
    return (host[1:-1] if bracketed else host), int(port)


def _text(value: str) -> str:
    if len(value) > _MAX_TEXT or any(not c.isprintable() for c in value):
        raise ValueError(f"expected one line of at most {_MAX_TEXT} characters")
    return value


def _mailbox(value: str) -> str:
    if value and not is_mail_address(value):
        raise ValueError("expected a mail address such as room@contoso.example, without a name or angle brackets")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: names like "Europe" are directories
        raise ValueError("expected an IANA time zone such as Europe/Berlin (not a Windows name)") from error
    return value


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError("expected a language tag such as en, de-CH or zh-Hant-TW")
    return value


def _host(value: str) -> str:
    if not is_host(value):
        raise ValueError("expected a host name such as meet.contoso.example, without scheme, port or path")
    return value.lower()


def _optional_host(value: str) -> str:
    return _host(value) if value else value


def _split_url(value: str) -> SplitResult:
    try:
        url = urlsplit(value)
        port_is_fine = url.port is None or url.port > 0
    except ValueError as error:
        raise ValueError("expected a URL; host or port cannot be read") from error
    host = url.hostname or ""
    if not port_is_fine or not (is_host(host) or ":" in host) or not value.isprintable() or " " in value:
        raise ValueError("expected a URL such as https://mail.contoso.example/EWS/Exchange.asmx")
    if url.username is not None or url.password is not None:
        raise ValueError("expected a URL without user name and password; they have keys of their own")
    return url


def _endpoint(value: str) -> str:
    if not value:
        return value
    url = _split_url(value)
    if url.scheme not in ("http", "https"):
        raise ValueError("expected a URL that begins with https://")
    if url.scheme == "http" and not is_loopback(url.hostname or ""):
        raise ValueError(
            "expected https://; http:// is for loopback addresses only, it would send the password in the clear"
        )
    if url.query or url.fragment:
        raise ValueError("expected a URL without ? and #")
    return value


def _https_root(value: str) -> str:
    url = _split_url(value)
    if url.scheme != "https":
        raise ValueError("expected a URL that begins with https://, for loopback addresses too")
    if url.path not in ("", "/") or url.query or url.fragment:
        raise ValueError("expected scheme and host only, without a path (a tenant belongs in tenant_id)")
    return value.rstrip("/")


def _proxy(value: str) -> str:
    if value and _split_url(value).scheme not in ("http", "https"):
        raise ValueError("expected a proxy such as http://proxy.contoso.example:3128")
    return value


def _listen(value: str) -> str:
    host, _ = split_listen(value)
    if not is_loopback(host):
        raise ValueError("expected a loopback address; other machines are served by web.remote_listen")
    return value


def _remote_listen(value: str) -> str:
    if value:
        host, _ = split_listen(value)
        try:
            ip_address(host)
        except ValueError as error:
            raise ValueError("expected an address of this machine and a port such as 0.0.0.0:8443") from error
    return value


def _file(value: str, info: ValidationInfo) -> str:
    if len(value) > _MAX_TEXT or any(not c.isprintable() for c in value):
        raise ValueError("expected the path of a file, on one line; the content of the file does not belong here")
    folder = (info.context or {}).get("folder")
    return str(Path(folder, value)) if value and isinstance(folder, Path) else value


def _no_proxy(value: str) -> str:
    if not re.fullmatch(r"[^\s,]{1,253}", value):
        raise ValueError("expected a host, a .domain or a network such as 10.0.0.0/8, one for each item of the list")
    return value


def _allowed(value: str) -> str:
    if value.startswith("@") and is_host(value[1:]):
        return value.lower()
    if not value:
        raise ValueError("expected a mail address or @domain")
    return _mailbox(value).lower()


def _day(value: str) -> str:
    if not value:
        return value
    try:
        if len(value) == 10 and date.fromisoformat(value).year >= 2020:
            return value
    except ValueError:
        pass
    raise ValueError("expected a day such as 2027-03-31")


def _wall_time(value: str) -> str:
    if value and not _WALL_TIME.fullmatch(value):
        raise ValueError("expected a time of the day such as 22:00, or empty")
    return value


def _color(value: str) -> str:
    if value and not _COLOR.fullmatch(value):
        raise ValueError("expected a colour such as #0a5c8f, or empty")
    return value.lower()


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError("expected a short name of lower-case letters, digits, - and _")
    return value


def _audio(value: str) -> str:
    if not _AUDIO.fullmatch(value):
        raise ValueError('expected "off", "auto" or an ALSA device such as "hw:1,0"')
    return value


def _argument(value: str) -> str:
    if len(value) > _MAX_TEXT or any(not c.isprintable() for c in value):
        raise ValueError(f"expected one line of at most {_MAX_TEXT} characters")
    if re.search(r"[{}]", _BRACES.sub("", value)):
        raise ValueError(
            "expected no other placeholders than {url}, {meeting_id}, {passcode}, {sip}, {h323} and {room_name}"
        )
    return value


def _path(value: str) -> str:
    if not value:
        return value
    segments = value.removeprefix("/").removesuffix("/").split("/")
    literals = [s for s in segments if s not in _PLACEHOLDERS]
    readable = all(_SEGMENT.fullmatch(s) and s.strip(".") for s in literals)
    if not value.startswith("/") or not readable:
        raise ValueError(
            "expected a path such as /meet/{id}: each part between slashes is literal text, {id} or {passcode}; "
            "no patterns or regular expressions"
        )
    if any(segments.count(placeholder) > 1 for placeholder in _PLACEHOLDERS):
        raise ValueError("expected {id} and {passcode} at most once each")
    return value


def _booking_link(value: str) -> str:
    if not value:
        return value
    whole = re.fullmatch(r"https://[^\s{}]+(\{id\}[^\s{}]*)?", value) and value.isprintable()
    if not whole or len(value) > _MAX_TEXT:
        raise ValueError("expected an address such as https://meet.contoso.example/{id}, with {id} at most once")
    parts = urlsplit(value)
    if not is_host(parts.hostname or "") or parts.username is not None:
        raise ValueError("expected an address with a host and no password, such as https://meet.contoso.example/{id}")
    return value


Text = Annotated[str, AfterValidator(_text)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
TimeZone = Annotated[str, AfterValidator(_timezone)]
Language = Annotated[str, AfterValidator(_language)]
Host = Annotated[str, AfterValidator(_host)]
OptionalHost = Annotated[str, AfterValidator(_optional_host)]
Endpoint = Annotated[str, AfterValidator(_endpoint)]
HttpsRoot = Annotated[str, AfterValidator(_https_root)]
Proxy = Annotated[str, AfterValidator(_proxy)]
NoProxy = Annotated[str, AfterValidator(_no_proxy)]
Listen = Annotated[str, AfterValidator(_listen)]
RemoteListen = Annotated[str, AfterValidator(_remote_listen)]
FilePath = Annotated[str, AfterValidator(_file)]
AllowedMailbox = Annotated[str, AfterValidator(_allowed)]
WallTime = Annotated[str, AfterValidator(_wall_time)]
Color = Annotated[str, AfterValidator(_color)]
Day = Annotated[str, AfterValidator(_day)]
Slug = Annotated[str, AfterValidator(_slug)]
Audio = Annotated[str, AfterValidator(_audio)]
BookingLink = Annotated[str, AfterValidator(_booking_link)]
Argument = Annotated[str, AfterValidator(_argument)]
PathTemplate = Annotated[str, AfterValidator(_path)]

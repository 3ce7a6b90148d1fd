"""Logs: events with fields, to stderr as text or to journald's stderr with priorities. No prose, no content.

What may not appear: subjects, bodies, addresses of people, passcodes, join URLs, secrets. Libraries that print request
headers or bodies at DEBUG (exchangelib, urllib3, oauthlib, msal) are held at WARNING whatever the level asked for. Of
an exception only its type and place are written, in the line of its event: its own words may quote anything.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

TALKATIVE = ("exchangelib", "requests", "urllib3", "requests_oauthlib", "oauthlib", "msal", "httpx", "httpcore",
             "apscheduler", "uvicorn", "spnego", "alembic", "sqlalchemy", "asyncio", "tzlocal")  # fmt: skip
_PRIORITY = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
_SECRETS = re.compile(
    r"(?i)\b(authorization|cookie|set-cookie|client_secret|password|access_token|refresh_token|pwd)(['\"]?\s*[=:]\s*['\"]?)"
    r"((?:basic|bearer|ntlm)\s+)?[^\s'\"&,;]+"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def redact(text: str) -> str:
    """The text without the values of anything that is named like a secret, and without control characters."""
    return _CONTROL.sub(lambda m: f"\\x{ord(m[0]):02x}", _SECRETS.sub(r"\1\2[redacted]", text)) if text else text


def place_of(error: BaseException, frames: int = 3) -> str:
    """Where an exception was raised: the innermost frames as `file:line`, the place itself last."""
    found = traceback.extract_tb(error.__traceback__)[-frames:]
    return " ".join(f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno}" for frame in found)


def _exception(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"], event["where"] = type(error).__name__, place_of(error)
    return event


def _clean(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
    return event


def _journal_prefix(_: Any, method: str, rendered: str) -> str:
    """`<4>text`: systemd reads the priority from the prefix when stderr is the journal (sd-daemon(3))."""
    prefix = f"<{_PRIORITY.get(method, 6)}>"
    return "\n".join(prefix + line for line in rendered.splitlines())


def configure(level: str = "info") -> None:
    """Send structlog and the standard library's logging through one redacting renderer to stderr."""
    journal = "JOURNAL_STREAM" in os.environ
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _exception,
        _clean,
    ]
    if not journal:
        shared.insert(0, structlog.processors.TimeStamper(fmt="iso", utc=True))
    renderer: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty() and not journal, pad_event_to=0)
        if not journal
        else structlog.processors.LogfmtRenderer(key_order=["event"], drop_missing=True),
    ]
    if journal:
        renderer.append(_journal_prefix)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=renderer))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )

"""Logs: events with fields, to stderr as text, or to journald (deploy/docs/logs.md). No prose, no content.

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
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from agent.system.journal import PRIORITIES, SOCKET, JournalHandler, is_journal, message_of
from agent.system.log_memory import MEMORY
from agent.system.log_repeats import Repeats

TALKATIVE = ("exchangelib", "requests", "urllib3", "requests_oauthlib", "oauthlib", "msal", "httpx", "httpcore",
             "apscheduler", "uvicorn", "spnego", "alembic", "sqlalchemy", "asyncio", "tzlocal")  # fmt: skip
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
        if not key.startswith("_") and not isinstance(value, bool | int | float | None):
            event[key] = redact(value if isinstance(value, str) else str(value))
    if "event" in event:  # of a library it may quote a server, which must not begin a line of its own
        event["event"] = " ".join(str(event["event"]).splitlines())
    return event


def _repeated(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """How many lines this one stands for, as `agent.system.log_repeats` noted."""
    count = getattr(event.get("_record"), "repeated", 0)
    if count:
        event["repeated"] = count
    return event


def _message(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    """For the journal, which has fields of its own for the rest."""
    return message_of(event)


def _journal_prefix(_: Any, method: str, rendered: str) -> str:
    """`<4>text`: systemd reads the priority from the prefix when stderr is the journal (sd-daemon(3))."""
    prefix = f"<{PRIORITIES.get(method, 6)}>"
    return "\n".join(prefix + line for line in rendered.splitlines())


def configure(level: str = "info", journal: Path = SOCKET) -> None:
    """Send structlog and the standard library's logging through one redacting renderer: to journald where it listens
    and our stderr is its, else to stderr. The last lines are kept in memory, and repeats held back."""
    to_journal = is_journal(os.environ) and journal.is_socket()
    handler: JournalHandler | logging.StreamHandler[Any]
    handler = JournalHandler(journal) if to_journal else logging.StreamHandler(sys.stderr)
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _exception,
        _clean,
    ]
    rendered = [_repeated, MEMORY, structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderer(handler)]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=rendered))
    handler.addFilter(Repeats(partial(_write, handler)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a module's logger follows what is configured later, in tests too
    )


def sum_up(*, all_of_it: bool = False) -> None:
    """Tell of repeats that were held back for long enough; at the end of a program, of all."""
    for handler in logging.getLogger().handlers:
        for each in handler.filters:
            if isinstance(each, Repeats):
                each.sum_up(all_of_it=all_of_it)


def _renderer(handler: logging.Handler) -> list[Any]:
    if isinstance(handler, JournalHandler):
        return [handler.keep, _message]
    if "JOURNAL_STREAM" in os.environ:
        return [_message, _journal_prefix]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)]


def _write(handler: logging.Handler, record: logging.LogRecord) -> None:
    """Past the handler's filters."""
    with handler.lock or nullcontext():
        handler.emit(record)

"""Whom we believe."""

from __future__ import annotations

import ssl
from pathlib import Path
from weakref import WeakValueDictionary

from agent.errors import SourceUnavailable

_in_use: WeakValueDictionary[tuple[str, int], ssl.SSLContext] = WeakValueDictionary()
"""A context holds a megabyte of certificates: sync and stream use the same one as long as both have it."""


def client_context(ca_file: str) -> ssl.SSLContext:
    """As `_make`; the same context for the same file while somebody uses it."""
    try:
        key = (ca_file, Path(ca_file).stat().st_mtime_ns if ca_file else 0)
    except OSError:
        return _make(ca_file)  # says what is wrong
    found = _in_use.get(key)
    if found is None:
        found = _in_use[key] = _make(ca_file)
    return found


def _make(ca_file: str) -> ssl.SSLContext:
    """TLS 1.2 or newer, host names checked, the system's certificate store plus `ca_file`.

    Raises `SourceUnavailable` when the file cannot be read: it may be mended while the agent runs.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            message = f"ca_file {ca_file}: expected readable PEM certificates ({error.__class__.__name__})"
            raise SourceUnavailable("calendar.tls", message) from error
    return context

"""Whom we believe."""

from __future__ import annotations

import ssl

from agent.errors import SourceUnavailable


def client_context(ca_file: str) -> ssl.SSLContext:
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

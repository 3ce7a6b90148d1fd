"""A person signs a room in, for tenants that register no secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.app.accounts import graph_account
from agent.app.box import open_box
from agent.errors import UsageError
from agent.system import logs


def sign_in_with_code(config_file: Path | None, state_dir: Path | None, show: Callable[[str, str, int], None]) -> None:
    """Shows page, code and minutes through `show`, waits for the person, keeps the sign-in. Raises our errors."""
    from agent.sources.graph.signin import open_device_tokens
    from agent.sources.transport.session import Transport

    logs.configure("error")
    box = open_box(config_file, state_dir)
    if box.config.calendar.graph.auth != "device_code":
        raise UsageError('sign-in is for calendar.graph.auth = "device_code"; this configuration signs in by itself.')
    settings = graph_account(box)
    transport = Transport(settings.http)
    prompt, wait = open_device_tokens(settings, transport, box.clock).ask()
    show(prompt.url, prompt.code, prompt.minutes)
    wait()

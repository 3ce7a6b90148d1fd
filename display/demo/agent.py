"""The demo's agent: `room-agent demo`, with an Exchange of its own and a configuration with two inputs."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from tzlocal import get_localzone_name

from display.core.client import CoreClient, CoreUnreachable
from display.demo import news
from display.demo.children import ended, spawn
from display.demo.texts import texts

AGENT_S = 60.0
_URLS = ("Home screen: ", "Demo Exchange: ")
_CONFIG = """[room]
timezone = {timezone}

[inputs.hdmi]
label = "HDMI"

[inputs.vga]
kind = "vga"
label = "VGA"
"""


class DemoFailed(Exception):
    """The demo cannot go on; the message says why and what to do."""


async def start_agent(
    stack: AsyncExitStack, config: Path, state: Path, log_level: str
) -> tuple[asyncio.subprocess.Process, Sequence[str]]:
    """The agent with its demo Exchange, and the addresses it prints: of the home screen, of the Exchange's page.

    Raises DemoFailed.
    """
    places = ("--config", str(config), "--state-dir", str(state))
    command = [sys.executable, "-m", "agent", "demo", "--no-browser", *places, "--log-level", log_level]
    process = await spawn(command, os.environ, stdout=asyncio.subprocess.PIPE, stderr=None)
    stack.push_async_callback(ended, process)
    assert process.stdout is not None
    urls = []
    try:
        async with asyncio.timeout(AGENT_S):
            for label in _URLS:
                line = (await process.stdout.readline()).decode("utf-8", "replace").strip()
                if not line.startswith(label):
                    raise DemoFailed(texts()["demo.no_agent"])
                urls.append(line.removeprefix(label))
    except TimeoutError:
        raise DemoFailed(texts()["demo.no_agent"]) from None
    return process, urls


async def inputs_of(client: CoreClient) -> Sequence[str]:
    """The names of the room's inputs. Raises DemoFailed."""
    try:
        return [each.name for each in await news.inputs(client)] or ["hdmi"]
    except CoreUnreachable as error:
        raise DemoFailed(str(error)) from None


def write_config(state: Path) -> Path:
    """A configuration for the demo, in `state`: this computer's time zone, an HDMI and a VGA input."""
    file = state / "demo.toml"
    file.write_text(_CONFIG.format(timezone=json.dumps(get_localzone_name())), "utf-8")
    return file

"""A new mpv, with its connection."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Mapping

from display.player.command_line import command_line, environment


async def start(program: str, inherited: Mapping[str, str]) -> tuple[asyncio.subprocess.Process, socket.socket]:
    """An mpv, and our end of its connection, on which nobody else can be. It is in a process group of its own: what
    ends the shell at a terminal does not end it first. Raises OSError where it cannot be started."""
    ours, its = socket.socketpair()
    with its:
        try:
            process = await asyncio.create_subprocess_exec(
                *command_line(program, its.fileno(), shutil.which("setpriv")),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=[its.fileno()],
                process_group=0,
                env=environment(inherited),
            )
        except BaseException:
            ours.close()
            raise
    return process, ours

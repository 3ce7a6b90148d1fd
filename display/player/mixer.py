"""The room's loudspeaker, by that command line tool of PipeWire, PulseAudio or ALSA that is there and answers."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress

from display.player.loudspeakers import TOOLS, Tool

log = logging.getLogger(__name__)

ANSWER_S = 2.0
_LONGEST = 65_536


class CommandMixer:
    """A `Mixer`. Without sound, or where a tool does not answer within 2 s, the volume is None and cannot be set."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = {**(os.environ if environment is None else environment), "LC_ALL": "C.UTF-8"}

    async def volume(self) -> int | None:
        """0 to 100."""
        _, percent = await self._found()
        return percent

    async def set_volume(self, percent: int) -> None:
        """Be as loud as that, within 0 to 100, and heard."""
        tool, _ = await self._found()
        if tool is None:
            return
        percent = min(max(percent, 0), 100)
        if await self._said(tool.tell(percent)) is None:
            log.warning("%s does not set the volume", tool.ask[0])
        elif percent:
            await self._said(tool.unmute)

    async def _found(self) -> tuple[Tool | None, int | None]:
        """The first tool that tells a volume."""
        for tool in TOOLS:
            said = await self._said(tool.ask)
            if said is not None and (percent := tool.read(said)) is not None:
                return tool, percent
        return None, None

    async def _said(self, command: Sequence[str]) -> str | None:
        """What a command prints; None where it is not installed, fails or takes too long."""
        program = shutil.which(command[0], path=self._environment.get("PATH"))
        if program is None:
            return None
        process = await asyncio.create_subprocess_exec(
            program,
            *command[1:],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            process_group=0,
            env=self._environment,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(ANSWER_S):
                said = await process.stdout.read(_LONGEST)
                return said.decode("utf-8", "replace") if await process.wait() == 0 else None
        except TimeoutError:
            log.warning("%s takes too long", command[0])
            return None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its children hold our end of the pipe open
            await process.wait()

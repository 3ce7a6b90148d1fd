"""Starting Chromium: its command line, its profile, its pipe, its end."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from display.browsers.cdp import Connection, Handler, connect
from display.processes import clean_environment, die_with_parent

NAMES = ("chromium", "chromium-browser", "google-chrome-stable")

_ALWAYS = (
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--disable-session-crashed-bubble",
    "--password-store=basic",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-sync",
    "--disk-cache-size=67108864",  # bytes: profiles lie in memory on a box
    "--disable-quic",
    "--disable-features=Translate,MediaRouter,GlobalMediaControls",
    "--autoplay-policy=no-user-gesture-required",
    "--ozone-platform=x11",
    "--kiosk",
)
_COVERED = (  # what a page does under another window goes on
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
)
CLOSE_S = 3.0


def find() -> str | None:
    """The path of this machine's Chromium; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def command(
    browser: str, *, role: str, url: str, profile: Path, language: str, covered: bool, extra: Sequence[str] = ()
) -> list[str]:
    """The command line of a browser whose windows have the class `room-ROLE`. `covered`: it stays awake while another
    window covers it."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()  # only root, which no unit is, cannot have it
    return [
        browser,
        f"--user-data-dir={profile}",
        f"--class=room-{role}",
        f"--lang={language}",
        *_ALWAYS,
        *(_COVERED if covered else ()),
        *sandbox,
        *extra,
        "--remote-debugging-pipe",
        f"--app={url}",
    ]


class Chromium:
    """One running browser, in a process group of its own."""

    def __init__(self, process: asyncio.subprocess.Process, pipe: Connection) -> None:
        self._process = process
        self._reading = asyncio.create_task(pipe.run())
        self.pipe = pipe

    @property
    def pid(self) -> int:
        """Its main process, which owns its windows."""
        return self._process.pid

    async def wait(self) -> int:
        """Its exit status, when it has ended."""
        status = await self._process.wait()
        await self._reading
        return status

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def close(self) -> None:
        """End it: by request, by SIGTERM, by SIGKILL, each with its time. Returns when it is gone."""
        with suppress(Exception):
            async with asyncio.timeout(CLOSE_S):
                await self.pipe.call("Browser.close")
                await self._process.wait()
        for blow in (signal.SIGTERM, signal.SIGKILL):
            if self._process.returncode is not None:
                break
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, blow)
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    await self._process.wait()
        self.kill()  # helpers that outlived it
        await self._reading


async def start(arguments: Sequence[str], on_event: Handler, environment: Mapping[str, str] | None = None) -> Chromium:
    """Start a browser with the pipe on its fds 3 and 4. Raises OSError where it cannot be started."""
    their_read, our_write = os.pipe()
    our_read, their_write = os.pipe()

    def in_child() -> None:
        die_with_parent()
        high_read, high_write = (os.dup2(fd, fd + 100) for fd in (their_read, their_write))
        os.dup2(high_read, 3, inheritable=True)
        os.dup2(high_write, 4, inheritable=True)
        os.close(high_read)
        os.close(high_write)

    try:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=clean_environment(environment or os.environ),
            preexec_fn=in_child,
            close_fds=False,
            start_new_session=True,
        )
    except OSError:
        os.close(our_read)
        os.close(our_write)
        raise
    finally:
        os.close(their_read)
        os.close(their_write)
    return Chromium(process, await connect(our_read, our_write, on_event))


def fresh_profile(folder: Path) -> Path:
    """An empty profile in `folder`, which is wiped: nothing of the last meeting is left, no lock of another host."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder

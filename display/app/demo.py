"""`room-display demo`: a whole box on this computer, with a screen of its own, drawn cables and a page to see it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path

from display.channel import Teller
from display.core.client import CoreClient
from display.demo import news, screen
from display.demo.accidents import Accidents
from display.demo.agent import DemoFailed, inputs_of, start_agent, write_config
from display.demo.box import Changes, WholeBox
from display.demo.cables import Cables
from display.demo.children import Program, adopt_orphans, end_all
from display.demo.computer import all_there, can_have_window, has_desktop
from display.demo.hands import Hands
from display.demo.page.app import create_app
from display.demo.page.serving import Server, listen
from display.demo.picture import Picture
from display.demo.standins import Standins
from display.demo.texts import texts

_SIZE = re.compile(r"([1-9]\d{2,3})x([1-9]\d{2,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The command line, and the state directory it leads to."""

    config: Path | None
    state: Path
    port: int
    size: str
    browser: bool
    window: bool
    log_level: str


def run_demo(
    config: Path | None,
    state_dir: Path | None,
    *,
    port: int,
    size: str,
    no_browser: bool,
    log_level: str,
    window: bool = False,
) -> int:
    """Run it until Ctrl-C; returns the exit status. Without a state directory everything is forgotten at the end.

    `port`: of the page, or the next free one; `size`: of the screen, "1280x720"; `window`: the screen is also a window
    on the desktop. What is missing on this computer is told on stderr, a sentence each.
    """
    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    if _SIZE.fullmatch(size) is None:
        return _failed(texts()["demo.size"].format(size=size), 2)
    if not all_there():
        return 1
    with ExitStack() as resources:
        if state_dir is None:
            state_dir = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="room-display-demo-")))
        state = state_dir.absolute()
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        adopt_orphans()
        try:
            return asyncio.run(
                _whole(
                    _Asked(
                        config=config,
                        state=state,
                        port=port,
                        size=size,
                        browser=not no_browser,
                        window=window and can_have_window(),
                        log_level=log_level,
                    )
                )
            )
        except (DemoFailed, screen.ScreenFailed, OSError) as error:
            return _failed(str(error), 1)


def _failed(message: str, status: int) -> int:
    sys.stderr.write(f"{message}\n")
    return status


async def _whole(asked: _Asked) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, stop.set)
    try:
        ending = asyncio.create_task(stop.wait())
        running = asyncio.create_task(_run(asked))
        await asyncio.wait((ending, running), return_when=asyncio.FIRST_COMPLETED)
        for task in (ending, running):
            task.cancel()
        outcome = (await asyncio.gather(running, ending, return_exceptions=True))[0]
        if isinstance(outcome, Exception):
            raise outcome
        return 0
    finally:
        await end_all()


async def _run(asked: _Asked) -> None:
    state = asked.state
    async with AsyncExitStack() as stack:
        shown = await stack.enter_async_context(screen.running(asked.size, state, window=asked.window))
        agent, (home, exchange) = await start_agent(stack, asked.config or write_config(state), state, asked.log_level)
        client = CoreClient(state / "core.sock")
        changes = Changes()

        teller = Teller(lambda _: None)
        simulator = state / "simulator.sock"
        await stack.enter_async_context(teller.serving(simulator))
        cables = Cables(await inputs_of(client), teller.tell)
        stack.callback(cables.close)

        standins = stack.enter_context(Standins())
        environment = shown.environment(os.environ) | {
            "ROOM_DISPLAY_SIMULATOR": str(simulator),
            "ROOM_DISPLAY_MEETING_FLAGS": json.dumps(standins.chromium_flags()),
        }
        shell = Program(_shell_command(state, shown.name, asked.log_level), environment, changes.changed)

        picture = Picture(shown)
        box = WholeBox(
            news=news.News(client, changes.changed),
            cables=cables,
            picture=picture,
            hands=Hands(shown.connect()),
            accidents=Accidents(shown.connect(), lambda: shell.pid),
            shell_starts=lambda: shell.starts,
            changes=changes,
        )
        width, height = (int(part) for part in asked.size.split("x"))
        server = Server(create_app(box, exchange_url=exchange, size=(width, height)), listen(asked.port))
        picture.start()
        _announce(server.url, exchange, home, browser=asked.browser)
        await _supervise(server, box, shell, agent, shown.process)


async def _supervise(
    server: Server,
    box: WholeBox,
    shell: Program,
    agent: asyncio.subprocess.Process,
    screen_process: asyncio.subprocess.Process,
) -> None:
    """Serve until cancelled. Raises DemoFailed when something ends that the demo cannot do without."""

    async def needed(process: asyncio.subprocess.Process, what: str) -> None:
        await process.wait()
        raise DemoFailed(texts()[f"demo.ended.{what}"])

    tasks = [
        asyncio.create_task(each)
        for each in (
            server.run(),
            box.news.run(),
            shell.run(),
            needed(agent, "agent"),
            needed(screen_process, "screen"),
        )
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await task
    finally:
        box.end()
        server.stop()
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _shell_command(state: Path, display: str, log_level: str) -> Sequence[str]:
    places = ("--state-dir", str(state), "--core", str(state / "core.sock"))
    return [sys.executable, "-m", "display", "run", *places, "--display", display, "--log-level", log_level]


def _announce(page: str, exchange: str, home: str, *, browser: bool) -> None:
    sys.stdout.write(f"Room's screen: {page}\nDemo Exchange: {exchange}\nHome screen: {home}\n")
    sys.stdout.flush()
    if browser and not os.environ.get("CI") and has_desktop(os.environ):
        webbrowser.open(page)

"""Every part of the shell, and what it tells the others: the only place that names their classes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError
from Xlib.protocol.rq import Event

from agent.wire import DisplayConfig
from display import files
from display.app.resetting import Resetting
from display.app.seams import Seams, seams_of
from display.app.start import Options
from display.channel import Listener
from display.clock import utc_now
from display.core.client import CoreClient
from display.core.decode import Malformed, decode
from display.core.orders import Orders
from display.core.reporter import Reporter
from display.inputs.watch import InputWatch
from display.model import Role, Source
from display.notify import ServiceManager
from display.outputs.drm import DrmNews
from display.outputs.power import DpmsPower
from display.outputs.randr import RandrScreens
from display.outputs.watch import OutputWatch
from display.overlay.overlays import Overlays
from display.overlay.state import Reset, ResetQuestion
from display.player.mixer import CommandMixer
from display.player.mpv import MpvPlayer
from display.shell.awake import Waking
from display.shell.children import Child
from display.shell.drawing import Drawing
from display.shell.orders import Obeyed
from display.shell.parts import Parts
from display.shell.playing import Playing
from display.shell.reset import KEY
from display.shell.shell import Shell
from display.shell.siblings import call_of, code_of, pids_of
from display.windows.cursor import Cursor
from display.windows.curtain import Curtain
from display.windows.held import HeldKey
from display.windows.keys import take_shortcuts
from display.windows.manager import WindowManager
from display.windows.server import Pump, become_manager, tolerate_races
from display.windows.touches import Touch, Touches

CONFIGURED_S = 10.0
SIBLINGS_S = 1.0
"""So long a new shell waits until both siblings have told which windows are theirs: with one of them alone the home
screen would come up in front of a running meeting."""


class Told:
    """The player's events, for a shell that is made after it."""

    def __init__(self, shell: Callable[[], Shell]) -> None:
        self._shell = shell

    def started(self, source: Source) -> None:
        self._shell().started(source)

    def failed(self, source: Source, code: str) -> None:
        self._shell().failed(source, code)

    def black(self, source: Source, *, is_black: bool) -> None:
        self._shell().black(source, is_black=is_black)


class Assembly:
    """The parts of one shell. `lost` is called when X is gone. Raises ScreenError where the screen is another's."""

    def __init__(self, options: Options, display: Display, resources: ExitStack, lost: Callable[[], None]) -> None:
        self._options, self._display = options, display
        tolerate_races(display)
        become_manager(display)
        take_shortcuts(display)
        now = asyncio.get_running_loop().time
        seams: Seams = seams_of(options)
        self._manager = ServiceManager()
        self._home = Listener(options.places.home, self._sibling_changed)
        self._meeting = Listener(options.places.meeting, self._sibling_changed)
        self._player = MpvPlayer(Told(lambda: self._shell))
        self._windows = WindowManager(display, self._known, self._changed)
        self._inputs = InputWatch((), (), options.places.state, self._changed, **seams.inputs)
        self._outputs = OutputWatch(RandrScreens(display), self._changed, geometry=self._windows.screen)
        self._playing = Playing(self._player, seams.picture(self._inputs.source), self._inputs.let_go, self._changed)
        self._drawing = Drawing(Overlays(display, self._windows.screen))
        self._cursor = Cursor(display)
        self._touches = Touches(display, self._touched, lambda: self._shell.typed())  # noqa: PLW0108  made after it
        self._drm = DrmNews(self._outputs.hotplug)
        self._pump = Pump(display, self._handle, lost)
        self._waking = Waking(DpmsPower(display), now())
        self._seams = seams
        client = CoreClient(options.places.core)
        self._reporter = Reporter(client, lambda: self._shell.report())  # noqa: PLW0108  made after it
        self._resetting = Resetting(HeldKey(display, KEY), client, seams.uptime, self._said)
        self._orders = Orders(client, "shell", lambda connected: self._reporter.again() if connected else None)
        self._shell = Shell(
            Parts(
                windows=self._windows,
                inputs=self._inputs,
                outputs=self._outputs,
                playing=self._playing,
                overlay=self._drawing,
                curtain=Curtain(display),
                waking=self._waking,
                mixer=CommandMixer(),
                meeting=lambda: call_of(self._meeting.state),
                home_code=lambda: code_of(self._home.state),
                leave=lambda: self._meeting.ask({"do": "leave"}),
                restart_home=lambda: self._home.ask({"do": "restart"}),
                versions=self._versions,
                now=now,
                clock=utc_now,
                reset=lambda yes: self._resetting.answer(yes=yes),
            ),
            report_changed=self._reporter.changed,
            done=self._reporter.done,
        )
        self._obeyed = Obeyed(configure=self._configure, show_input=self._shell.show_input, home=self._shell.home)
        self._config_file = options.places.state / "config.json"
        self._configured = asyncio.Event()
        self._kept: DisplayConfig | None = None
        self._alone = now() + SIBLINGS_S
        self._begin(resources)

    def works(self) -> Mapping[str, Coroutine[Any, Any, None]]:
        """What runs until the end, by name."""
        works = {
            "inputs": self._watch_inputs(),
            "player": self._player.run(),
            "playing": self._playing.run(),
            "home": self._home.run(),
            "meeting": self._meeting.run(),
            "orders": self._take_orders(),
            "reports": self._reporter.run(),
            "watchdog": self._stay_alive(),
            "reset": self._resetting.run(),
            **self._seams.works(),
        }
        if self._options.browsers:
            common = ("--state-dir", str(self._options.places.state.parent), "--core", str(self._options.places.core))
            level = ("--log-level", self._options.log_level)
            works["home browser"] = Child(("home", *common, *level), self._home).run()
            works["meeting browser"] = Child(("meeting", *common, *level), self._meeting).run()
        return works

    def started(self) -> None:
        """Tell the service manager."""
        self._manager.ready()

    def stopping(self) -> None:
        """Tell the service manager."""
        self._manager.stopping()

    def _begin(self, resources: ExitStack) -> None:
        self._windows.start()
        self._outputs.start()
        self._drm.start()
        self._cursor.hide()
        self._pump.start()
        resources.callback(self._end)
        asyncio.get_running_loop().call_at(self._alone, self._sibling_changed)
        self._remember()
        self._changed()

    def _end(self) -> None:
        """Leave a screen that is on, and nothing of ours on it. Where X is gone, so is all that."""
        self._shell.close()
        self._drm.close()
        self._outputs.close()
        with suppress(ConnectionClosedError, OSError):
            self._waking.wake()
            self._drawing.close()
            self._pump.stop()
            self._display.close()

    async def _watch_inputs(self) -> None:
        """Devices are opened when it is known which of them are the room's cameras; without a core, after a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CONFIGURED_S):
                await self._configured.wait()
        await self._inputs.run()

    async def _take_orders(self) -> None:
        async for event in self._orders:
            self._obeyed.obey(event)

    async def _stay_alive(self) -> None:
        await self._manager.keep_alive()
        await asyncio.Event().wait()

    def _configure(self, config: DisplayConfig) -> None:
        self._shell.configure(self._seams.configured(config))
        self._configured.set()
        if config != self._kept:
            self._kept = config
            files.write_later(self._config_file, asdict(config))

    def _remember(self) -> None:
        """What held the last time holds until the core says what holds now."""
        with suppress(Malformed):
            if told := files.read(self._config_file):
                self._kept = decode(DisplayConfig, told)
                self._configure(self._kept)

    def _changed(self) -> None:
        self._shell.changed()

    def _sibling_changed(self) -> None:
        if (self._home.state and self._meeting.state) or asyncio.get_running_loop().time() >= self._alone:
            self._windows.reconsider()
        self._shell.changed()

    def _known(self) -> Mapping[Role, frozenset[int]]:
        return {
            Role.HOME: pids_of(self._home.state),
            Role.MEETING: pids_of(self._meeting.state),
            Role.CONTENT: self._player.pids,
        }

    def _handle(self, event: Event) -> None:
        """One event of the X server: for whoever it is."""
        if self._touches.handle(event, asyncio.get_running_loop().time()):
            return
        if event.type == X.ButtonPress:
            action = self._drawing.pressed(event)
            if action is not None:
                self._shell.act(action)
        elif event.type == X.KeyPress:
            self._resetting.pressed(event)
        elif type(event).__name__ in ("ScreenChangeNotify", "CrtcChangeNotify", "OutputChangeNotify"):
            self._outputs.output_changed()
        else:
            self._windows.handle(event)

    def _touched(self, touch: Touch) -> None:
        if not touch.pressed:
            self._cursor.moved()
        screen = self._windows.screen
        self._shell.touched((touch.y - screen.y) / max(1, screen.height))

    def _said(self, reset: Reset | ResetQuestion | None) -> None:
        self._shell.resetting(reset)

    def _versions(self) -> Mapping[str, str]:
        info = self._display.display.info
        found = {"display": version("room-agent"), "x": f"{info.vendor} {info.release_number}"}
        return {**found, "player": self._player.version} if self._player.version else found

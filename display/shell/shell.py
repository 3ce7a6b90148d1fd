"""The shell: whatever happens, the screen is chosen anew and everything follows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace

from agent.wire import DisplayConfig, DisplayReport, Home, ShowInput, WindowReport
from display.choose import Asked, Screen, Wish, ask, choose, outdated
from display.inputs.watched import InputNow
from display.model import Role, Source, Trouble
from display.overlay.state import Action, Reset, ResetQuestion
from display.shell import known as knowledge
from display.shell.known import Known
from display.shell.nightly import due, zone_of
from display.shell.orders import OrderBook
from display.shell.parts import Parts
from display.shell.playing import Wanted
from display.shell.strangers import Strangers
from display.shell.troubles import Troubles, lasts
from display.shell.view import BAR_S, changes_at, overlay

log = logging.getLogger(__name__)

VOLUME_STEP = 10
LOOK_S = 60.0
"""Looked at once a minute though nothing happened: the room's clock is shown and gone by."""
TYPED_EVERY_S = 10.0


class Shell:
    """The present and what follows from it. `report_changed` is called after each change; `done` with each order."""

    def __init__(
        self, parts: Parts, report_changed: Callable[[], None], done: Callable[[str, str | None], None]
    ) -> None:
        self._parts = parts
        self._report_changed = report_changed
        self._orders = OrderBook(done, parts.now)
        self._troubles = Troubles()
        self._strangers = Strangers()
        self._known = Known()
        self._screen = Screen(Role.HOME)
        self._player_trouble: Trouble | None = None
        self._renewed = parts.clock()
        self._soon: asyncio.Handle | None = None
        self._later: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._volume = asyncio.Lock()

    @property
    def screen(self) -> Screen:
        return self._screen

    def changed(self) -> None:
        """Something is different: choose anew, once, when everything that happened with it is in."""
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_soon(self._update)

    def configure(self, config: DisplayConfig) -> None:
        self._parts.inputs.reconfigure(config.inputs, config.cameras)
        self._parts.waking.configure(config)
        self._know(config=config)

    def show_input(self, order: ShowInput) -> None:
        """An order from a person at the home screen, or far away."""
        self._parts.inputs.tapped(order.input)
        self._orders.show(order)
        self._know(asked=Asked(Wish.CONTENT, order.input), touched=self._parts.now())

    def home(self, order: Home) -> None:
        self._ask("home")
        self._orders.home(order)

    def touched(self, height: float) -> None:
        """Somebody touched the screen, at a share of its height. A bar that is there stays where it is."""
        now = self._parts.now()
        if now >= self._known.touched + BAR_S:
            self._know(touched_at=height)
            self._spawn(self._hear())
        self._know(touched=now, hand=now)

    def typed(self) -> None:
        """Somebody uses a keyboard, which calls no bar, but wakes the screen and keeps it awake."""
        now = self._parts.now()
        if not self._known.awake or now - self._known.typed >= TYPED_EVERY_S:
            self._know(typed=now, hand=now)

    def resetting(self, said: Reset | ResetQuestion | None) -> None:
        """What there is to say about a new set-up."""
        self._know(reset=said)

    def act(self, action: Action) -> None:
        """A button of the overlay."""
        self._know(touched=self._parts.now())
        if action is Action.LEAVE:
            self._parts.leave()
        elif action is Action.VOLUME_UP:
            self._spawn(self._turn(VOLUME_STEP))
        elif action is Action.VOLUME_DOWN:
            self._spawn(self._turn(-VOLUME_STEP))
        elif action in {Action.RESET, Action.KEEP}:
            self._parts.reset(action is Action.RESET)
        else:
            self._ask(action.value)

    def started(self, source: Source) -> None:
        """The player has a picture."""
        self._player_trouble = None
        self._parts.playing.started(source)
        self._know(black=False)  # a player tells of black pictures anew with each one it opens

    def failed(self, source: Source, code: str) -> None:
        """The player has none."""
        name = self._parts.playing.failed(source)
        self._player_trouble = Trouble(code, name or "")
        if name is not None:
            self._parts.inputs.failed(name, code)
        self.changed()

    def close(self) -> None:
        """Do nothing more."""
        for handle in (self._soon, self._later, *self._tasks):
            if handle is not None:
                handle.cancel()

    def black(self, source: Source, *, is_black: bool) -> None:
        """The picture of a source has been black for long, or is no more."""
        name = self._parts.playing.input_of(source)
        if name is not None:
            self._parts.inputs.black(name, is_black)
        self._know(black=is_black)

    def report(self) -> DisplayReport:
        """What the core is to know now."""
        windows = [
            WindowReport(role=each.role.value, pid=each.pid, geometry=str(each.placed))
            for each in self._parts.windows.windows.values()
            if not each.dialog
        ]
        return knowledge.report(
            self._known,
            self._screen,
            connectors=self._parts.outputs.connectors,
            windows=windows,
            problems=self._troubles.update(self._present_troubles(), self._parts.clock()),
            versions=self._parts.versions(),
        )

    def _ask(self, action: str) -> None:
        asked = ask(action, self._screen, self._known.asked)
        if asked.dismissed is not None:
            self._parts.inputs.dismissed(asked.dismissed)
        if asked.wished is not None:
            self._parts.inputs.tapped(asked.wished)
        self._know(asked=asked)

    def _know(self, **news: object) -> None:
        self._known = replace(self._known, **news)  # type: ignore[arg-type]
        self.changed()

    def _update(self) -> None:
        self._soon = None
        self._look()
        screen = choose(knowledge.facts(self._known))
        shown = next((each for each in self._known.inputs if each.name == screen.play), None)
        self._parts.playing.want(_wanted(shown) if shown else None)
        self._screen = screen
        self._parts.windows.arrange(screen.front, self._parts.outputs.geometry)
        self._parts.overlay.show(
            overlay(self._known, screen), self._parts.outputs.geometry, self._known.config.language
        )
        between = screen.front is Role.CONTENT and not self._parts.windows.has(Role.CONTENT)
        self._parts.curtain.draw(self._parts.outputs.geometry, closed=between or not self._known.awake)
        content = screen.play if screen.front is Role.CONTENT else None
        self._strangers.look(self._parts.windows.strangers, self._known.now)
        coming = frozenset(each.name for each in self._known.inputs if each.shows or each.likely)
        self._orders.settle(content, coming)
        self._renew_home()
        self._look_again()
        self._report_changed()

    def _look(self) -> None:
        """Take in how things are now."""
        before, parts = self._known, self._parts
        now, call, home = parts.now(), parts.meeting(), parts.windows.has(Role.HOME)
        inputs = parts.inputs.inputs
        asked = outdated(
            before.asked,
            call_began=call.order_id != before.call.order_id and call.state != "none",
            call_over=call.state == "none" and before.call.state != "none",
            inputs=knowledge.guests(inputs),
        )
        seen = parts.windows.has(Role.CONTENT) or parts.playing.between
        awake = parts.waking.decide(
            now,
            parts.clock(),
            touched=max(before.touched, before.typed),
            live=any(each.shows for each in inputs),
            meeting=call.state != "none",
        )
        if self._player_trouble is not None and not lasts(self._player_trouble, inputs):
            self._player_trouble = None
        self._known = replace(
            before,
            call=call,
            home=home,
            meeting=parts.windows.has(Role.MEETING, call.program),
            inputs=inputs,
            playing=parts.playing.showing if seen else None,
            black=before.black and parts.playing.opened is not None,
            asked=asked,
            now=now,
            home_since=None if home else before.home_since if before.home_since is not None else now,
            home_code=parts.home_code(),
            clock=self._wall_clock(),
            awake=awake,
        )

    def _renew_home(self) -> None:
        """Have the home browser made anew, once a night, while nobody looks at anything else."""
        config, now = self._known.config, self._parts.clock()
        quiet = self._known.call.state == "none" and self._screen.front is Role.HOME
        if quiet and due(config.nightly, zone_of(config.timezone), self._renewed, now) and self._parts.restart_home():
            log.info("the home screen's browser is made anew, as every night")
            self._renewed = now

    def _look_again(self) -> None:
        """When time alone changes something."""
        if self._later is not None:
            self._later.cancel()
        now = self._parts.now()
        strangers = self._strangers.due
        dues = (changes_at(self._known), self._orders.due, self._parts.waking.due, strangers, now + LOOK_S)
        soonest = min(each for each in dues if each is not None)
        self._later = asyncio.get_running_loop().call_later(max(0.01, soonest - now), self.changed)

    def _present_troubles(self) -> list[Trouble]:
        found = [*self._parts.inputs.troubles, *self._parts.outputs.troubles, *self._parts.waking.troubles]
        found += self._strangers.troubles
        return [*found, self._player_trouble] if self._player_trouble else found

    def _wall_clock(self) -> str:
        return self._parts.clock().astimezone(zone_of(self._known.config.timezone)).strftime("%H:%M")

    async def _hear(self) -> None:
        volume = await self._parts.mixer.volume()
        if volume != self._known.volume:
            self._know(volume=volume)

    async def _turn(self, by: int) -> None:
        async with self._volume:  # of two quick taps each counts
            volume = await self._parts.mixer.volume()
            if volume is not None:
                wanted = min(100, max(0, volume + by))
                await self._parts.mixer.set_volume(wanted)
                self._know(volume=wanted)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _wanted(shown: InputNow) -> Wanted:
    """An input's picture. One that is about to be steady is opened as what it will be, and not once more then."""
    return Wanted(shown.name, shown.generation + shown.likely)

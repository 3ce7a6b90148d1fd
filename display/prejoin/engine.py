"""The help itself: looks, decides, acts as a person would, and steps back as soon as a person does."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from display.ports import Page
from display.prejoin import finding, plan
from display.prejoin.hosts import expected, host_of
from display.prejoin.plan import Ending, Outcome
from display.prejoin.rules import TOTAL_S, Sign, Step

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.25
ELSEWHERE_S = 10.0
"""Seconds on other hosts, such as a sign-in that passes by itself, after which the help ends."""
LEFT_EVERY_S = 1.0
_NEAR = 3.0
"""CSS pixels an element may move between two looks and still be pressed."""

Clock = Callable[[], float]
Pause = Callable[[float], Awaitable[None]]


async def help_to_join(
    page: Page,
    steps: Sequence[Step],
    values: Mapping[str, str],
    *,
    clock: Clock,
    pause: Pause,
    interrupted: Callable[[], bool],
) -> Outcome:
    """Do the steps as their elements come; how it ended. Within TOTAL_S, and never again once a person touched the page
    or `interrupted()` says so. `values` are what "fill" steps put in. Never raises."""
    return await _Help(page, steps, values, clock, pause, interrupted).run()


class _Help:
    def __init__(
        self,
        page: Page,
        steps: Sequence[Step],
        values: Mapping[str, str],
        clock: Clock,
        pause: Pause,
        interrupted: Callable[[], bool],
    ) -> None:
        self._page, self._values = page, values
        self._steps = [step for step in steps if step.do != "fill" or values.get(step.value)]
        self._hosts = sorted({host for step in steps for host in step.hosts})
        self._clock, self._pause, self._interrupted = clock, pause, interrupted
        self._touched = False

    async def run(self) -> Outcome:
        progress = plan.begin(self._clock())
        here = progress.started
        while True:
            found: finding.Look = finding.Look({}, {})
            if expected(host_of(self._page.url), self._hosts):
                found = await finding.look(self._page, self._steps, self._values)
                here = self._clock()
            now = self._clock()
            if self._touched or found.touched or self._interrupted():
                return Outcome(Ending.TOUCHED)
            if now - here >= ELSEWHERE_S:
                return Outcome(Ending.ELSEWHERE)
            progress = progress.noticed(found.found, now)
            due = plan.decide(self._steps, progress, found.found, now)
            if isinstance(due, Outcome):
                return due
            if due is not None and await self._act(due, found.places[due.id]):
                log.debug("join help: %s", due.id)
                progress = progress.acted(due.id, self._clock())
            await self._pause(LOOK_EVERY_S)

    async def _act(self, step: Step, place: finding.Place) -> bool:
        """Whether the step was done. An element that is covered, moves, or went elsewhere is left alone."""
        first, second = await self._aim(step, place), await self._aim(step, place)
        corner = await finding.offset(place)
        if first is None or second is None or corner is None:
            return False
        if abs(first[0] - second[0]) > _NEAR or abs(first[1] - second[1]) > _NEAR:
            return False
        if self._interrupted() or not await self._still_there(step, place):
            return False
        await self._press(second[0] + corner[0], second[1] + corner[1])
        return step.do != "fill" or await self._type(step, place)

    async def _aim(self, step: Step, place: finding.Place) -> tuple[float, float] | None:
        answer = await finding.run(place, {"mode": "aim", "step": finding.asked(step)})
        self._touched = self._touched or bool(answer.get("touched"))
        spot = answer.get("spot")
        return (float(spot["x"]), float(spot["y"])) if isinstance(spot, dict) and not self._touched else None

    async def _still_there(self, step: Step, place: finding.Place) -> bool:
        """Whether page and frame are of the step's hosts, at this moment."""
        frames = await finding.places(self._page, step.hosts)
        return expected(host_of(self._page.url), step.hosts) and any(
            (one.page, one.frame) == (place.page, place.frame) for one in frames
        )

    async def _press(self, x: float, y: float) -> None:
        spot = {"x": x, "y": y, "button": "left", "clickCount": 1}
        await finding.ask(self._page, "Input.dispatchMouseEvent", {**spot, "type": "mousePressed", "buttons": 1})
        await finding.ask(self._page, "Input.dispatchMouseEvent", {**spot, "type": "mouseReleased", "buttons": 0})

    async def _type(self, step: Step, place: finding.Place) -> bool:
        """Put the value into the field that was pressed, if it is that which has the keyboard."""
        answer = await finding.run(place, {"mode": "focus", "step": finding.asked(step)})
        if answer.get("ready") and not answer.get("touched") and await self._still_there(step, place):
            await finding.ask(place.page, "Input.insertText", {"text": self._values[step.value]})
            return True
        return False


async def watch_left(page: Page, signs: Sequence[Sign], *, pause: Pause) -> Sign:
    """The sign that shows the meeting was left, once it stood there at two looks in a row. It does not end before."""
    asked = [_as_step(sign, finds="find") for sign in signs] + [_as_step(sign, finds="without") for sign in signs]
    hosts = sorted({host for sign in signs for host in sign.hosts})
    before: set[str] = set()
    while True:
        shown: set[str] = set()
        if expected(host_of(page.url), hosts):
            found = (await finding.look(page, [step for step in asked if step.find], {})).found
            shown = {sign.id for sign in signs if f"{sign.id}:find" in found and f"{sign.id}:without" not in found}
        for sign in signs:
            if sign.id in shown & before:
                return sign
        before = shown
        await pause(LEFT_EVERY_S)


def _as_step(sign: Sign, *, finds: str) -> Step:
    wanted = sign.find if finds == "find" else sign.without
    return Step(id=f"{sign.id}:{finds}", do="wait_gone", find=wanted, hosts=sign.hosts, within_s=TOTAL_S)

"""Finding elements in a page and in its frames, whatever site these are from: one bounded question to each, asked in a
world apart from the page's scripts."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from display.ports import Page
from display.prejoin.hosts import expected, host_of
from display.prejoin.rules import Find, Step

log = logging.getLogger(__name__)

ANSWER_S = 2.0
"""Seconds a frame has to answer; a page that is busy or shows a dialog does not."""
_SCRIPT_MS = 500
_FRAMES, _DEPTH = 24, 4
_WORLD = "room-help"


@dataclass(frozen=True, slots=True)
class Place:
    """A frame. `page`: the page it is in; `frame`: its id there, `top` if it is that page's own document; `above`: the
    page around `page`, None for the first."""

    page: Page
    frame: str
    host: str
    top: bool
    above: Page | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found: for each step whether its element is as it should be, and where it is."""

    found: Mapping[str, bool]
    places: Mapping[str, Place]
    touched: bool = False


@cache
def _finder() -> str:
    return (files(__package__) / "finder.js").read_text("utf-8")


async def places(page: Page, hosts: Sequence[str]) -> list[Place]:
    """The frames of a page that are of expected hosts, its own document first; none when that itself is of another."""
    found: list[Place] = []
    await _walk(page, None, hosts, found, 0)
    return found


async def _walk(page: Page, above: Page | None, hosts: Sequence[str], found: list[Place], depth: int) -> None:
    tree = (await ask(page, "Page.getFrameTree")).get("frameTree", {})
    if not expected(_host(tree), hosts):
        return
    for number, node in enumerate(_nodes(tree)):
        if len(found) < _FRAMES and expected(_host(node), hosts):
            found.append(Place(page, str(node["frame"].get("id", "")), _host(node), number == 0, above))
    if depth < _DEPTH:
        for inner in list(page.frames)[:_FRAMES]:
            await _walk(inner, page, hosts, found, depth + 1)


def _nodes(tree: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield tree
    for child in tree.get("childFrames", ()):
        yield from _nodes(child)


def _host(node: Mapping[str, Any]) -> str:
    frame = node.get("frame", {})
    return host_of(str(frame.get("securityOrigin", ""))) or host_of(str(frame.get("url", "")))


async def ask(page: Page, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The answer, or nothing when there is none in time or the page refuses: it may be loading, gone, or busy."""
    try:
        async with asyncio.timeout(ANSWER_S):
            return await page.call(method, params)
    except Exception as problem:  # noqa: BLE001  a page may fail in every way, the help may not
        log.debug("no answer to %s: %s", method, type(problem).__name__)
        return {}


async def run(place: Place, question: Mapping[str, Any]) -> dict[str, Any]:
    """What the finder says in a frame; nothing when it does not."""
    world = await ask(place.page, "Page.createIsolatedWorld", {"frameId": place.frame, "worldName": _WORLD})
    context = world.get("executionContextId")
    if context is None:
        return {}
    answer = await ask(
        place.page,
        "Runtime.evaluate",
        {
            "expression": f"({_finder()})({json.dumps(question)})",
            "contextId": context,
            "returnByValue": True,
            "timeout": _SCRIPT_MS,
            "silent": True,
        },
    )
    value = answer.get("result", {}).get("value") if "exceptionDetails" not in answer else None
    return value if isinstance(value, dict) else {}


def asked(step: Step, value: str = "") -> dict[str, Any]:
    """A step in the finder's words."""
    return {"id": step.id, "do": step.do, "find": ways(step.find), "value": value, "state": step.state}


def ways(finds: Iterable[Find]) -> list[dict[str, Any]]:
    return [{"css": one.css, "role": one.role, "names": one.names, "text": one.text} for one in finds]


async def look(page: Page, steps: Sequence[Step], values: Mapping[str, str]) -> Look:
    """Where the steps' elements are, in the first frame that has them. A step is asked of its hosts only."""
    found: dict[str, bool] = {}
    where: dict[str, Place] = {}
    for place in await places(page, [host for step in steps for host in step.hosts]):
        mine = [step for step in steps if step.id not in found and expected(place.host, step.hosts)]
        if not mine:
            continue
        answer = await run(place, {"mode": "look", "steps": [asked(step, values.get(step.value, "")) for step in mine]})
        if answer.get("touched"):
            return Look({}, {}, touched=True)
        seen = answer.get("found")
        for step in mine:
            if isinstance(seen, dict) and step.id in seen:
                found[step.id], where[step.id] = seen[step.id] is True, place
    return Look(found, where)


async def offset(place: Place) -> tuple[float, float] | None:
    """Where a frame's left upper corner is in the first page's view, in CSS pixels; None when that cannot be told."""
    x = y = 0.0
    if not place.top:
        corner = await _corner(place.page, place.frame)
        if corner is None:
            return None
        x, y = corner
    if place.above is not None:
        tree = (await ask(place.page, "Page.getFrameTree")).get("frameTree", {})
        outer = await _corner(place.above, str(tree.get("frame", {}).get("id", "")))
        if outer is None:
            return None
        x, y = x + outer[0], y + outer[1]
    return x, y


async def _corner(page: Page, frame: str) -> tuple[float, float] | None:
    owner = await ask(page, "DOM.getFrameOwner", {"frameId": frame})
    model = await ask(page, "DOM.getBoxModel", {"backendNodeId": owner.get("backendNodeId", 0)})
    content = model.get("model", {}).get("content")
    return (float(content[0]), float(content[1])) if isinstance(content, list) and len(content) == 8 else None

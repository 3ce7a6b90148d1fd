"""Drawn laptops, moment by moment."""

from __future__ import annotations

import asyncio
from itertools import islice

import pytest

from display.demo.cables import Cables, Laptop, Shows, Told, moments


def signals(before: Laptop, laptop: Laptop) -> list[str]:
    return [told["signal"] for told, _ in islice(moments(before, laptop), 5)]


def test_a_laptop_that_is_plugged_in_needs_a_moment_to_settle() -> None:
    assert signals(Laptop(), Laptop(plugged=True)) == ["no_signal", "unstable", "live"]


def test_another_picture_is_another_mode() -> None:
    slides, bars = Laptop(plugged=True), Laptop(plugged=True, shows=Shows.BARS)
    *_, (before, _) = moments(Laptop(), slides)
    *_, (after, _) = moments(slides, bars)
    assert (before["width"], after["width"]) == (1280, 1920)
    assert signals(slides, bars) == ["unstable", "live"]


def test_a_drawn_cable_is_seen_at_once() -> None:
    assert signals(Laptop(plugged=True), Laptop()) == ["no_cable"]


def test_a_restless_laptop_never_settles() -> None:
    seen = [seconds for _, seconds in islice(moments(Laptop(), Laptop(True, Shows.RESTLESS)), 50)]
    assert len(seen) == 50
    assert all(0 < seconds < 0.3 for seconds in seen), "less than what the box takes for steady"


def test_only_the_newest_wish_goes_on() -> None:
    told: list[Told] = []

    async def play() -> None:
        unsupported = asyncio.Event()

        def tell(state: Told) -> None:
            told.append(state)
            if state["inputs"]["hdmi"]["signal"] == "unsupported":
                unsupported.set()

        cables = Cables(["hdmi"], tell)
        cables.plug("hdmi", plugged=True)
        cables.show("hdmi", Shows.UNSUPPORTED)
        async with asyncio.timeout(5):
            await unsupported.wait()
        cables.plug("hdmi", plugged=False)
        cables.show("hdmi", Shows.BARS)
        cables.close()

    asyncio.run(play())
    seen = [each["inputs"]["hdmi"]["signal"] for each in told]
    assert seen == ["no_cable", "no_signal", "unstable", "unsupported", "no_cable"]


def test_there_is_no_laptop_at_an_input_that_is_not_there() -> None:
    cables = Cables(["hdmi"], lambda _: None)
    with pytest.raises(KeyError):
        cables.plug("dvi", plugged=True)

"""The shipped steps on stand-ins for five services, in a real Chromium: as described, and with what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from typing import Any
from urllib.parse import urlsplit

import pytest

from agent.meetings.conferences import CONFERENCES
from agent.meetings.web_clients import steps_of
from display.prejoin.engine import help_to_join, watch_left
from display.prejoin.plan import Ending, Outcome
from display.prejoin.rules import Rules, Sign, read
from tests.display.prejoin.browser import Box, Tab, until

_ROOM = "Zürich 会议 1"
_LINKS = {
    "microsoft-teams": "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0",
    "zoom": "https://app.zoom.us/wc/join/81234567890",
    "google-meet": "https://meet.google.com/abc-defg-hij",
    "webex": "https://contoso.webex.com/contoso/j.php",
    "jitsi": "https://meet.jit.si/StandUp",
}
_FASTER = 4
"""Time for the help runs so much faster than for the page, so that a minute of waiting is a quarter of one."""


def rules_of(service: str, url: str = "") -> Rules:
    return read(list(steps_of(service, urlsplit(url or _LINKS[service]).hostname or "")))


async def helped(tab: Tab, rules: Rules, *, faster: float = _FASTER) -> Outcome:
    """How the help ended on an open page."""
    loop = asyncio.get_running_loop()
    return await help_to_join(
        tab,
        rules.steps,
        {"room_name": _ROOM},
        clock=lambda: loop.time() * faster,
        pause=lambda seconds: asyncio.sleep(seconds / faster),
        interrupted=lambda: False,
    )


async def _joins(browser: Box, service: str, faults: str, *, url: str = "", faster: float = _FASTER) -> Any:
    """The outcome on a service's stand-in, and what its pages told: the screens, the name in the meeting, and whether
    all was pressed as by a person."""
    case = browser.case()
    tab = await browser.open(f"{url or _LINKS[service]}?case={case}&lobby=0.1{faults}")
    outcome = await helped(tab, rules_of(service, url), faster=faster)
    if outcome.ending is Ending.DONE:
        await until(lambda: _told(browser, case, "meeting"))
    told = browser.told(case)
    await browser.close(tab)
    name = next((one["name"] for one in told if one["screen"] == "meeting"), None)
    return outcome, name, all(one.get("trusted", True) for one in told)


async def _told(browser: Box, case: str, screen: str) -> bool:
    return any(one["screen"] == screen for one in browser.told(case))


def _on_all(browser: Box, faults: str, services: Iterable[str] = _LINKS) -> Mapping[str, Any]:
    async def run() -> list[Any]:
        return list(await asyncio.gather(*(_joins(browser, service, faults) for service in services)))

    return dict(zip(services, browser.run(run()), strict=True))


_JOINED = (Outcome(Ending.DONE), _ROOM, True)


@pytest.mark.parametrize("fault", ["", "renamed_id", "extra_dialog", "iframe", "slow&delay=1"])
def test_the_room_joins_under_its_name(browser: Box, fault: str) -> None:
    assert _on_all(browser, f"&fault={fault}") == dict.fromkeys(_LINKS, _JOINED)


def test_a_renamed_button_is_known_by_what_it_is(browser: Box) -> None:
    """But Google Meet's, which has nothing but its words: that is left to the person."""
    services = [service for service in _LINKS if service != "google-meet"]

    assert _on_all(browser, "&fault=renamed_button", services) == dict.fromkeys(services, _JOINED)


def test_a_page_that_takes_ten_seconds_is_waited_for(browser: Box) -> None:
    assert browser.run(_joins(browser, "google-meet", "&fault=slow", faster=2)) == _JOINED


def test_a_frame_of_another_site_of_the_service_is_helped_too(browser: Box) -> None:
    assert browser.run(_joins(browser, "zoom", "&fault=foreign_frame")) == _JOINED


def test_the_page_that_offers_an_app_is_passed(browser: Box) -> None:
    assert browser.run(_joins(browser, "zoom", "", url="https://acme.zoom.us/j/81234567890")) == _JOINED


def test_what_nobody_described_is_left_to_the_person_and_the_page_stays_usable(browser: Box) -> None:
    async def left_alone(fault: str) -> tuple[Outcome, bool]:
        case = browser.case()
        tab = await browser.open(f"{_LINKS['google-meet']}?case={case}&lobby=0.1&fault={fault}")
        outcome = await helped(tab, rules_of("google-meet"), faster=12)
        await tab.script("document.querySelector('.veil.open [data-standin=away]')?.click()")
        await tab.script("document.querySelector('[data-standin=name]').value = 'A person'")
        usable = await tab.script("document.body.dataset.screen === 'prejoin'")
        await browser.close(tab)
        return outcome, usable

    async def run() -> list[tuple[Outcome, bool]]:
        return list(await asyncio.gather(*(left_alone(one) for one in ("unknown_dialog", "never", "renamed_button"))))

    assert browser.run(run()) == [(Outcome(Ending.STUCK, "join"), True)] * 3


# --- leaving ---------------------------------------------------------------------------------------------------------

_PRESS_LEAVE = "document.querySelector('[data-standin=leave]')"


async def _leaves(browser: Box, service: str) -> Sign | str:
    """The sign that the meeting was left, or the address the page went to."""
    case = browser.case()
    tab = await browser.open(f"{_LINKS[service]}?case={case}&lobby=0.1")
    rules = rules_of(service)
    await helped(tab, rules)
    await until(lambda: _told(browser, case, "meeting"))
    watching = asyncio.create_task(watch_left(tab, rules.left, pause=lambda seconds: asyncio.sleep(seconds / 10)))
    await asyncio.sleep(0.5)
    assert not watching.done(), "the meeting goes on"
    frame = await tab.script("Boolean(document.querySelector('#unified-webclient-iframe'))")
    if frame:  # of another origin: pressed by place
        await _press_in_frame(tab)
    else:
        await tab.script(f"{_PRESS_LEAVE}.click()")
    done, _ = await asyncio.wait([watching], timeout=2)
    watching.cancel()
    parts = urlsplit(tab.url)
    await browser.close(tab)
    return next(iter(done)).result() if done else f"{parts.hostname}{parts.path}"


async def _press_in_frame(tab: Tab) -> None:
    tree = (await tab.call("Page.getFrameTree"))["frameTree"]["childFrames"][0]["frame"]["id"]
    world = await tab.call("Page.createIsolatedWorld", {"frameId": tree, "worldName": "test"})
    where = {"contextId": world["executionContextId"], "expression": f"{_PRESS_LEAVE}.click()"}
    await tab.call("Runtime.evaluate", where)


def test_it_is_seen_that_the_meeting_was_left(browser: Box) -> None:
    async def run() -> list[Sign | str]:
        return list(await asyncio.gather(*(_leaves(browser, service) for service in _LINKS)))

    for service, how in zip(_LINKS, browser.run(run()), strict=True):
        patterns = next(one.left for one in CONFERENCES if one.slug == service)
        assert isinstance(how, Sign) or any(fnmatch(how, pattern) for pattern in patterns), (service, how)


def test_words_typed_in_a_chat_do_not_end_the_meeting(browser: Box) -> None:
    async def run() -> bool:
        case = browser.case()
        tab = await browser.open(f"{_LINKS['google-meet']}?case={case}&lobby=0.1")
        rules = rules_of("google-meet")
        await helped(tab, rules)
        await until(lambda: _told(browser, case, "meeting"))
        await tab.script("document.body.insertAdjacentHTML('beforeend', '<h2>You left the meeting</h2>')")
        watching = asyncio.create_task(watch_left(tab, rules.left, pause=lambda seconds: asyncio.sleep(seconds / 20)))
        done, _ = await asyncio.wait([watching], timeout=0.7)
        watching.cancel()
        await browser.close(tab)
        return bool(done)

    assert not browser.run(run())

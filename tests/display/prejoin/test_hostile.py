"""Pages that are not what they seem, in a real Chromium: nothing is pressed that should not be, all ends in time."""

from __future__ import annotations

import asyncio
from typing import Any

from display.prejoin.plan import Ending, Outcome
from display.prejoin.rules import Rules, read
from tests.display.prejoin.browser import Box, Tab, until
from tests.display.prejoin.test_standins import helped

_PAGE = "https://meet.jit.si/Hostile"
_STUCK = Outcome(Ending.STUCK, "join")


def _rules(host: str = "meet.jit.si", **more: Any) -> Rules:
    step = {
        "id": "join",
        "do": "click",
        "hosts": [host],
        "within_s": 12,
        "find": [{"css": "#trap"}, {"role": "button", "names": ["Join"]}],
    }
    return read([{**step, **more}])


async def _page(browser: Box, body: str, script: str = "") -> Tab:
    """A page of an expected host whose body is `body`; it counts presses in `window.pressed`."""
    tab = await browser.open(_PAGE)
    await until(lambda: tab.script("document.body?.dataset.screen === 'prejoin'"))
    await tab.script(
        f"window.pressed = 0; document.body.innerHTML = {body!r};"
        f"addEventListener('click', () => {{ window.pressed += 1; }}); {script}; 0"
    )
    return tab


def _outcome(browser: Box, body: str, script: str = "", rules: Rules | None = None) -> tuple[Outcome, int, float]:
    """How the help ended, how often the page was pressed, and how many true seconds it took."""

    async def run() -> tuple[Outcome, int, float]:
        tab = await _page(browser, body, script)
        loop = asyncio.get_running_loop()
        began = loop.time()
        outcome = await helped(tab, rules or _rules(), faster=8)
        seconds = loop.time() - began
        pressed = int(await tab.script("window.pressed") or 0)
        await browser.close(tab)
        return outcome, pressed, seconds

    return browser.run(run())


def test_a_page_of_an_unexpected_host_is_not_touched(browser: Box) -> None:
    outcome, pressed, _ = _outcome(browser, "<button>Join</button>", rules=_rules("zoom.us"))

    assert (outcome, pressed) == (Outcome(Ending.ELSEWHERE), 0)


def test_a_button_under_something_else_is_not_pressed(browser: Box) -> None:
    cover = "<button>Join</button><div style='position:fixed;inset:0'>Buy</div>"

    assert _outcome(browser, cover)[:2] == (_STUCK, 0)


def test_what_cannot_be_seen_or_is_disabled_is_not_pressed(browser: Box) -> None:
    body = "".join(
        f"<button {how}>Join</button>"
        for how in (
            "style='opacity:0'",
            "style='visibility:hidden'",
            "style='display:none'",
            "disabled",
            "aria-disabled='true'",
            "inert",
        )
    )

    assert _outcome(browser, body)[:2] == (_STUCK, 0)


def test_a_button_that_runs_away_does_not_keep_the_help(browser: Box) -> None:
    runs = "setInterval(() => { trap.style.left = 400 * Math.random() + 'px'; }, 1)"

    outcome, _, seconds = _outcome(browser, "<button id='trap' style='position:absolute'>Join</button>", runs)

    assert outcome.ending in (Ending.STUCK, Ending.DONE)
    assert seconds < 10


def test_thirty_thousand_elements_do_not_hold_it_up(browser: Box) -> None:
    many = "document.body.append(...Array.from({length: 30000}, () => document.createElement('i')))"

    outcome, pressed, _ = _outcome(browser, "<button onclick='this.remove()'>Join</button>", many)

    assert (outcome, pressed) == (Outcome(Ending.DONE), 1)


def test_prototypes_and_names_in_the_page_cannot_mislead_it(browser: Box) -> None:
    names = "<img name='querySelectorAll'><img name='elementFromPoint'><img name='body'><form><input name='childNodes'>"
    broken = (
        "Element.prototype.getBoundingClientRect = () => ({x: 1, y: 1, width: 9, height: 9});"
        "Document.prototype.querySelectorAll = () => []; Element.prototype.checkVisibility = () => true;"
    )

    outcome, pressed, _ = _outcome(
        browser, f"{names}<input name='shadowRoot'><button onclick='this.remove()'>Join</button></form>", broken
    )

    assert (outcome, pressed) == (Outcome(Ending.DONE), 1)


def test_a_page_that_asks_for_ever_does_not_keep_it(browser: Box) -> None:
    """Dialogs hold up every answer; putting them away is the browser's owner's work, not the help's."""

    async def run() -> tuple[Outcome, float]:
        tab = await _page(browser, "<button>Join</button>", "setTimeout(() => { for (;;) alert('?'); }, 0)")
        loop = asyncio.get_running_loop()
        began = loop.time()
        outcome = await helped(tab, _rules(), faster=8)
        await browser.close(tab)
        return outcome, loop.time() - began

    outcome, seconds = browser.run(run())

    assert outcome == _STUCK
    assert seconds < 12


def test_a_busy_page_is_helped_between_its_pauses(browser: Box) -> None:
    busy = "setInterval(() => { const end = performance.now() + 300; while (performance.now() < end); }, 400)"

    outcome, pressed, _ = _outcome(browser, "<button onclick='this.remove()'>Join</button>", busy)

    assert (outcome, pressed) == (Outcome(Ending.DONE), 1)


def test_a_person_who_presses_anything_ends_the_help_for_good(browser: Box) -> None:
    async def run() -> tuple[Outcome, int]:
        tab = await _page(browser, "<p style='height:300px'>Wait</p>")
        helping = asyncio.create_task(helped(tab, _rules(), faster=1))
        await asyncio.sleep(0.7)
        for kind in ("mousePressed", "mouseReleased"):
            spot = {"type": kind, "x": 30, "y": 30, "button": "left", "clickCount": 1}
            await tab.call("Input.dispatchMouseEvent", spot)
        await tab.script("document.body.insertAdjacentHTML('beforeend', '<button>Join</button>')")
        outcome = await helping
        pressed = int(await tab.script("window.pressed"))
        await browser.close(tab)
        return outcome, pressed

    assert browser.run(run()) == (Outcome(Ending.TOUCHED), 1)


def test_a_press_that_the_page_makes_up_does_not_end_it(browser: Box) -> None:
    fake = "setInterval(() => document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true})), 20)"

    assert _outcome(browser, "<button onclick='this.remove()'>Join</button>", fake)[0] == Outcome(Ending.DONE)


def test_the_name_is_never_typed_into_a_field_that_took_the_keyboard_away(browser: Box) -> None:
    body = "<input id='trap'><input id='other'>"
    steals = "trap.addEventListener('focus', () => other.focus())"

    async def run() -> tuple[Outcome, str]:
        tab = await _page(browser, body, steals)
        fill = _rules(do="fill", value="room_name", find=[{"css": "#trap"}])
        outcome = await helped(tab, fill, faster=8)
        typed = str(await tab.script("other.value"))
        await browser.close(tab)
        return outcome, typed

    assert browser.run(run()) == (_STUCK, "")


def test_a_switch_is_set_and_a_shadow_tree_is_no_hindrance(browser: Box) -> None:
    inner = "<label>Camera <input type=checkbox role=switch></label>"
    shadow = f"host.attachShadow({{mode: 'open'}}).innerHTML = '{inner}'"
    rules = _rules(do="set", state=True, find=[{"role": "switch", "names": ["Camera"]}])

    assert _outcome(browser, "<div id='host'></div>", shadow, rules)[0] == Outcome(Ending.DONE)

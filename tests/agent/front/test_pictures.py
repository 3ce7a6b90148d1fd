"""The screen as it was last looked at, and approved of: `pictures/`, made anew by `make pictures`.

At most `SHARE` of a picture's pixels may differ by more than `SHADE` of 255 in a channel. Letters look different with
other fonts and another browser: the pictures are compared where those of `pictures/made-with.json` are installed.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page

from agent.wire import Look
from tests.agent.front.conftest import Running
from tests.agent.front.scenes import scenes
from tests.agent.front.sheets import SHEETS, open_sheet
from tests.marks import LONG

SHADE = 40
SHARE = 0.001
QUALITY = 75  # of WebP: what it loses stays far below SHADE
PICTURES = Path(__file__).with_name("pictures")
MADE_WITH = PICTURES / "made-with.json"
PACKAGES = ("fonts-noto-core", "fonts-noto-cjk")
MAKING = os.environ.get("ROOM_AGENT_PICTURES") == "make"
FULL_HD = (1920, 1080)
OTHER_SIZES = [(1280, 720), (3840, 2160), (1080, 1920), (1024, 600)]
LANGUAGES = ["ar", "ja", "de"]
STATES = ["now", "conflict", "done-today"]
THEMES = ["dark", "contrast"]


def installed(browser: Browser) -> dict[str, str]:
    """What letters look like depends on these."""
    dpkg = shutil.which("dpkg-query")
    asked = [dpkg, "-W", "-f", "${Package} ${Version}\n", *PACKAGES] if dpkg else ["false"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    found = dict(line.split(" ", 1) for line in said.splitlines() if " " in line)
    return {"chromium": browser.version.partition(".")[0], **{name: found.get(name, "") for name in PACKAGES}}


@pytest.fixture(scope="module", autouse=True)
def same_letters(chromium: Browser) -> None:
    here = installed(chromium)
    if MAKING:
        PICTURES.mkdir(exist_ok=True)
        MADE_WITH.write_text(json.dumps(here, indent=2) + "\n", "utf-8")
    wanted = json.loads(MADE_WITH.read_text("utf-8"))
    if here != wanted:
        pytest.skip(f"the pictures were made with {wanted}, here is {here}; `make pictures` makes new ones to look at")


@pytest.fixture(scope="module")
def screen(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(reduced_motion="reduce")
    yield page
    page.close()


def show(page: Page, front: Running, name: str, language: str = "", look: Look | None = None) -> None:
    page.goto("about:blank")  # or the page of the last state would follow to another language by itself
    front.core.show(replace(scenes()[name], look=look or Look()))
    page.goto(front.url + (f"/?language={language}" if language else ""))
    page.wait_for_selector("[data-screen]")
    front.core.wait_for(lambda: any(r.revision == front.core.state.revision for r in front.core.reports))
    if name == "setup":
        page.wait_for_selector(".setup[data-state=ready]")
        page.wait_for_function("document.querySelector('.setup-qr').complete")
    page.mouse.move(0, 0)


def compare(page: Page, name: str) -> None:
    """The page against its stored picture; a new picture when they are made."""
    page.evaluate("document.fonts.ready")
    other_each_time = [page.locator(".qr-rest")]  # seconds
    shot = page.screenshot(mask=other_each_time, caret="hide", animations="disabled")
    taken = Image.open(io.BytesIO(shot)).convert("RGB")
    path = PICTURES / f"{name}.webp"
    if MAKING:
        taken.save(path, quality=QUALITY, method=4)
        return
    stored = Image.open(path).convert("RGB")
    assert taken.size == stored.size
    differing = share_of_difference(taken, stored)
    if differing > SHARE:
        taken.save(PICTURES / f"{name}.now.png")
    assert differing <= SHARE, f"{differing:.2%} of {name} look different; compare {name}.now.png, or `make pictures`"


def share_of_difference(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ by more than `SHADE` in a channel."""
    red, green, blue = ImageChops.difference(one, other).split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(worst.histogram()[SHADE + 1 :]) / (one.width * one.height)


def takes() -> Iterator[tuple[str, str, str, str, tuple[int, int]]]:
    """Every picture: its name, the state, language, theme and size."""
    for name in scenes():
        yield name, name, "", "auto", FULL_HD
    for name in STATES:
        yield from ((f"{name}-{language}", name, language, "auto", FULL_HD) for language in LANGUAGES)
        yield from ((f"{name}-{size[0]}x{size[1]}", name, "", "auto", size) for size in OTHER_SIZES)
        yield from ((f"{name}-{theme}", name, "", theme, FULL_HD) for theme in THEMES)


def once(take: tuple[str, str, str, str, tuple[int, int]]) -> bool:
    """Whether this state was not seen in another size, language or theme before."""
    return take[0] == take[1] or take[1] == STATES[0]


@pytest.mark.parametrize("take", [take if once(take) else LONG(take) for take in takes()], ids=lambda take: take[0])
def test_states(screen: Page, front: Running, take: tuple[str, str, str, str, tuple[int, int]]) -> None:
    picture, name, language, theme, (width, height) = take
    screen.set_viewport_size({"width": width, "height": height})
    show(screen, front, name, language, Look(theme=theme))
    compare(screen, picture)


@pytest.mark.parametrize("name", SHEETS)
def test_sheets(screen: Page, front: Running, name: str) -> None:
    screen.set_viewport_size({"width": FULL_HD[0], "height": FULL_HD[1]})
    show(screen, front, "free")
    open_sheet(screen, front, name)
    compare(screen, f"sheet-{name}")


def test_a_moved_word_is_a_difference(screen: Page, front: Running) -> None:
    """What the tolerance must not swallow."""
    screen.set_viewport_size({"width": FULL_HD[0], "height": FULL_HD[1]})
    show(screen, front, "now")
    before = Image.open(io.BytesIO(screen.screenshot())).convert("RGB")
    screen.evaluate("document.querySelector('.join').style.translate = '6px'")
    after = Image.open(io.BytesIO(screen.screenshot())).convert("RGB")
    assert share_of_difference(before, after) > SHARE

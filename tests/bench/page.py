"""The home screen in Chromium: how soon it can be used, what it loads, and how it takes a day of news."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response

from agent.wire import to_dict
from tests.agent.front.conftest import Running
from tests.agent.front.states import room_state
from tests.bench import page_day, page_taps, page_updates
from tests.bench.figures import Figure
from tests.bench.page_probe import bare_page, home_screen, median_and_p95, meetings, opened
from tests.conftest import CHROMIUM, opened_chromium

RUNS = 25
MEETINGS = 40


def figures(directory: Path) -> list[Figure]:
    if CHROMIUM is None:
        return [Figure("home screen", "not measured", "no Chromium on this machine: install the package chromium")]
    with (
        opened_chromium() as browser,
        home_screen(directory, room_state(meetings(MEETINGS))) as front,
        bare_page(MEETINGS) as (bare_url, bare),
    ):
        return [
            *_interactive(browser, front, bare_url),
            *_weight(browser, front),
            *page_updates.changed_pixels(browser, front, bare_url, bare),
            *page_updates.long_tasks(browser, front),
            *page_taps.figures(browser, front),
            *page_day.figures(browser, front),
        ]


def _interactive(browser: Browser, front: Running, bare_url: str) -> list[Figure]:
    """In turns, so that both see the same machine; the first of each warms the browser and the servers."""
    ours, bare = [], []
    for _ in range(RUNS + 1):
        ours.append(_until_interactive(browser, front.url))
        bare.append(_until_interactive(browser, bare_url))
    front.core.wait_for(lambda: sum(sent.name == "join" for sent in front.core.commands) == RUNS + 1)
    ratio = statistics.median(ours[1:]) / statistics.median(bare[1:])
    return [
        Figure(f"navigation → interactive, {MEETINGS} meetings", median_and_p95(ours[1:]), "≤ 300 ms, median"),
        Figure("the same, to a bare page of as many rows", f"{ratio:.1f} times", "one static file"),
    ]


def _until_interactive(browser: Browser, url: str) -> float:
    with opened(browser, url) as page:
        return float(page.evaluate(f"probe.interactive({MEETINGS})"))


def _weight(browser: Browser, front: Running) -> list[Figure]:
    """Every body of one load; the stream has no length, of it the first event is told apart."""
    asked: list[str] = []
    answers: list[Response] = []

    def answered(answer: Response) -> None:
        answers.append(answer)

    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", answered)
    seen = len(front.core.reports)
    page.goto(front.url)
    front.core.wait_for(lambda: len(front.core.reports) > seen)
    context.close()
    assert not any("content-encoding" in answer.headers for answer in answers)
    total = sum(int(answer.headers.get("content-length", 0)) for answer in answers)
    event = len(json.dumps(to_dict(front.core.state)))
    strangers = sum(urlsplit(url).netloc != urlsplit(front.url).netloc for url in asked)
    return [
        Figure("page weight, uncompressed", f"{total / 1000:.0f} kB, {len(asked)} requests", "≤ 150 kB"),
        Figure(f"first event, {MEETINGS} meetings", f"{event / 1000:.0f} kB", "on top of it"),
        Figure("requests to other hosts", str(strangers), "0"),
    ]

"""A technician at the wizard: the box's own screen or a laptop, and what one does in each step, in any language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.front.app import create_front
from agent.front.settings import FrontSettings
from tests.fakes.core import served_front
from tests.fakes.setup_core import ROOM, SetUp, SetupCore

PHONE: ViewportSize = {"width": 390, "height": 844}
FULL_HD: ViewportSize = {"width": 1920, "height": 1080}
PASSWORD = "correct horse battery"
PIN = "271828"
AT = "192.0.2.44"


@dataclass(frozen=True)
class Box:
    """`screen`: as the box's own browser reaches it; `network`: as a technician's does."""

    core: SetupCore
    screen: str
    network: str


def as_laptop(front: ASGIApp) -> ASGIApp:
    """The front as it is over TLS from another machine."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "scheme": "https", "client": (AT, 50000)}
        await front(scope, receive, send)

    return app


@contextmanager
def served_box(core: SetupCore, socket: Path) -> Iterator[Box]:
    """Both fronts before this core's socket."""
    laptop = as_laptop(create_front(FrontSettings(setup=True), socket))
    with served_front(create_front(FrontSettings(), socket)) as screen, served_front(laptop) as network:
        yield Box(core, screen, network.replace("127.0.0.1", "localhost"))


def next_step(page: Page) -> None:
    page.locator(".next").click()


def field(page: Page, name: str) -> str:
    """The selector of a question's control."""
    return f"input[id^='{name}-']:visible"


def at_step(page: Page, core: SetupCore, step: str) -> None:
    """Wait until the page shows this step."""
    page.wait_for_function(
        "step => document.querySelector('[aria-current=step] .progress-mark')?.textContent === step",
        arg=str(STEPS.index(step) + 1),
    )
    assert core.setup.step == step


STEPS = ("language", "network", "calendar", "account", "preflight", "room", "screen", "policies", "summary")


def language(page: Page) -> None:
    page.locator(field(page, "timezone")).fill("angeles")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def network(page: Page) -> None:
    page.wait_for_selector(".checks-head[data-state=pass]")


def calendar(page: Page) -> None:
    page.locator("input[value=ews]").check()


def account(page: Page) -> None:
    page.locator(field(page, "mailbox")).fill("sjroom@contoso.example")
    page.locator(field(page, "endpoint")).fill("https://mail.contoso.example/EWS/Exchange.asmx")
    page.locator(field(page, "username")).fill("svc@contoso.example")
    page.locator(field(page, "password")).fill(PASSWORD)


def preflight(page: Page) -> None:
    page.wait_for_selector(".check-row[data-status=warn]")
    expect(page.locator(".next")).to_be_enabled()


def room(page: Page) -> None:
    page.locator(".chip").first.click()
    page.locator(".room").first.click()
    expect(page.locator(field(page, "mailbox"))).to_have_value("sjroom@contoso.example")


def screen(page: Page) -> None:
    page.wait_for_selector(".input-row .state-chip[data-state=live]")
    page.locator(field(page, "label")).first.fill("Table")


def policies(page: Page) -> None:
    page.locator(field(page, "pin")).first.fill(PIN)
    page.locator(field(page, "pin_again")).fill(PIN)


def summary(page: Page) -> None:
    expect(page.locator(".summary")).to_have_count(7)


DO: dict[str, Callable[[Page], None]] = {
    "language": language,
    "network": network,
    "calendar": calendar,
    "account": account,
    "preflight": preflight,
    "room": room,
    "screen": screen,
    "policies": policies,
    "summary": summary,
}


def walk(page: Page, core: SetupCore, until: str = "", look: Callable[[str], None] = lambda _: None) -> None:
    """From the first step to `until`, else to the end; `look` is called in each with its name, once it is answered."""
    for step in STEPS:
        at_step(page, core, step)
        if step == until:
            return
        DO[step](page)
        look(step)
        next_step(page)


ANSWERS: dict[str, dict[str, Any]] = {
    "language": {"language": "en", "timezone": "America/Los_Angeles"},
    "network": {"proxy": "", "proxy_username": "", "no_proxy": []},
    "calendar": {"source": "ews"},
    "account": {
        "mailbox": "sjroom@contoso.example",
        "ca": "",
        "endpoint": "https://mail.contoso.example/EWS/Exchange.asmx",
        "auth": "ntlm",
        "username": "svc@contoso.example",
    },
    "room": {"mailbox": "sjroom@contoso.example", "name": "San Jose"},
    "screen": {"inputs": [], "content": "popup"},
    "policies": {"show_subject": "full", "private_join": True, "join_lead_min": 10},
}


def resumed(core: SetupCore, step: str, **more: Any) -> SetUp:
    """A set-up that has come as far as this step, the screen's browser not yet paired."""
    fields: dict[str, Any] = {
        "step": step,
        "reached": STEPS.index(step),
        "answers": {name: dict(answers) for name, answers in ANSWERS.items()},
        "secrets": {"account.password": PASSWORD, "policies.pin": PIN},
        "checked": "passed",
        "room": "sjroom@contoso.example",
        "checks": ROOM,
    }
    return core.begin(**(fields | more))

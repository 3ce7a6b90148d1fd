"""The whole first boot in a browser: an unset box, a technician, a demo Exchange, and the room on the screen."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Error, Page, Response, ViewportSize, expect

from agent.demo.server import DemoServer
from agent.wire import SETUP_STEPS
from tests.agent.front.setting_up import FULL_HD, PHONE, field, next_step
from tests.fakes.exchange import ACCOUNT, CLIENT_ID, CLIENT_SECRET, PASSWORD, ROOM, TENANT
from tests.system.agent_process import AgentProcess
from tests.system.technician import PIN, SECRETS, SUBJECT, code, new_box, organisation, wizard_url
from tests.waiting import wait_until

PATIENCE_MS = 40_000
NARROW = "() => document.documentElement.scrollWidth <= innerWidth"


class Browsing:
    """A page, and all that was said to it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self._new: list[Response] = []
        self.complaints: list[str] = []
        page.on("response", lambda answer: self._new.append(answer))  # noqa: PLW0108  Playwright marks its handlers
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda each: self.complaints.append(each.text) if "Content Security" in each.text else None)

    def listen(self) -> None:
        """Keep the answers so far: a reload takes them away."""
        for answer in self._new:
            kind = answer.headers.get("content-type", "")
            if answer.ok and answer.status != 204 and ("json" in kind or "html" in kind):
                with suppress(Error):  # what came just before a reload is gone
                    self.said.append(answer.text())
            self.said.append(str(answer.headers))
        self._new.clear()


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Of `expect`: whole processes on a busy machine."""
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=5_000)


@contextmanager
def browsing(chromium: Browser, size: ViewportSize) -> Iterator[Browsing]:
    context = chromium.new_context(viewport=size, ignore_https_errors=True, reduced_motion="reduce", locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    found = Browsing(context.new_page())
    yield found
    context.close()
    assert found.complaints == []


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[AgentProcess]:
    with new_box(tmp_path) as agent:
        yield agent
    assert "Traceback" not in agent.log


@pytest.fixture
def server(demo_certificates: Path) -> Iterator[DemoServer]:
    with DemoServer(organisation(), directory=demo_certificates) as server:
        yield server


@pytest.fixture
def home(chromium: Browser, agent: AgentProcess) -> Iterator[Page]:
    """The box's own screen, which nobody touches."""
    wizard_url(agent)
    with browsing(chromium, FULL_HD) as found:
        found.page.goto(f"http://127.0.0.1:{agent.port}/")
        expect(found.page.locator("body")).to_contain_text(code(agent)[:3])
        yield found.page


def choose_ews(page: Page, server: DemoServer, *, auth: str) -> None:
    page.locator(field(page, "endpoint")).fill(server.https_url)
    page.locator(f"input[value={auth}]").check(force=True)
    page.locator(field(page, "username")).fill(ACCOUNT)
    page.locator(field(page, "password")).fill(PASSWORD)


def choose_graph(page: Page, server: DemoServer) -> None:
    page.locator("select[id^='cloud-']").select_option("other")
    page.locator(field(page, "endpoint")).fill(server.authority)
    page.locator(field(page, "authority")).fill(server.authority)
    page.locator(field(page, "tenant_id")).fill(TENANT)
    page.locator(field(page, "client_id")).fill(CLIENT_ID)
    page.locator("input[value=secret]").check(force=True)
    page.locator(field(page, "client_secret")).fill(CLIENT_SECRET)


def give_authority(page: Page, server: DemoServer) -> None:
    for summary in page.locator("details:not([open]) > summary").all():
        summary.click()
    page.locator("input[type=file]:visible").first.set_input_files(str(server.ca_file))
    expect(page.locator(".fingerprint:visible")).to_contain_text("SHA-256")


def pick_room(page: Page) -> None:
    """Out of the room list; the button checks it first, then leads on."""
    page.locator(".chip").first.click()
    page.locator(".room").filter(has_text="San Jose").click()
    expect(page.locator(field(page, "mailbox"))).to_have_value(ROOM)
    check = page.locator(".next").inner_text()
    next_step(page)
    expect(page.locator(".next")).not_to_have_text(check)
    expect(page.locator(".next")).to_be_enabled()


def choose_pin(page: Page) -> None:
    page.locator(field(page, "pin")).first.fill(PIN)
    page.locator(field(page, "pin_again")).fill(PIN)


def preflight(page: Page) -> None:
    expect(page.locator(".next")).to_be_enabled()
    assert page.locator(".check-row[data-status=fail]").count() == 0


def at_step(page: Page, step: str) -> None:
    number = str(SETUP_STEPS.index(step) + 1)
    expect(page.locator("[aria-current=step] .progress-mark")).to_have_text(number)


def pair(page: Page, agent: AgentProcess, language: str) -> None:
    page.goto(f"{wizard_url(agent)}?language={language}")
    page.locator(".code-input").fill(code(agent))
    page.keyboard.press("Enter")


def walk(
    browsing: Browsing,
    doing: dict[str, Callable[[Page], None]],
    look: Callable[[str], None] = lambda _: None,
    *,
    steps: tuple[str, ...] = SETUP_STEPS,
    reload: bool = False,
) -> None:
    page = browsing.page
    for step in steps:
        at_step(page, step)
        browsing.listen()
        if reload:
            page.reload()
            at_step(page, step)
        if step in doing:
            doing[step](page)
        look(step)
        assert page.evaluate(NARROW), f"{step} is wider than its window"
        next_step(page)
    expect(page.locator(".done")).to_be_visible()
    look("done")
    browsing.listen()


@pytest.fixture
def axe(chromium: Browser) -> Callable[[Page, str], None]:
    """Fails the test for whatever axe says against a page."""
    del chromium
    source = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")

    def violations(page: Page, name: str) -> None:
        page.evaluate(f"() => {{ if (!globalThis.axe) {{ {source} }} }}")
        found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == [], name

    return violations


def is_wholly_set_up(agent: AgentProcess, home: Page, url: str) -> dict[str, Any]:
    """What is true after an activation, whoever did it; the room."""
    room = agent.room(lambda found: bool(found.get("meetings")))
    shown = room["meetings"][0]["subject"] or room["meetings"][0]["organizer"]
    expect(home.locator("[data-screen=home]")).to_contain_text(shown)  # nobody reloaded it

    def closed() -> bool:
        try:
            httpx.get(url, verify=False, timeout=5)
        except httpx.ConnectError:
            return True
        except httpx.TransportError:
            return False
        return False

    wait_until(closed, within=20, what="the end of the wizard on the network")
    secret = [agent.state_dir / "config.toml", *(agent.state_dir / "secrets").iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}
    assert agent.get("/api/v1/setup/welcome").status_code == 404
    return room


def tells_nothing(agent: AgentProcess, said: list[str]) -> None:
    """Once it has ended: no secret in answers, log, audit or configuration."""
    agent.stop()
    texts = [*said, agent.log, *(path.read_text("utf-8") for path in agent.state_dir.glob("audit*"))]
    texts.append((agent.state_dir / "config.toml").read_text("utf-8"))
    assert not [secret for secret in SECRETS if any(secret in text for text in texts)]
    assert "setup.activated" in agent.log


def test_exchange_in_german_on_a_phone(
    chromium: Browser, agent: AgentProcess, server: DemoServer, home: Page, axe: Callable[[Page, str], None]
) -> None:
    url = wizard_url(agent)
    with browsing(chromium, PHONE) as phone:
        pair(phone.page, agent, "de")

        def account(page: Page) -> None:
            choose_ews(page, server, auth="ntlm")
            give_authority(page, server)

        doing: dict[str, Callable[[Page], None]] = {
            "calendar": lambda page: page.locator("input[value=ews]").check(force=True),
            "account": account,
            "preflight": preflight,
            "room": pick_room,
            "policies": choose_pin,
        }
        walk(phone, doing, lambda step: axe(phone.page, step))
        expect(phone.page.locator("html")).to_have_attribute("lang", "de")
        room = is_wholly_set_up(agent, home, url)
    assert (room["room"]["name"], room["room"]["language"]) == ("San Jose", "de")
    expect(home.locator("html")).to_have_attribute("lang", "de")
    tells_nothing(agent, phone.said)


@pytest.mark.long
def test_microsoft_365_in_arabic_on_a_laptop_that_is_reloaded_in_each_step(
    chromium: Browser, agent: AgentProcess, server: DemoServer, home: Page
) -> None:
    url = wizard_url(agent)
    with browsing(chromium, FULL_HD) as laptop:
        pair(laptop.page, agent, "ar")

        def account(page: Page) -> None:
            page.locator(field(page, "mailbox")).fill(ROOM)
            choose_graph(page, server)
            give_authority(page, server)

        doing: dict[str, Callable[[Page], None]] = {
            "calendar": lambda page: page.locator("input[value=graph]").check(force=True),
            "account": account,
            "preflight": preflight,
            "policies": choose_pin,
        }
        walk(laptop, doing, reload=True)
        expect(laptop.page.locator("html")).to_have_attribute("dir", "rtl")
        room = is_wholly_set_up(agent, home, url)
    assert room["room"]["language"] == "ar"
    tells_nothing(agent, laptop.said)


def test_a_look_around_in_the_demo_on_the_boxs_own_screen(agent: AgentProcess, home: Page) -> None:
    url = wizard_url(agent)
    screen = Browsing(home)
    home.get_by_role("link", name="Set up on this screen").click()
    doing: dict[str, Callable[[Page], None]] = {
        "calendar": lambda page: page.locator("input[value=demo]").check(force=True),
        "policies": choose_pin,
    }
    walk(screen, doing, steps=("language", "network", "calendar", "screen", "policies", "summary"))
    expect(home.locator(".filling li").first).to_be_visible()
    home.get_by_role("button", name="To the room's screen").click()
    is_wholly_set_up(agent, home, url)
    tells_nothing(agent, screen.said)
    assert SUBJECT not in agent.log

"""A front on loopback before a fake core on a unix socket, and a box that is being set up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from agent.front.app import create_front
from agent.front.settings import FrontSettings
from tests.agent.front.scenes import scenes
from tests.agent.front.setting_up import Box, served_box
from tests.agent.front.states import room_state
from tests.fakes.core import FakeCore, served_core, served_front
from tests.fakes.setup_core import SetupCore


@dataclass(frozen=True)
class Running:
    """`url` is the front's; `http` talks to it."""

    url: str
    core: FakeCore
    socket: Path
    http: httpx.Client

    def page_token(self) -> str:
        """The token in the home page."""
        match = re.search(r'name="room-agent-token" content="([^"]+)"', self.http.get("/").text)
        assert match, "the page has no token"
        return match[1]


@contextmanager
def running(core: FakeCore, core_socket: Path) -> Iterator[Running]:
    """A front for this socket; whether a core listens there is somebody else's business."""
    with (
        served_front(create_front(FrontSettings(), core_socket)) as url,
        httpx.Client(base_url=url, trust_env=False) as http,
    ):
        yield Running(url, core, core_socket, http)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    core, core_socket = SetupCore(room_state()), tmp_path_factory.mktemp("core") / "core.sock"
    with served_core(core, core_socket), running(core, core_socket) as front:
        yield front


@pytest.fixture
def front(shared: Running) -> Running:
    """A front and a core that has forgotten everything."""
    shared.core.forget(room_state())
    return shared


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Running]:
    """A front whose core runs only while the test lets it, with `served_core`."""
    with running(FakeCore(room_state()), tmp_path / "core.sock") as front:
        yield front


@pytest.fixture(scope="session")
def shared_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    core, socket = SetupCore(scenes()["setup"]), tmp_path_factory.mktemp("core") / "core.sock"
    with served_core(core, socket), served_box(core, socket) as box:
        yield box


@pytest.fixture
def box(shared_box: Box) -> Box:
    """A box that nobody has begun to set up."""
    shared_box.core.forget(scenes()["setup"])
    shared_box.core.begin()
    return shared_box


@pytest.fixture
def axe(page: Page) -> Callable[[str], None]:
    """Fails the test for whatever axe says against the present page."""
    source = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")

    def violations(name: str) -> None:
        page.evaluate(f"() => {{ if (!globalThis.axe) {{ {source} }} }}")
        found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == [], name

    return violations


TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.error(`refused by policy: ${event.blockedURI}`));
"""


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A window of 1280×720; every other host answers with one word."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    context.route("https://**", lambda route: route.fulfill(body="elsewhere"))
    context.add_init_script(TELL_VIOLATIONS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose errors, refusals by policy included, fail the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    unexpected = [error for error in errors if not error.startswith("Failed to load resource")]
    assert unexpected == []

"""What all tests share: one browser for those that need one, and logs of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. For a module only: while Playwright is open no other event loop can run in this thread."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with opened_chromium() as browser:
        yield browser


@contextmanager
def opened_chromium() -> Iterator[Browser]:
    """The browser of the tests, for benchmarks too."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """A test that runs a command configures the process's logs; the next one finds them as they were."""
    yield
    structlog.reset_defaults()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole processes and browsers take longest: begun first, they do not hold up the end."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/system/"))

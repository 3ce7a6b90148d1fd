"""WCAG 2.2 AA by axe-core: no violation in any state, with its best practices; what axe cannot know is in
`test_page_keys.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import resources

import pytest
from playwright.sync_api import Page

from tests.agent.front.conftest import Running
from tests.agent.front.scenes import scenes
from tests.agent.front.sheets import SHEETS, open_sheet
from tests.marks import LONG

Check = Callable[[str], None]


@pytest.fixture
def check(page: Page, front: Running) -> Check:
    """Fails the test for whatever axe says against the present page."""
    page.goto(front.url)
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))

    def violations(name: str) -> None:
        found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
        said = [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]
        assert said == [], name

    return violations


@pytest.mark.parametrize("theme", ["light", LONG("dark"), LONG("contrast")])
def test_no_state_has_a_violation(page: Page, front: Running, check: Check, theme: str) -> None:
    for name, scene in scenes().items():
        if scene.room.language != "en":
            continue  # the page would load anew
        front.core.show(replace(scene, look=replace(scene.look, theme=theme)))
        front.core.wait_for(lambda: any(r.revision == front.core.state.revision for r in front.core.reports))
        check(name)


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_sheet_has_a_violation(page: Page, front: Running, check: Check, sheet: str) -> None:
    open_sheet(page, front, sheet)
    check(sheet)

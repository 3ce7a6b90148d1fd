"""Images of the look: passed on as they are, and pictures only, whatever is in them."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from agent.front.guard.headers import HEADERS, IMAGE_POLICY
from tests.agent.front.conftest import Running
from tests.agent.test_picture import PNG

ACTIVE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="document.title = 'ran'">
<style>rect { fill: #0a5c8f }</style><rect width="9" height="9"/>
<script>document.title = "ran"</script><script href="/static/page.js"/>
<script xmlns="http://www.w3.org/1999/xhtml" type="module" src="/static/page.js"></script></svg>"""


def test_an_image_is_passed_on_with_its_type(front: Running) -> None:
    front.core.images["logo"] = (PNG, "image/png")

    answer = front.http.get("/api/v1/look/logo?v=0123456789ab")

    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, PNG, "image/png")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS | {"Content-Security-Policy": IMAGE_POLICY}


def test_there_are_two_images_and_no_others(front: Running) -> None:
    missing = front.http.get("/api/v1/look/background")
    assert (missing.status_code, missing.json()["code"]) == (404, "look.none")
    for name in ("logo2", "LOGO", "logo/", "..", "..%2froom", "logo%00", "logo%0a", ""):
        front.core.images[name] = (PNG, "image/png")
        assert front.http.get(f"/api/v1/look/{name}").json()["code"] == "path.unknown", name


def test_an_svg_opened_by_itself_runs_no_script_and_is_still_a_picture(front: Running, context: BrowserContext) -> None:
    front.core.images["logo"] = (ACTIVE, "image/svg+xml")
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url.removeprefix(front.url)))

    page.goto(f"{front.url}/api/v1/look/logo")
    page.wait_for_load_state("networkidle")
    assert page.title() != "ran"
    assert asked == ["/api/v1/look/logo"]

    page.goto(front.url)
    width = page.evaluate(
        """async () => {
          const image = new Image();
          image.src = "/api/v1/look/logo";
          await image.decode();
          return image.naturalWidth;
        }"""
    )
    assert width > 0

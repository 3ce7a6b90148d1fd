"""Images read at the start: one that cannot be used is said once and stops nothing."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
import structlog

from agent.app.box import open_box
from agent.app.core import Core
from agent.app.look import read_images
from agent.config import Config
from tests.agent.test_picture import SVG


def test_what_is_configured_is_read_and_what_is_wrong_is_logged_once(tmp_path: Path) -> None:
    logo = tmp_path / "logo"
    logo.write_bytes(SVG)
    branding = {"logo_file": str(logo), "background_file": str(tmp_path / "missing.jpg")}
    with structlog.testing.capture_logs() as logged:
        images = read_images(Config.model_validate({"branding": branding}))

    assert [(name, image.media_type) for name, image in images.usable.items()] == [("logo", "image/svg+xml")]
    assert images.unusable == ("background",)
    assert [(line["event"], line["log_level"], line["key"]) for line in logged] == [
        ("look.image_unusable", "warning", "branding.background_file")
    ]


EXCHANGE = """
[room]
mailbox = "sjroom@contoso.example"
[calendar.ews]
endpoint = "https://127.0.0.1:1/EWS/Exchange.asmx"
username = "svc@contoso.example"
password_file = "logo"
"""


@pytest.mark.parametrize("room", ["", EXCHANGE])
def test_the_room_is_shown_with_its_look(tmp_path: Path, room: str) -> None:
    (tmp_path / "logo").write_bytes(SVG)
    file = tmp_path / "config.toml"
    file.write_text(f'[branding]\nlogo_file = "logo"\nbackground_file = "none"\ncolor = "#0a5c8f"\n{room}')
    with ExitStack() as resources:
        box = open_box(file, tmp_path / "state")
        core = Core(box, resources)
        state = core.stored_state()

    assert state.look.shift
    assert state.look.color == "#0a5c8f"
    assert (state.look.logo or "").startswith("/api/v1/look/logo?v=")
    assert state.look.background is None
    assert [notice.code for notice in state.notices if notice.code.startswith("look.")] == ["look.image_unusable"]

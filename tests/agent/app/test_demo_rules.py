"""The demo with the rules of somebody's room."""

from __future__ import annotations

from pathlib import Path

from agent.app.demo import demo_box


def test_a_file_without_an_account_is_good_enough(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[room]\nmailbox = "sjroom@contoso.example"\nname = "Lobby"\n[meetings]\nrelease_after_min = 5\n')

    box = demo_box(file, tmp_path / "state")

    assert (box.config.room.name, box.config.meetings.release_after_min) == ("Lobby", 5)
    assert box.config.requests == demo_box(None, tmp_path / "other").config.requests


def test_without_a_file_the_box_answers_what_waits(tmp_path: Path) -> None:
    assert demo_box(None, tmp_path / "state").config.meetings.process_requests is True

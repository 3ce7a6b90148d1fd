"""What `room-agent run` leaves behind when it does not start."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.app import programs
from agent.errors import ConfigError

CONFIG = """[calendar]
source = "demo"
[web]
listen = "127.0.0.1:0"
remote_listen = "127.0.0.1:0"
status_token_file = "missing"
"""


@pytest.mark.parametrize("left", [None, "another boot\n"])
def test_a_start_that_is_refused_is_no_crash_and_forgets_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str | None
) -> None:
    monkeypatch.setattr("agent.system.logs.configure", lambda _: None)
    config, state = tmp_path / "config.toml", tmp_path / "state"
    config.write_text(CONFIG)
    state.mkdir()
    if left is not None:
        (state / "running").write_text(left)
    with pytest.raises(ConfigError, match="status_token"):
        programs.run_agent(config, state, front=False, log_level="error")
    assert (state / "running").exists() == (left is not None)

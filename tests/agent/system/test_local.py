"""Asking a running agent from the shell."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.cli import asking
from agent.errors import RoomAgentError
from agent.system import local
from agent.system.serve import listen_unix

CONFIG = '[room]\nmailbox = "sjroom@contoso.example"\n[calendar]\nsource = "demo"\n'


@pytest.fixture
def hung(tmp_path: Path) -> Iterator[Path]:
    """The state directory of an agent that takes every question and answers none."""
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    with listen_unix(tmp_path / "core.sock"):
        yield tmp_path


@pytest.mark.parametrize("command", [asking.status, asking.meetings, asking.audit])
def test_an_agent_that_hangs_is_given_up_soon_and_named_with_what_to_do(
    hung: Path, command: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "KNOWN_S", 0.2)
    monkeypatch.setattr(local, "WORK_S", 3600.0)
    with pytest.raises(RoomAgentError) as error:
        command(state_dir=hung)
    assert error.value.code == "agent.no_answer"
    assert f"{hung}/core.sock did not answer within 0.2 s; look at its log" in str(error.value)

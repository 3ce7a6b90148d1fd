"""`room-agent doctor`: what it prints where, and with which status it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agent import cli
from agent.errors import RoomAgentError
from agent.system import local

KEYS = ["id", "status", "code", "title", "detail", "cure", "who", "command"]
CLOSED = """
[room]
mailbox = "sjroom@contoso.example"
[calendar.ews]
username = "a@contoso.example"
endpoint = "http://127.0.0.1:1/EWS/Exchange.asmx"
"""
Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command with a configuration, as the shell calls it; the exit status."""

    def call(*flags: str, config: str | None = None) -> int:
        if config is not None:
            (tmp_path / "config.toml").write_text(config, "utf-8")
        monkeypatch.setattr(sys, "argv", ["room-agent", "doctor", "--state-dir", str(tmp_path), *flags])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return call


def test_json_is_one_object_and_a_failed_check_ends_with_1(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    status = run("--json", config=CLOSED)
    said = capsys.readouterr()
    answer = json.loads(said.out)

    assert (status, set(answer), answer["ok"]) == (1, {"ok", "checks"}, False)
    assert all(list(check) == KEYS for check in answer["checks"])
    assert {check["status"] for check in answer["checks"]} <= {"pass", "warn", "fail", "skipped"}
    found = {check["id"]: check for check in answer["checks"]}
    assert (found["network.tcp"]["code"], found["network.tcp"]["who"]) == ("network.tcp_refused", "network")
    assert found["network.dns"]["who"] is None
    assert said.err.startswith("room-agent: network.tcp, account.secret failed; ")


def test_people_read_what_is_wrong_and_what_to_do(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    status = run(config=CLOSED)
    said = capsys.readouterr().out

    assert status == 1
    assert "✓ network.dns " in said
    assert "✗ network.tcp              127.0.0.1:1 refuses connections\n" in said
    assert "– network.http             Not checked: An earlier step did not pass: network.tcp.\n" in said
    assert "To do (network administrator): Check host and port" in said
    assert "2 failed" in said.splitlines()[-1]


def test_what_passes_ends_with_0_and_says_nothing_on_stderr(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    status = run("--json", config='[calendar]\nsource = "demo"\n')
    said = capsys.readouterr()

    assert (status, said.err, json.loads(said.out)["ok"]) == (0, "", True)


@pytest.mark.parametrize(
    ("flags", "config", "complaint"),
    [
        ((), None, "[setup.no_config]"),
        (("--json",), '[room]\nname = "San Jose"\n', "[setup.no_config]"),
        ((), "[room\n", "config.toml"),
        (("--other-mailbox", "ceo"), CLOSED, "--other-mailbox"),
        (("--other-mailbox", "ceo@contoso.example\nx"), CLOSED, "--other-mailbox"),
        (("--config", "/nowhere/config.toml"), None, "/nowhere/config.toml"),
        (("--everything",), CLOSED, "--everything"),
    ],
)
def test_wrong_usage_and_configuration_end_with_2(
    run: Run, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], config: str | None, complaint: str
) -> None:
    status = run(*flags, config=config)
    said = capsys.readouterr()

    assert (status, said.out) == (2, "")
    assert complaint in said.err


def test_neither_store_nor_lock_is_touched(run: Run, tmp_path: Path) -> None:
    run("--json", config=CLOSED)

    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


class TestBesideAnAgent:
    """What a running agent says, as its socket gave it."""

    @pytest.fixture
    def said(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        lines: list[Any] = []

        def ask_lines(_socket: Path, path: str, body: Mapping[str, Any]) -> Iterator[Any]:
            lines.append((path, dict(body)))
            return (self._raised(line) for line in lines[:-1])

        monkeypatch.setattr(local, "ask_lines", ask_lines)
        return lines

    def _raised(self, line: Any) -> Any:
        if isinstance(line, Exception):
            raise line
        return line

    def test_its_checks_are_shown_and_it_is_asked_what_was_asked_for(
        self, run: Run, said: list[Any], capsys: pytest.CaptureFixture[str]
    ) -> None:
        check = dict.fromkeys(KEYS) | {"id": "network.dns", "status": "pass", "title": "Gut", "detail": "", "cure": ""}
        said += [{"doing": "network.dns"}, check, {"ok": True, "language": "de"}]
        status = run("--write-test", "--wait", "--other-mailbox", "ceo@contoso.example")

        assert (status, capsys.readouterr().out.splitlines()[-1]) == (0, "1 bestanden.")
        wishes = {"scope": "room", "write": True, "other_mailbox": "ceo@contoso.example", "wait": True}
        assert said[-1] == ("/api/v1/doctor", wishes)

    @pytest.mark.parametrize(
        ("lines", "status", "code"),
        [
            ([RoomAgentError("setup.no_config", "not set up")], 2, "setup.no_config"),
            ([RoomAgentError("preflight.busy", "another one goes on")], 1, "preflight.busy"),
            ([{"ok": False, "code": "agent.internal", "detail": "failed"}], 1, "agent.internal"),
            ([{"doing": "network.dns"}], 1, "agent.no_answer"),
        ],
    )
    def test_what_it_refuses_is_said(
        self, run: Run, said: list[Any], capsys: pytest.CaptureFixture[str], lines: list[Any], status: int, code: str
    ) -> None:
        said += lines

        assert run("--json") == status
        out, err = capsys.readouterr()
        assert (out, f"[{code}]" in err) == ("", True)

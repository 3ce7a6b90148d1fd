"""What commands print where, and with which status they end: one process each, as a shell sees it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from agent import __version__
from tests.system.agent_process import agent_command

ROOM = '[room]\nmailbox = "sjroom@contoso.example"\n'


def shell(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ROOM_AGENT_")}
    done = subprocess.run(
        agent_command(*arguments), input=stdin, capture_output=True, text=True, timeout=30, env=ours | environment,
        check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("dance", "dance"),
        ("run --dance", "--dance"),
        ("run --config /nowhere/config.toml", "/nowhere/config.toml"),
        ("run --log-level loud", "loud"),
        ("run --state-dir /proc/nowhere", "/proc/nowhere"),
        ("run --state-dir=", "expected a path"),
        ("run --config=", "expected a path"),
        ("demo --source imap", "imap"),
        ("demo --config /nowhere/config.toml", "/nowhere/config.toml"),
        ("demo --port 99999", "--port"),
        ("front", "--core"),
        ("check-config", "FILE"),
        ("check-config /nowhere/config.toml", "/nowhere/config.toml"),
        ("show-config --config /nowhere/config.toml", "/nowhere/config.toml"),
        ("status --config /nowhere/config.toml", "/nowhere/config.toml"),
        ("meetings --config /nowhere/config.toml", "/nowhere/config.toml"),
        ("sync --once --config /nowhere/config.toml", "/nowhere/config.toml"),
        ("sync", "--once"),
        ("join-info /nowhere/invitation.eml", "/nowhere/invitation.eml"),
    ],
)
def test_wrong_usage_and_configuration_end_with_2_and_a_sentence_on_stderr(command: str, complaint: str) -> None:
    done = shell(*command.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr


def test_the_version_is_one_line() -> None:
    done = shell("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"room-agent {__version__}\n", "")


def test_status_without_an_agent_fails_with_1_and_says_what_to_do(tmp_path: Path) -> None:
    done = shell("status", "--json", "--state-dir", str(tmp_path / "state"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "room-agent run" in done.stderr


def test_a_missing_state_directory_is_made_for_its_owner_only(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "state"
    done = shell("meetings", "--json", "--state-dir", str(state))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["screen"] == "setup"
    assert state.stat().st_mode & 0o777 == 0o700


def test_flags_come_before_our_variables_and_those_before_the_service_managers(tmp_path: Path) -> None:
    made = {name: tmp_path / name for name in ("flag", "ours", "systemd")}
    for who, directory in made.items():
        directory.mkdir()
        (directory / "config.toml").write_text(f'[room]\nname = "by {who}"\n')
    variables = {"ROOM_AGENT_STATE_DIR": str(made["ours"]), "STATE_DIRECTORY": f"{made['systemd']}:/elsewhere"}

    def name(*flags: str, **environment: str) -> str:
        return shell("show-config", "--changed", *flags, **environment).stdout

    assert 'name = "by flag"' in name("--state-dir", str(made["flag"]), **variables)
    assert 'name = "by ours"' in name(**variables)
    assert 'name = "by systemd"' in name(STATE_DIRECTORY=variables["STATE_DIRECTORY"])
    named = str(made["flag"] / "config.toml")
    assert 'name = "by flag"' in name(ROOM_AGENT_CONFIG=named, **variables)
    other = str(made["systemd"] / "config.toml")
    assert 'name = "by systemd"' in name("--config", other, ROOM_AGENT_CONFIG=named, **variables)


def test_a_failed_sync_is_one_object_on_stdout_and_a_sentence_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    (tmp_path / "password").chmod(0o600)
    (tmp_path / "config.toml").write_text(
        f'{ROOM}[calendar.ews]\nendpoint = "http://127.0.0.1:1/EWS/Exchange.asmx"\nusername = "a@contoso.example"\n'
        'password_file = "password"\n'
    )
    config = ("--config", str(tmp_path / "config.toml"), "--state-dir", str(tmp_path / "state"))
    done = shell("sync", "--once", "--json", *config)
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert set(answer) == {"ok", "added", "changed", "removed", "requests", "duration_s", "problem"}
    assert (answer["ok"], answer["problem"]["code"]) == (False, "calendar.unreachable")
    assert "[calendar.unreachable]" in done.stderr
    in_words = shell("sync", "--once", *config)
    assert (in_words.returncode, in_words.stdout) == (1, "")


def test_join_info_reads_stdin_and_answers_a_bad_line_with_an_error() -> None:
    lines = '{"id": "a", "subject": "", "location": "https://zoom.us/j/91234567890", "body": ""}\nnonsense\n'
    done = shell("join-info", "--jsonl", stdin=lines)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (second["id"], second["joinable"], bool(second["error"])) == (None, False, True)
    assert (first["id"], first["joinable"], first["provider"]) == ("a", True, "zoom")
    assert done.returncode == 1


def test_join_info_trusts_the_administrators_own_hosts(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'{ROOM}[join]\ntrusted_hosts = ["meet.partner.example"]\n')
    line = '{"id": "a", "subject": "", "location": "https://meet.partner.example/webapp/conference/1234", "body": ""}\n'
    trusted = [
        json.loads(shell("join-info", "--jsonl", *flags, stdin=line).stdout)["trusted"]
        for flags in ((), ("--config", str(config)))
    ]
    assert trusted == [False, True]
    missing = shell("join-info", "--jsonl", "--config", "/nowhere/config.toml", stdin=line)
    assert (missing.returncode, missing.stdout) == (2, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_nobody_reads_any_more_ends_without_a_complaint(tmp_path: Path, unbuffered: str) -> None:
    command = agent_command("meetings", "--json", "--state-dir", str(tmp_path))
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


RULE = '[[join.rules]]\nname = "Board"\nprovider = "board"\nhosts = ["vc.contoso.example"]\npath = "/room/{id}"\n'


def test_a_rule_of_the_configuration_is_tried_with_join_info(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(RULE, "utf-8")
    line = json.dumps({"id": 1, "body": "https://vc.contoso.example/room/4711", "body_type": "text"})

    without = json.loads(shell("join-info", "--jsonl", stdin=line).stdout)
    answer = json.loads(shell("join-info", "--jsonl", "--config", str(config), stdin=line).stdout)
    report = shell("join-info", "--config", str(config), stdin=line)

    assert without["joinable"] is False
    assert (answer["provider"], answer["meeting_id"], answer["trusted"]) == ("board", "4711", True)
    assert report.stdout.startswith("Can be joined: Board\n")


def test_a_rule_that_cannot_be_is_named_with_what_is_expected(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(RULE.replace("/room/{id}", "/room/[0-9]+"), "utf-8")

    done = shell("join-info", "--config", str(config), stdin="{}")

    assert done.returncode == 2
    assert done.stdout == ""
    assert 'join.rules[0].path = "/room/[0-9]+": expected a path such as /meet/{id}' in done.stderr

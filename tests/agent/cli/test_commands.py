"""commands: options in, one script out; nothing but the script on stdout."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.errors import ConfigError, UsageError
from tests.agent.powershell.tokens import commands as cmdlets
from tests.system.agent_process import agent_command

GUID = "6233fba6-0198-4277-892f-9275bf728bcc"


def printed(tmp_path: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["commands", *arguments, "--state-dir", str(tmp_path)])
    if result.exception:
        raise result.exception
    return result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("exchange",),
        ("graph",),
        ("exchange", "--tenant", "exo", "--app-id", GUID, "--object-id", GUID, "--scope", "rooms"),
        ("graph", "--mailbox", "o'brien@contoso.example", "--process-requests", "--scope", "none"),
        (
            "exchange",
            "--scope",
            "group",
            "--group",
            "Rooms",
            "--room-list",
            "Building 1",
            "--service-account",
            "C\\svc",
        ),
        ("exchange", "--scope", "rooms-and-equipment", "--tenant", "on-prem"),
    ],
)
def test_every_way_prints_one_script(tmp_path: Path, arguments: Sequence[str]) -> None:
    text = printed(tmp_path, *arguments)
    assert text.startswith("# Room agent: ")
    assert text.endswith("\n")
    assert any(each.name == "New-ManagementRoleAssignment" for each in cmdlets(text))


def test_the_configuration_fills_in_what_no_option_says(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[room]\nmailbox = "sjroom@contoso.example"\n[calendar.ews]\nusername = "svc@contoso.example"\n', "utf-8"
    )
    text = printed(tmp_path, "exchange")
    assert "-User 'svc@contoso.example' -CustomRecipientWriteScope 'RoomAgent sjroom@contoso.example'" in text
    assert "-CustomRecipientWriteScope 'RoomAgent other@contoso.example'" in printed(
        tmp_path, "exchange", "--mailbox", "other@contoso.example"
    )


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("graph", "--tenant", "on-prem"), "--tenant on-prem"),
        (("exchange", "--mailbox", "'; Remove-Mailbox x; '"), "--mailbox"),
        (("exchange", "--mailbox="), "--mailbox"),
        (("graph", "--app-id", "$(calc)"), "--app-id"),
        (("exchange", "--service-account", "svc\n"), "--service-account"),
        (("exchange", "--group", "\u202erooms", "--scope", "group"), "--group"),
        (("exchange", "--room-list", "x" * 10_000), "--room-list"),
        (("exchange", "--scope", "everything"), "--scope"),
        (("imap",), "exchange|graph"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_nothing_is_printed(
    tmp_path: Path, arguments: Sequence[str], named: str
) -> None:
    result = CliRunner().invoke(app, ["commands", *arguments, "--state-dir", str(tmp_path)])
    assert isinstance(result.exception, UsageError)
    assert named in str(result.exception)
    assert result.stdout == ""


def test_a_configuration_that_is_named_and_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        printed(tmp_path, "exchange", "--config", str(tmp_path / "none.toml"))


def test_a_file_that_is_not_ascii_begins_with_the_mark_by_which_windows_powershell_knows_utf_8(tmp_path: Path) -> None:
    plain = printed(tmp_path, "exchange", "--room-list", "Building 1")
    special = printed(tmp_path, "exchange", "--room-list", "Geb\u00e4ude \u00d1")
    assert plain.isascii()
    assert special.startswith("\ufeff# ")


@pytest.mark.parametrize(("mailbox", "status"), [("sjroom@contoso.example", 0), ("sjroom", 2)])
def test_a_shell_sees_the_script_or_status_2_and_a_sentence(tmp_path: Path, mailbox: str, status: int) -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ROOM_AGENT_")}
    done = subprocess.run(
        agent_command("commands", "exchange", "--mailbox", mailbox, "--state-dir", str(tmp_path)),
        capture_output=True, text=True, timeout=30, env=ours, check=False,
    )  # fmt: skip
    assert done.returncode == status
    assert (done.stdout == "") is (status == 2)
    assert (done.stderr == "") is (status == 0)
    assert "Traceback" not in done.stderr

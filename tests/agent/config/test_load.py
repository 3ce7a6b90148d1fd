"""Reading a good file, and files that are no configuration at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import Config, load
from agent.errors import ConfigError

ON_PREM = """
[room]
mailbox = "sjroom@contoso.example"
timezone = "America/Los_Angeles"

[calendar.ews]
endpoint = "https://mail.contoso.example/EWS/Exchange.asmx"
username = "mailboxservice@contoso.example"
password_file = "secrets/password"
ca_file = "/etc/ssl/contoso.pem"
"""


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "config.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(folder: Path, content: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, content), {})
    return str(caught.value)


def test_a_file_with_room_endpoint_and_account_is_enough(tmp_path: Path) -> None:
    config = load(write(tmp_path, ON_PREM), {})

    assert config.set_up
    assert config.room.mailbox == "sjroom@contoso.example"
    assert (config.calendar.source, config.calendar.ews.auth, config.calendar.days_ahead) == ("ews", "basic", 14)


def test_names_of_files_are_relative_to_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, ON_PREM)
    monkeypatch.chdir(tmp_path)

    ews = load(Path("config.toml"), {}).calendar.ews

    assert ews.password_file == str(tmp_path / "secrets/password")
    assert ews.ca_file == "/etc/ssl/contoso.pem"
    assert ews.certificate_file == ""


def test_an_empty_file_is_a_box_nobody_has_set_up(tmp_path: Path) -> None:
    config = load(write(tmp_path, ""), {})

    assert config == Config.default()
    assert not config.set_up


def test_the_built_in_demo_needs_no_account(tmp_path: Path) -> None:
    assert load(write(tmp_path, '[calendar]\nsource = "demo"\n'), {}).set_up


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + ON_PREM.replace("\n", "\r\n").encode()

    assert load(write(tmp_path, content), {}).room.timezone == "America/Los_Angeles"


def test_a_configuration_cannot_be_changed_once_it_is_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Config.default().room.name = "Elsewhere"  # type: ignore[misc]


def test_a_syntax_error_names_line_and_column(tmp_path: Path) -> None:
    message = refusal(tmp_path, '[room]\nmailbox = "sjroom@contoso.example"\nname = San Jose\n')

    assert message.startswith(f"{tmp_path / 'config.toml'}: not valid TOML: ")
    assert "line 3, column 8" in message


def test_a_key_given_twice_is_a_syntax_error(tmp_path: Path) -> None:
    assert "not valid TOML" in refusal(tmp_path, '[room]\nname = "a"\nname = "b"\n')


def test_another_encoding_is_named_with_its_place(tmp_path: Path) -> None:
    message = refusal(tmp_path, '[room]\nname = "Zürich"\n'.encode("latin-1"))

    assert message == f"{tmp_path / 'config.toml'}: not UTF-8 (at line 2, column 10); save the file as UTF-8"


def test_utf_16_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path, ON_PREM.encode("utf-16")).endswith("this file is UTF-16; save it as UTF-8")


@pytest.mark.parametrize("content", ["a = " + "[" * 5000, "a = " + "9" * 5000, "\0"])
def test_a_file_made_to_break_the_reader_is_refused(tmp_path: Path, content: str) -> None:
    assert "not valid TOML" in refusal(tmp_path, content)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    assert "larger than 1024 KiB" in refusal(tmp_path, b"#" * (1024 * 1024 + 1))


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file") as missing:
        load(tmp_path / "config.toml", {})
    with pytest.raises(ConfigError, match="this is a directory") as directory:
        load(tmp_path, {})

    assert (missing.value.code, directory.value.code) == ("config.missing", "config.unreadable")


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    loop = tmp_path / "config.toml"
    loop.symlink_to(loop)

    with pytest.raises(ConfigError, match="cannot be read: Too many levels of symbolic links"):
        load(loop, {})


def test_images_are_relative_to_the_configuration_too_and_need_not_exist(tmp_path: Path) -> None:
    content = '[branding]\nlogo_file = "logo.svg"\nbackground_file = "/srv/b.jpg"\n'

    branding = load(write(tmp_path, content), {}).branding

    assert (branding.logo_file, branding.background_file) == (str(tmp_path / "logo.svg"), "/srv/b.jpg")

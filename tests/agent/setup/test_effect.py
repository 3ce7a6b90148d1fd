"""What is in effect, when its secrets were sealed since, and when the file is another one."""

from __future__ import annotations

from pathlib import Path

from agent.setup.effect import InEffect


def test_a_secret_that_was_sealed_is_still_known(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "network.proxy_credentials").write_text("box:proxy password\n")
    (tmp_path / "config.toml").write_text(
        '[room]\nmailbox = "sjroom@contoso.example"\n[network]\nproxy = "http://proxy.contoso.example:3128"\n'
        'proxy_credentials_file = "secrets/network.proxy_credentials.1"\n'
    )
    effect = InEffect(tmp_path, None, {"CREDENTIALS_DIRECTORY": str(credentials)})

    assert effect.answers()["network"]["proxy_username"] == "box"
    assert effect.has("network.proxy_credentials")
    assert effect.content("network.proxy_credentials") == b"box:proxy password\n"
    assert effect.content("calendar.ews.password") is None


def test_a_file_that_changes_is_read_anew(tmp_path: Path) -> None:
    effect = InEffect(tmp_path, None, {})
    before = effect.mode
    (tmp_path / "config.toml").write_text('[calendar]\nsource = "demo"\n')
    set_up = effect.mode
    (tmp_path / "config.toml").write_text("not a configuration")

    assert (before, set_up, effect.mode, effect.data) == ("setup", "settings", "setup", {})

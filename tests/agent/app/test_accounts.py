"""What makes another sign-in: everything somebody may mend after a refusal, so that the mended one is tried at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.app.accounts import identity_of, require_secret
from agent.app.box import Box
from agent.config import load
from agent.errors import ConfigError
from agent.system.places import Places
from agent.system.secrets import FileSecrets
from tests.fakes.clock import FakeClock

GRAPH = {
    "endpoint": "https://graph.microsoft.com",
    "authority": "https://login.microsoftonline.com",
    "tenant_id": "t",
    "client_id": "c",
    "auth": "certificate",
    "certificate_file": "app.pfx",
    "certificate_password_file": "password",
}
EWS = GRAPH | {"endpoint": "https://ews.contoso.example/EWS/Exchange.asmx", "auth": "oauth"}
FILES = {"app.pfx": "one", "password": "two", "secret": "three", "other": "four"}


def identity(folder: Path, source: str, keys: dict[str, str], files: dict[str, str]) -> str:
    for name, content in files.items():
        (folder / name).write_text(content)
        (folder / name).chmod(0o600)
    lines = [f'{key} = "{folder / value if key.endswith("_file") else value}"' for key, value in keys.items()]
    (folder / "config.toml").write_text(
        "\n".join(('[room]\nmailbox = "room@contoso.example"', f'[calendar]\nsource = "{source}"',
                   f"[calendar.{source}]", *lines))
    )  # fmt: skip
    config, places = load(folder / "config.toml", {}), Places(folder, None, folder / "core.sock")
    return identity_of(Box(config, places, FakeClock(), FileSecrets(folder, {})), source)


@pytest.mark.parametrize(("source", "keys"), [("graph", GRAPH), ("ews", EWS)])
class TestCertificate:
    def test_the_same_is_the_same(self, tmp_path: Path, source: str, keys: dict[str, str]) -> None:
        assert identity(tmp_path, source, keys, FILES) == identity(tmp_path, source, keys, FILES)

    @pytest.mark.parametrize("key", ["endpoint", "authority", "tenant_id", "client_id"])
    def test_a_mended_key_is_another(self, tmp_path: Path, source: str, keys: dict[str, str], key: str) -> None:
        before = identity(tmp_path, source, keys, FILES)
        assert identity(tmp_path, source, keys | {key: f"{keys[key]}x"}, FILES) != before

    @pytest.mark.parametrize("file", ["app.pfx", "password"])
    def test_a_mended_file_is_another(self, tmp_path: Path, source: str, keys: dict[str, str], file: str) -> None:
        before = identity(tmp_path, source, keys, FILES)
        assert identity(tmp_path, source, keys, FILES | {file: "mended"}) != before


def test_a_mended_secret_is_another(tmp_path: Path) -> None:
    keys = {key: value for key, value in GRAPH.items() if not key.startswith("certificate")}
    keys |= {"auth": "secret", "client_secret_file": "secret"}
    before = identity(tmp_path, "graph", keys, FILES)
    assert identity(tmp_path, "graph", keys, FILES | {"secret": "mended"}) != before


def test_a_room_runs_without_the_secret_it_was_given_and_not_without_one_of_the_administrators(tmp_path: Path) -> None:
    """What was sealed for another disk is lost: the room has to run to be given it again."""
    (tmp_path / "config.toml").write_text(
        '[room]\nmailbox = "room@contoso.example"\n[calendar.ews]\n'
        f'endpoint = "{EWS["endpoint"]}"\nusername = "svc"\npassword_file = "secrets/calendar.ews.password"\n'
    )
    config, places = load(tmp_path / "config.toml", {}), Places(tmp_path, None, tmp_path / "core.sock")

    require_secret(Box(config, places, FakeClock(), FileSecrets(tmp_path / "secrets", {})), "ews")

    with pytest.raises(ConfigError, match="there is no file"):
        require_secret(Box(config, places, FakeClock(), FileSecrets(tmp_path / "elsewhere", {})), "ews")

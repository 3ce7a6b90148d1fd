"""The preflight of a configuration that need not be in effect."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.app.preflight import preflight_of
from agent.config import Config
from agent.errors import ConfigError
from agent.model.preflight import Check, Status
from agent.preflight.context import Scope
from agent.system.secrets import FileSecrets
from tests.agent.preflight.looking import free_port
from tests.agent.preflight.proxy import proxy
from tests.agent.sources.loopback import Answer, loopback
from tests.fakes.clock import FakeClock


def checked(folder: Path, config: dict[str, Any], scope: Scope = Scope.ACCOUNT) -> dict[str, Check]:
    told: list[Check] = []
    secrets = FileSecrets(folder, {})
    report = preflight_of(
        Config.model_validate(config), secrets, FakeClock(), scope=scope, language="en", tell=told.append
    )
    assert list(report.checks) == told
    return {check.id: check for check in report.checks}


def exchange(port: int, **more: str) -> dict[str, Any]:
    ews = {"endpoint": f"http://127.0.0.1:{port}/EWS/Exchange.asmx", "username": "a@contoso.example", **more}
    return {"room": {"mailbox": "sjroom@contoso.example"}, "calendar": {"ews": ews}}


def test_a_missing_password_is_a_failed_check(tmp_path: Path) -> None:
    with loopback() as server:
        server.always = Answer(status=401)
        found = checked(tmp_path, exchange(server.server_port))

    assert [each.status for id_, each in found.items() if id_.startswith("network.")] == [Status.PASS] * 7
    assert (found["account.secret"].status, found["account.secret"].code) == (Status.FAIL, "account.secret_missing")
    assert "calendar.ews.password" in found["account.secret"].detail
    after = list(found.values())[list(found).index("account.secret") + 1 :]
    assert {each.status for each in after} <= {Status.SKIPPED}


def test_a_certificate_that_cannot_be_read_is_a_failed_check(tmp_path: Path) -> None:
    graph = {"tenant_id": "t", "client_id": "c", "auth": "certificate", "certificate_file": str(tmp_path / "app.pfx")}
    graph |= {"endpoint": f"https://localhost:{free_port()}", "authority": f"https://localhost:{free_port()}"}
    (tmp_path / "app.pfx").write_bytes(b"no certificate")
    found = checked(tmp_path, {"calendar": {"source": "graph", "graph": graph}})

    assert found["account.secret"].code == "account.certificate_unusable"
    assert "does it need a password?" in found["account.secret"].detail


def test_the_network_is_checked_before_there_is_an_account(tmp_path: Path) -> None:
    (tmp_path / "proxy").write_text("box:secret\n")
    (tmp_path / "proxy").chmod(0o600)
    with proxy(refusal=b"HTTP/1.1 407 Who\r\n\r\n") as through:
        network = {"proxy": through.url, "proxy_credentials_file": "proxy"}
        found = checked(tmp_path, {"network": network}, Scope.NETWORK)

    assert found["network.proxy"].code == "network.proxy_refused"
    assert "Basic Ym94OnNlY3JldA==" in through.asked[0]
    assert all(id_.startswith("network.") for id_ in found)


def test_the_demo_passes_without_an_account(tmp_path: Path) -> None:
    found = checked(tmp_path, {"calendar": {"source": "demo"}}, Scope.ROOM)

    assert {each.code for each in found.values()} == {"network.demo"}


def test_an_account_that_would_send_its_token_in_the_clear_is_no_account(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        checked(tmp_path, exchange(1, auth="oauth", tenant_id="t", client_id="c"))


def test_an_agent_that_starts_loads_nothing_of_it_that_speaks_http() -> None:
    program = "import sys, agent.app.core; print([name for name in ('requests', 'urllib3') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"

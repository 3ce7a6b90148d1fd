"""Answers into effect: activation, settings, reset, over the real service and a real disk."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from agent.api.peer import Role
from agent.config import Config, load
from agent.errors import RoomAgentError
from agent.setup import certificate, files
from tests.agent.setup.walking import PASSWORD, PIN, Technician, activated
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def password_of(config: Config) -> str:
    return Path(config.calendar.ews.password_file).read_text()


async def test_settings_are_opened_with_the_pin_and_looks_need_no_check(tmp_path: Path) -> None:
    async with activated(tmp_path) as (box, technician):
        refused = await technician.pair(pin="111111")
        coded = await technician.pair(code="123456")
        await technician.pair(pin=PIN)
        state = (await technician.get()).json()
        await technician.post("/steps/policies", {"show_subject": "busy"})
        done = await technician.post("/activate")
        config = load(tmp_path / "config.toml", {})

        assert [each.json()["code"] for each in (refused, coded)] == ["setup.pin_wrong", "setup.pin_wrong"]
        assert (state["mode"], state["checked"], state["answers"]["account"]["username"]) == (
            "settings", "passed", "svc@contoso.example")  # fmt: skip
        assert (done.json(), config.meetings.show_subject) == ({"ok": True}, "busy")
        assert password_of(config) == f"{PASSWORD}\n"
        assert len(box.around.scopes) == 1


async def test_a_new_password_is_checked_before_it_counts_and_the_old_one_is_removed(tmp_path: Path) -> None:
    async with activated(tmp_path) as (_, technician):
        await technician.pair(pin=PIN)
        await technician.post("/steps/account", {"password": "another one"})
        early = await technician.post("/activate")
        await technician.check()
        done = await technician.post("/activate")
        config = load(tmp_path / "config.toml", {})

        assert (early.json()["code"], done.status_code) == ("setup.not_checked", 200)
        assert password_of(config) == "another one\n"
        assert sorted(path.name for path in (tmp_path / "secrets").iterdir()) == [
            "admin-pin",
            "calendar.ews.password.2",
        ]


async def test_whoever_has_the_pin_cannot_send_the_password_to_another_server(tmp_path: Path) -> None:
    async with activated(tmp_path) as (_, technician):
        await technician.pair(pin=PIN)
        answer = await technician.post("/steps/account", {"endpoint": "https://evil.example/EWS/Exchange.asmx"})

        assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [
            ("password", "setup.secret_again")
        ]


async def test_nor_to_a_server_that_only_another_authority_vouches_for(tmp_path: Path) -> None:
    async with activated(tmp_path) as (_, technician):
        await technician.pair(pin=PIN)
        strange = certificate.public_part(certificate.made("mail.contoso.example", FakeClock().now()))
        assert strange is not None
        answer = await technician.post("/steps/account", {"ca": strange.pem})

        assert {each["field"] for each in answer.json().get("errors", [])} == {"password"}


async def test_nor_by_way_of_answers_that_need_no_secret(tmp_path: Path) -> None:
    app = {
        "endpoint": "https://mail.contoso.example/EWS/Exchange.asmx",
        "auth": "oauth",
        "tenant_id": "contoso.example",
        "client_id": "11111111-2222-3333-4444-555555555555",
        "method": "secret",
        "client_secret": PASSWORD,
        "authority": "https://login.contoso.example",
        "scope": "https://mail.contoso.example/.default",
    }
    async with activated(tmp_path) as (_, technician):
        await technician.pair(pin=PIN)
        assert (await technician.post("/steps/account", app)).status_code == 200
        await technician.check()
        assert (await technician.post("/activate")).status_code == 200
        await technician.post("/certificate")
        certified = {"method": "certificate", "authority": "https://evil.example"}
        assert (await technician.post("/steps/account", certified)).status_code == 200
        answer = await technician.post("/steps/account", {"method": "secret"})

        assert {each["field"] for each in answer.json().get("errors", [])} == {"client_secret"}


async def test_what_the_box_cannot_serve_with_does_not_stay(tmp_path: Path) -> None:
    async with activated(tmp_path) as (box, technician):
        before = (tmp_path / "config.toml").read_bytes()
        await technician.pair(pin=PIN)
        await technician.post("/steps/policies", {"show_subject": "busy", "pin": "111222"})
        box.around.refuses = [RoomAgentError("web.port_taken", "taken")]
        answer = await technician.post("/activate")

        assert (answer.status_code, answer.json()["code"]) == (409, "web.port_taken")
        assert (tmp_path / "config.toml").read_bytes() == before
        assert box.around.reconfigured == 2
        technician.session = ""
        assert (await technician.pair(pin="111222", take_over=True)).status_code == 403
        assert (await technician.pair(pin=PIN, take_over=True)).status_code == 204


async def test_reset_with_the_pin_leaves_nothing_and_the_wizard_comes_up(tmp_path: Path) -> None:
    async with activated(tmp_path) as (box, technician):
        await technician.pair(pin=PIN)
        wrong = await technician.post("/reset", {"pin": "000000"})
        done = await technician.post("/reset", {"pin": PIN})
        await box.setup.ended()
        box.role = Role.FRONT

        assert (wrong.status_code, done.status_code) == (403, 202)
        assert (await technician.get()).json()["mode"] == "setup"
        assert files.names(tmp_path) == []
        assert ("setup.reset", {"who": "network"}) in box.around.audited


async def test_the_administrator_on_the_box_needs_no_pin_for_a_reset(tmp_path: Path) -> None:
    async with activated(tmp_path) as (box, _):
        stranger = Technician(box, "")
        refused = await stranger.post("/reset")
        box.role = Role.ADMIN
        done = await stranger.post("/reset")
        await box.setup.ended()

        assert (refused.status_code, done.status_code, box.setup.mode) == (403, 202, "setup")


async def test_keys_the_wizard_does_not_know_stay(tmp_path: Path) -> None:
    async with activated(tmp_path) as (box, technician):
        path = tmp_path / "config.toml"
        path.write_text(path.read_text() + '\n[hot_desk]\nallowed = ["@contoso.example"]\n')
        box.start()
        await technician.pair(pin=PIN)
        await technician.post("/steps/screen", {"content": "preview"})
        await technician.post("/activate")
        data = tomllib.loads(path.read_text())

        assert (data["hot_desk"], data["display"]) == ({"allowed": ["@contoso.example"]}, {"content": "preview"})


async def test_a_configuration_named_on_the_command_line_is_only_shown(tmp_path: Path) -> None:
    async with activated(tmp_path) as (box, technician):
        box.setup._effect.managed = load(tmp_path / "config.toml", {})
        await technician.pair(pin=PIN)

        assert (await technician.get()).json()["mode"] == "managed"
        assert (await technician.post("/steps/policies", {})).json()["code"] == "setup.managed"
        assert (await technician.post("/activate")).json()["code"] == "setup.managed"


async def test_wrong_pins_lock_the_settings_over_a_restart_and_a_reset_counts_as_a_try(tmp_path: Path) -> None:
    async with activated(tmp_path) as (box, technician):
        await technician.pair(pin=PIN)
        for _ in range(5):
            assert (await technician.post("/reset", {"pin": "000000"})).json()["code"] == "setup.pin_wrong"
        stranger = Technician(box)
        for _ in range(5):
            await stranger.pair(pin="000000")
        box.start()
        locked = await stranger.pair(pin=PIN)
        box.clock.advance(60)

        assert (locked.status_code, locked.headers["Retry-After"]) == (429, "60")
        assert (await stranger.pair(pin=PIN)).status_code == 204
        assert (await stranger.get()).json()["retry_after_s"] is None

"""DPMS, of which no X server without hardware has any."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from Xlib.display import Display
from Xlib.error import XError
from Xlib.ext import dpms

from display.outputs.power import DpmsPower
from display.ports import ScreenPower
from tests.contracts.screens import ScreenPowerContract


class Server:
    """An X server with DPMS, as far as DpmsPower asks for it."""

    def __init__(self) -> None:
        self.level = dpms.DPMSModeOn
        self.enabled = False
        self.timeouts: tuple[int, ...] = (600, 600, 600)

    def set_screen_saver(self, *_: int) -> None: ...

    def sync(self) -> None: ...

    def has_extension(self, name: str) -> bool:
        return name == "DPMS"

    def dpms_capable(self) -> Any:
        return SimpleNamespace(capable=1)

    def dpms_enable(self) -> None:
        self.enabled = True

    def dpms_set_timeouts(self, *timeouts: int) -> None:
        self.timeouts = timeouts

    def dpms_force_level(self, level: int) -> None:
        assert self.enabled
        self.level = level

    def dpms_info(self) -> Any:
        return SimpleNamespace(power_level=self.level)


@pytest.fixture
def server() -> Server:
    return Server()


class TestDpmsPower(ScreenPowerContract):
    @pytest.fixture
    def power(self, server: Server) -> ScreenPower:
        return DpmsPower(cast("Display", server))


def test_the_server_does_not_sleep_by_itself(server: Server) -> None:
    assert DpmsPower(cast("Display", server)).capable
    assert server.timeouts == (0, 0, 0)


def test_a_screen_that_a_key_woke_is_awake(server: Server) -> None:
    power = DpmsPower(cast("Display", server))
    power.sleep()
    server.level = dpms.DPMSModeOn
    assert not power.asleep()


def test_a_screen_that_does_not_obey_stops_nothing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    power = DpmsPower(cast("Display", server))

    def refuse(_: int) -> None:
        raise XError.__new__(XError)

    monkeypatch.setattr(server, "dpms_force_level", refuse)
    power.sleep()
    assert not power.asleep()

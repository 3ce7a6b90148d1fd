"""From what somebody chose on the screen to the order, and where the home screen is."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from agent import wire
from agent.app.box import Box, read_box
from agent.app.joining import Services
from agent.app.listeners import home_url_at
from agent.app.orders import Orders
from agent.errors import CommandError
from agent.model.join import JoinInfo
from agent.state.project import Inputs, project
from agent.system.serve import listen_tcp, listen_unix
from tests.builders import ZOOM, at, joinable, occurrence, policy, stored

OTHER = JoinInfo(provider="webex", provider_name="Webex", url="https://acme.webex.com/meet/x", passcode="pass-18")
BOTH = replace(ZOOM, alternatives=(OTHER,))
CONFIG = """
[room]
mailbox = "sjroom@contoso.example"
[calendar.ews]
endpoint = "https://127.0.0.1:1/EWS/Exchange.asmx"
username = "svc@contoso.example"
[join]
untrusted = "hide"
[[join.launchers]]
provider = "webex"
launcher = "command"
command = ["dial", "{url}", "{passcode}"]
"""


@pytest.fixture
def box(tmp_path: Path) -> Box:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    return read_box(file, tmp_path)


def listed(info: JoinInfo) -> wire.Meeting:
    entry = stored(occurrence("m", at(9)), joinable(info))
    return project(Inputs(policy=policy(show_subject="busy"), entries=[entry]), at(9)).state.meetings[0]


def orders(box: Box, *ways: JoinInfo) -> Orders:
    return Orders(
        box, lambda _, index: next(iter(ways[0 if index is None else index + 1 :]), None), Services(box.config)
    )


def test_an_order_has_the_numbers_that_the_screen_may_not_show(box: Box) -> None:
    found = orders(box, ZOOM, OTHER).listed(listed(BOTH), 0)
    assert found.command == ["dial", "https://acme.webex.com/meet/x", "pass-18"]
    assert orders(box, ZOOM, OTHER).listed(listed(BOTH), None).provider == "zoom"


@pytest.mark.parametrize("now_there", [(), (ZOOM,), (ZOOM, replace(OTHER, url="https://acme.webex.com/meet/y"))])
def test_a_way_that_changed_since_it_was_shown_is_not_opened(box: Box, now_there: tuple[JoinInfo, ...]) -> None:
    with pytest.raises(CommandError) as caught:
        orders(box, *now_there).listed(listed(BOTH), 0)
    assert caught.value.code == "join.changed"


def test_the_way_of_a_typed_text_is_the_one_of_those_that_were_offered(box: Box) -> None:
    text = "https://vc.fabrikam.example/webapp/conference/4711 https://zoom.us/j/91234567890"
    found = orders(box).typed(text, None)
    assert (found.provider, found.until) == ("zoom", None)


@pytest.mark.parametrize(("host", "named"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")])
def test_the_home_screen_is_where_somebody_really_listens(tmp_path: Path, host: str, named: str) -> None:
    try:
        listener = listen_tcp(host, 0)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with closing(listener), closing(listen_unix(tmp_path / "socket")) as other:
        assert home_url_at([other, listener]) == f"http://{named}:{listener.getsockname()[1]}/"
        assert home_url_at([other]) is None
        assert other.family == socket.AF_UNIX

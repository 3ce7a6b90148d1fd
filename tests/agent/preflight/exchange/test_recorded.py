"""What real servers said is told as what it was. Skipped where the recordings are not."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from agent.demo.http.faults import EWS, GRAPH, Headers, Instead, Reply
from agent.model.preflight import Status, Who
from tests.agent.preflight.exchange.looking import GRAPH_CONFIG, by_graph, by_password, looked, summary
from tests.agent.sources.ews.answers import RECORDINGS, recording
from tests.fakes.exchange import DemoExchange
from tests.fakes.recordings import GRAPH as GRAPH_RECORDINGS
from tests.fakes.recordings import recorded


@dataclass(frozen=True)
class Recorded(Instead):
    """A recorded answer in the operation's place."""

    status: int
    body: bytes
    face: str
    content_type: str = "text/xml; charset=utf-8"
    headers: Headers = field(default_factory=list)

    @property
    def faces(self) -> frozenset[str]:
        return frozenset({self.face})

    def reply(self, _operation: str, /) -> Reply:
        return Reply(self.status, self.body, self.content_type, self.headers)


def of_graph(name: str, status: int) -> Recorded:
    if not (GRAPH_RECORDINGS / f"{name}.json").exists():
        pytest.skip(f"recordings are not here: {GRAPH_RECORDINGS}")
    return Recorded(status, recorded(name)[1], GRAPH, "application/json")


def test_an_iis_that_wants_windows_sign_in_is_told(demo_exchange: DemoExchange) -> None:
    lines = RECORDINGS / "http-401-ntlm.headers.txt"
    if not lines.exists():
        pytest.skip(f"recordings are not here: {RECORDINGS}")
    pairs = (line.partition(": ") for line in lines.read_text("utf-8").splitlines()[1:])
    challenges = [(name, value) for name, _, value in pairs if name == "WWW-Authenticate"]
    demo_exchange.server.faults.add(Recorded(401, b"", EWS, "text/html", challenges))
    check = looked(demo_exchange, by_password(demo_exchange))["ews.sign_in"]
    assert summary(check) == (Status.FAIL, "account.method_not_offered", Who.TECHNICIAN)
    assert "negotiate, ntlm" in check.detail


def test_a_mailbox_that_is_gone_is_told_from_an_address_nobody_has(demo_exchange: DemoExchange) -> None:
    demo_exchange.schema = None  # the recorded answer is another operation's
    body = recording("error-nonexistent-mailbox-2007.xml").replace(b"CreateFolder", b"FindItem")
    demo_exchange.server.faults.add(Recorded(200, body, EWS), operation="FindItem")
    check = looked(demo_exchange, by_password(demo_exchange))["mailbox.exists"]
    assert check.code == "mailbox.not_ready"  # the directory has the address
    check = looked(demo_exchange, by_password(demo_exchange, mailbox="gone@contoso.example"))["mailbox.exists"]
    assert check.code == "mailbox.unknown"


@pytest.mark.parametrize("name", ["resolvenames-contact.xml", "resolvenames-one.xml", "resolvenames-several.xml"])
def test_recorded_directories_are_read_without_guessing(demo_exchange: DemoExchange, name: str) -> None:
    demo_exchange.schema = None
    demo_exchange.world.add_room("attic@contoso.example", "Attic")
    demo_exchange.server.faults.add(Recorded(200, recording(name), EWS), operation="ResolveNames")
    check = looked(demo_exchange, by_password(demo_exchange, mailbox="attic@contoso.example"))["mailbox.kind"]
    assert check.code in ("mailbox.kind_unknown", "mailbox.kind_user")


def test_a_policy_that_keeps_the_app_out_is_named(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(of_graph("doc-error-403", 403), operation="calendarView")
    check = looked(demo_exchange, by_graph(demo_exchange), config=GRAPH_CONFIG)["graph.permission"]
    assert summary(check) == (Status.FAIL, "graph.out_of_scope", Who.EXCHANGE_ADMIN)


def test_a_token_that_is_none_is_told(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(of_graph("error-401-token", 401), operation="calendarView")
    check = looked(demo_exchange, by_graph(demo_exchange), config=GRAPH_CONFIG)["mailbox.exists"]
    assert check.code == "account.token_refused"


def test_settings_of_a_time_before_purposes_tell_no_kind(demo_exchange: DemoExchange) -> None:
    demo_exchange.world.directory.closed_lists.add("rooms@contoso.example")
    demo_exchange.server.faults.add(of_graph("doc-mailboxsettings", 200), operation="mailboxSettings")
    check = looked(demo_exchange, by_graph(demo_exchange), config=GRAPH_CONFIG)["mailbox.kind"]
    assert check.code == "mailbox.kind_unknown"

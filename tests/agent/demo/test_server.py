from __future__ import annotations

import re
import socket
import threading
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509

import agent.demo.exchange
from agent.demo.certificates import certificates
from agent.demo.http.faults import Wire
from agent.demo.server import DemoServer
from tests.fakes.clock import FakeClock
from tests.fakes.ews_schema import ABSENT, schema_file
from tests.fakes.exchange import DemoExchange, make_world
from tests.fakes.soap import envelope, post, send


def test_down_refuses_connections_and_up_listens_on_the_same_ports(demo_exchange: DemoExchange) -> None:
    server = demo_exchange.server
    urls = (server.http_url, server.https_url)
    server.down()
    server.down()
    assert not server.is_up
    for url in urls:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) != 0
    server.up()
    server.up()
    assert (server.http_url, server.https_url) == urls
    assert post(server.http_url, "GetFolder").code == "NoError"


def test_going_down_breaks_open_connections(demo_exchange: DemoExchange) -> None:
    with requests.Session() as session:
        assert session.get(demo_exchange.server.http_url, timeout=10).status_code == 404
        demo_exchange.server.down()
        with pytest.raises(requests.exceptions.ConnectionError):
            session.get(demo_exchange.server.http_url, timeout=10)


def test_going_down_breaks_an_answer_that_is_under_way(demo_exchange: DemoExchange) -> None:
    server = demo_exchange.server
    server.faults.add(Wire(delay_s=60))
    outcomes: list[str] = []

    def ask() -> None:
        try:
            outcomes.append(post(server.http_url, "GetFolder").code)
        except requests.exceptions.ConnectionError:
            outcomes.append("broken")

    thread = threading.Thread(target=ask)
    thread.start()
    assert server.requests.wait_for(lambda records: len(records) == 1, timeout_s=10)
    server.down()
    thread.join(10)
    assert outcomes == ["broken"]


def test_a_taken_port_is_replaced_by_the_next_free_one(demo_certificates: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with DemoServer(make_world(FakeClock()), http_port=port, directory=demo_certificates) as server:
            chosen = urlsplit(server.http_url).port
            assert chosen is not None
            assert port < chosen < port + 50


def test_starting_and_stopping_leaves_nothing_behind() -> None:
    server = DemoServer(make_world(FakeClock()))
    server.start()
    ca_file = server.ca_file
    assert ca_file.exists()
    server.stop()
    server.stop()
    assert not ca_file.exists()


def test_certificates_are_made_once_and_name_loopback(tmp_path: Path) -> None:
    first = certificates(tmp_path / "new")
    content = first.certificate_file.read_bytes()
    assert certificates(tmp_path / "new").certificate_file.read_bytes() == content
    assert first.key_file.stat().st_mode & 0o077 == 0
    names = x509.load_pem_x509_certificate(content).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == ["localhost"]


def test_answers_carry_the_worlds_time_and_the_servers_version(demo_exchange: DemoExchange) -> None:
    answer = post(demo_exchange.server.http_url, "GetFolder")
    assert parsedate_to_datetime(answer.headers["Date"]) == demo_exchange.clock.now()
    assert b'MajorVersion="15"' in answer.body


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"<a/>",
        envelope(""),
        envelope("<m:GetFolder/><m:GetFolder/>"),
        envelope("<m:NoSuchOperation/>"),
        envelope("<t:GetFolder/>"),
        envelope("<m:GetFolder/>"),
        envelope("<m:GetItem/>"),
        envelope("<m:FindItem/>"),
        envelope("<m:SyncFolderItems/>"),
        envelope("<m:CreateItem/>"),
        envelope("<m:UpdateItem/>"),
        envelope("<m:DeleteItem/>"),
        envelope("<m:ResolveNames/>"),
        envelope("<m:GetStreamingEvents><m:ConnectionTimeout>99</m:ConnectionTimeout></m:GetStreamingEvents>"),
        BOMB + envelope("<m:GetFolder>&b;</m:GetFolder>"),
    ],
    ids=range(18),
)
def test_what_the_schema_does_not_allow_is_a_fault(demo_exchange: DemoExchange, body: str | bytes) -> None:
    answer = send(demo_exchange.server.http_url, body)
    assert (answer.status, answer.code) == (500, "ErrorSchemaValidation")
    assert b"aaaaaaaaaa" not in answer.body


def test_a_request_of_many_megabytes_is_not_read(demo_exchange: DemoExchange) -> None:
    try:
        status = send(demo_exchange.server.http_url, b" " * (9 * 1024 * 1024)).status
    except requests.exceptions.ConnectionError:  # the answer may be lost when the server closes first
        return
    assert status == 413


@pytest.mark.skipif(schema_file() is None, reason=ABSENT)
def test_every_response_code_we_send_is_one_of_exchange() -> None:
    path = schema_file()
    assert path is not None
    known = set(re.findall(r'"(Error\w+)"', path.read_text()))
    sources = Path(agent.demo.exchange.__file__).parent.rglob("*.py")
    sent = {code for source in sources for code in re.findall(r'"(Error\w+)"', source.read_text())}
    assert len(sent) > 30
    assert sent <= known


@pytest.mark.skipif(schema_file() is None, reason=ABSENT)
def test_messages_are_really_checked_against_the_schema(demo_exchange: DemoExchange) -> None:
    schema = demo_exchange.schema
    assert schema is not None
    post(demo_exchange.server.http_url, "GetFolder")
    assert (schema.seen, schema.violations) == (1, [])
    wrong = "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:X Id='x'/></m:FolderIds>"
    post(demo_exchange.server.http_url, "GetFolder", wrong)
    assert len(schema.violations) == 1
    schema.violations.clear()

"""The same calendar however it travels: transports, connections, sign-in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.errors import ConfigError, SourceError, SourceUnavailable
from agent.sources.ews.source import EwsSource
from tests.agent.sources.ews.other import (
    a_day,
    exchange,
    make_source,
    read,
    source,
)
from tests.fakes.other_exchange import PASSWORD, OtherExchange
from tests.fakes.other_http import Reply

__all__ = ["exchange", "source"]


TRANSPORTS: dict[str, Callable[[OtherExchange], None]] = {
    "gzip": lambda exchange: setattr(exchange.http, "gzip", True),
    "chunked": lambda exchange: setattr(exchange.http, "framing", "chunked"),
    "gzip in chunks": lambda exchange: exchange.http.__dict__.update(gzip=True, framing="chunked"),
    "until the connection ends": lambda exchange: setattr(exchange.http, "framing", "close"),
    "HTTP/1.0": lambda exchange: exchange.http.__dict__.update(version="HTTP/1.0", framing="close"),
    "a connection for each answer": lambda exchange: exchange.http.__dict__.update(
        close=True, headers={"Connection": "close"}
    ),
    "closed after each answer without a word": lambda exchange: setattr(exchange.http, "close", True),
    "continue before each answer": lambda exchange: setattr(exchange.http, "interim", True),
    "cookies": lambda exchange: setattr(exchange.http, "headers", {"Set-Cookie": "X-BackEndCookie=a; path=/; secure"}),
    "no date": lambda exchange: setattr(exchange.http, "date", lambda: None),
    "a date from another age": lambda exchange: setattr(exchange.http, "date", lambda: "Sat, 01 Jan 1601 00:00:00 GMT"),
    "nonsense for a date": lambda exchange: setattr(exchange.http, "date", lambda: "yesterday"),
    "another content type": lambda exchange: setattr(exchange.http, "headers", {"Content-Type": "application/xml"}),
}


@pytest.mark.parametrize("name", TRANSPORTS)
def test_a_calendar_reads_the_same_however_it_travels(exchange: OtherExchange, source: EwsSource, name: str) -> None:
    TRANSPORTS[name](exchange)
    meetings = a_day(exchange)
    delta = read(source)
    assert (len(delta.fetched), delta.requests) == (len(meetings), 2)
    again = read(source, delta.token, delta)
    assert again.heads is None
    assert again.requests == 3 or (again.requests == 4 and "without a word" in name), "one more when the end comes late"
    assert read(source, again.token, delta).requests == 1


class TestConnections:
    def test_one_that_was_idle_and_is_closed_costs_nothing(self, exchange: OtherExchange, source: EwsSource) -> None:
        a_day(exchange)
        delta = read(source)
        exchange.hang_up()
        assert read(source, delta.token, delta).heads is None

    def test_one_that_ends_as_it_is_used_again_is_replaced_at_once(
        self, exchange: OtherExchange, source: EwsSource
    ) -> None:
        exchange.http.drop_reused = True
        meetings = a_day(exchange)
        assert len(read(source).fetched) == len(meetings)

    def test_a_fresh_one_that_ends_is_a_fault_and_not_tried_again(
        self, exchange: OtherExchange, source: EwsSource
    ) -> None:
        exchange.trouble = lambda _: Reply(hang_up=True)
        with pytest.raises(SourceUnavailable) as caught:
            read(source)
        assert caught.value.code == "calendar.unreachable"
        assert len(exchange.asked) == 1

    def test_an_answer_that_breaks_off_is_not_asked_for_again(self, exchange: OtherExchange, source: EwsSource) -> None:
        meetings = a_day(exchange)
        read(source)
        exchange.asked.clear()
        exchange.trouble = lambda asked: Reply(200, exchange.reply(asked).body, cut=200)
        with pytest.raises(SourceUnavailable):
            read(source)
        assert len(exchange.asked) == 1
        exchange.trouble = lambda _: None
        assert len(read(source).fetched) == len(meetings)

    def test_dripping_ends_with_the_deadline(self, exchange: OtherExchange) -> None:
        a_day(exchange)
        exchange.trouble = lambda asked: Reply(200, exchange.reply(asked).body, drip_s=0.02)
        with pytest.raises(SourceUnavailable) as caught:
            read(make_source(exchange, deadline_s=0.5))
        assert caught.value.code == "calendar.timeout"


class TestSignIn:
    def test_credentials_are_sent_at_once_and_nowhere_else(self, exchange: OtherExchange, source: EwsSource) -> None:
        exchange.trouble = lambda _: Reply(302, b"", {"Location": exchange.url.replace("EWS", "owa")})
        with pytest.raises(SourceUnavailable) as caught:
            read(source)
        assert caught.value.code == "calendar.not_exchange"
        (asked,) = exchange.asked
        assert asked.credentials.startswith("Basic ")

    @pytest.mark.parametrize(
        ("offered", "code"),
        [
            (("Negotiate", "NTLM", 'Basic realm="x"'), "calendar.sign_in_failed"),
            (("Negotiate, NTLM",), "calendar.auth_not_offered"),
            ((), "calendar.sign_in_failed"),
        ],
    )
    def test_a_refusal_names_what_the_server_takes(
        self, exchange: OtherExchange, source: EwsSource, offered: tuple[str, ...], code: str
    ) -> None:
        exchange.password = "another"
        exchange.http.challenges = offered
        with pytest.raises(SourceError) as caught:
            read(source)
        assert (caught.value.code, len(exchange.asked)) == (code, 1)

    def test_a_changed_password_is_used_at_the_next_call_without_a_refusal(self, exchange: OtherExchange) -> None:
        passwords = [PASSWORD]
        source = make_source(exchange, password=lambda: passwords[-1])
        read(source)
        exchange.password = "rotated"
        passwords.append("rotated")
        read(source)
        assert len(exchange.asked) == 2

    def test_a_password_in_hand_outlives_its_file(self, exchange: OtherExchange) -> None:
        passwords = [PASSWORD]

        def password() -> str:
            if not passwords:
                raise ConfigError("gone")
            return passwords.pop()

        source = make_source(exchange, password=password)
        read(source)
        read(source)
        exchange.password = "rotated"
        with pytest.raises(SourceError):
            read(source)
        with pytest.raises(SourceError) as caught:
            read(source)
        assert caught.value.code == "calendar.secret_missing"

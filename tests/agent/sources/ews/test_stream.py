"""The stream of changes: against the demo Exchange, scripted servers, and recordings."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from agent.demo.http.faults import HttpStatus
from agent.demo.world import MailKind, NewMail
from agent.errors import AccessDenied, SignInFailed, SourceError, SourceThrottled, SourceUnavailable
from agent.model.directory import Mailbox
from agent.model.sync import Heard
from agent.sources import open_stream
from agent.sources.ews.envelopes import MOST_BYTES, envelopes
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.stream import EwsStream
from agent.sources.transport.settings import HttpSettings
from agent.system.clock import SystemClock
from tests.agent.sources.ews.answers import ENVELOPE, MESSAGES, SUCCESS, failure, fault, recording
from tests.agent.sources.loopback import Answer, Loopback
from tests.fakes.clock import NOON
from tests.fakes.exchange import (
    ACCOUNT,
    PASSWORD,
    ROOM,
    USER,
    DemoExchange,
    booking,
    demo_certificates,
    demo_exchange,
)

__all__ = ["demo_certificates", "demo_exchange"]

TRIED = 20.0


class Ear:
    """Listens in a thread; `ended` is how it ended."""

    def __init__(self, stream: EwsStream) -> None:
        self.stream = stream
        self.heard: list[Heard] = []
        self.ended: Exception | str | None = None
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        try:
            self.stream.listen(self._hear)
            self.ended = "in good order"
        except Exception as error:  # noqa: BLE001  # the test looks at it
            self.ended = error
        with self._news:
            self._news.notify_all()

    def _hear(self, heard: Heard) -> None:
        with self._news:
            self.heard.append(heard)
            self._news.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(true, TRIED), (self.heard, self.ended)

    def end(self) -> Exception | str | None:
        self._thread.join(TRIED)
        assert not self._thread.is_alive()
        return self.ended


def settings(url: str, **more: object) -> EwsSettings:
    values = {"mailbox": ROOM, "endpoint": url, "auth": Auth.BASIC, "username": ACCOUNT, "password": lambda: PASSWORD}
    return EwsSettings(**{**values, **more})  # type: ignore[arg-type]  # keyword arguments of a test


@pytest.fixture
def stream(demo_exchange: DemoExchange) -> Iterator[EwsStream]:
    made = open_stream(settings(demo_exchange.server.http_url), SystemClock())
    assert isinstance(made, EwsStream)
    yield made
    made.close()


class TestDemoExchange:
    def test_a_change_is_told_and_the_connection_ends_in_its_time(
        self, demo_exchange: DemoExchange, stream: EwsStream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agent.sources.ews.stream.MINUTES", 1)
        ear = Ear(stream)
        ear.until(lambda: Heard.CONNECTED in ear.heard)
        assert demo_exchange.server.streams.wait_until_open(1, TRIED)
        demo_exchange.calendar.book(booking("Planning", NOON, NOON + timedelta(hours=1)))
        ear.until(lambda: Heard.CHANGED in ear.heard)
        assert ear.end() == "in good order"
        assert ear.heard[0] is Heard.CONNECTED
        assert ear.heard.count(Heard.CONNECTED) == 1
        assert ear.heard.count(Heard.ALIVE) >= 3
        assert stream.requests == 2

    @pytest.mark.parametrize("inbox", [True, False])
    def test_mail_is_told_where_the_inbox_matters(self, demo_exchange: DemoExchange, inbox: bool) -> None:
        stream = open_stream(settings(demo_exchange.server.http_url), SystemClock(), inbox=inbox)
        assert isinstance(stream, EwsStream)
        world = demo_exchange.server.world
        ear = Ear(stream)
        ear.until(lambda: Heard.CONNECTED in ear.heard)
        assert demo_exchange.server.streams.wait_until_open(1, TRIED)

        people = Mailbox("Ann Lee", USER), Mailbox("San Jose", ROOM)
        world.mail.send(NewMail(kind=MailKind.NOTE, subject="Hello", sender=people[0], recipients=(people[1],)))

        if inbox:
            ear.until(lambda: Heard.CHANGED in ear.heard)
        else:
            demo_exchange.calendar.book(booking("Planning", NOON, NOON + timedelta(hours=1)))
            ear.until(lambda: Heard.CHANGED in ear.heard)
            assert ear.heard.count(Heard.CHANGED) == 1
        stream.close()
        ear.end()

    def test_the_subscription_is_used_again_and_replaced_when_the_server_forgot_it(
        self, demo_exchange: DemoExchange, stream: EwsStream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agent.sources.ews.stream.MINUTES", 1)

        def subscribed() -> int:
            return len(demo_exchange.server.requests.records("Subscribe"))

        assert Ear(stream).end() == "in good order"
        assert Ear(stream).end() == "in good order"
        assert subscribed() == 1
        demo_exchange.server.subscriptions.forget_all()
        ear = Ear(stream)
        assert ear.end() == "in good order"
        assert ear.heard[0] is Heard.CONNECTED
        assert subscribed() == 2

    def test_hanging_up_from_another_thread_ends_it_soon(self, stream: EwsStream) -> None:
        ear = Ear(stream)
        ear.until(lambda: Heard.CONNECTED in ear.heard)
        begun = time.monotonic()
        stream.hang_up()
        ended = ear.end()
        assert isinstance(ended, SourceUnavailable)
        assert ended.code == "stream.ended"
        assert time.monotonic() - begun < 5
        again = Ear(stream)
        again.until(lambda: Heard.CONNECTED in again.heard)
        stream.close()
        again.end()

    def test_a_server_that_goes_away_ends_it(self, demo_exchange: DemoExchange, stream: EwsStream) -> None:
        ear = Ear(stream)
        ear.until(lambda: Heard.CONNECTED in ear.heard)
        demo_exchange.server.down()
        assert isinstance(ear.end(), SourceUnavailable)
        again = Ear(stream)
        ended = again.end()
        assert isinstance(ended, SourceUnavailable)
        assert ended.code == "calendar.unreachable"
        assert again.heard == []
        demo_exchange.server.up()
        last = Ear(stream)
        last.until(lambda: Heard.CONNECTED in last.heard)

    @pytest.mark.parametrize("auth", [Auth.NTLM, Auth.BASIC])
    def test_over_https_with_a_private_authority(self, demo_exchange: DemoExchange, auth: Auth) -> None:
        http = HttpSettings(ca_file=str(demo_exchange.server.ca_file))
        stream = EwsStream(settings(demo_exchange.server.https_url, auth=auth, http=http), SystemClock())
        ear = Ear(stream)
        ear.until(lambda: Heard.CONNECTED in ear.heard)
        stream.close()
        ear.end()

    def test_wrong_secret_is_a_refused_sign_in(self, demo_exchange: DemoExchange) -> None:
        ended = Ear(EwsStream(settings(demo_exchange.server.http_url, password=lambda: "wrong"), SystemClock())).end()
        assert isinstance(ended, SignInFailed)
        assert "wrong" not in str(ended)

    def test_throttled_says_how_long(self, demo_exchange: DemoExchange, stream: EwsStream) -> None:
        demo_exchange.server.faults.add(HttpStatus(503, retry_after_s=42), times=1)
        ended = Ear(stream).end()
        assert isinstance(ended, SourceThrottled)
        assert ended.retry_after_s == 42


@pytest.fixture
def scripted(server: Loopback) -> Iterator[Callable[..., EwsStream]]:
    made: list[EwsStream] = []

    def make(silence_s: float = 2.0) -> EwsStream:
        http = HttpSettings(connect_timeout_s=2, silence_timeout_s=2, deadline_s=2)
        made.append(
            EwsStream(settings(f"{server.url}/EWS/Exchange.asmx", http=http), SystemClock(), silence_s=silence_s)
        )
        return made[-1]

    yield make
    for each in made:
        each.close()


SUBSCRIBED = ENVELOPE.format(
    MESSAGES.format("Subscribe", SUCCESS.format("Subscribe", "<m:SubscriptionId>Fw==</m:SubscriptionId>"))
)


def status(text: str) -> bytes:
    told = SUCCESS.format("GetStreamingEvents", f"<m:ConnectionStatus>{text}</m:ConnectionStatus>")
    return ENVELOPE.format(MESSAGES.format("GetStreamingEvents", told)).encode()


def open_ended(*parts: bytes, then: Callable[[], object] = lambda: None) -> Answer:
    """An answer without a length that ends with its connection."""

    def write(send: Callable[[bytes], None]) -> None:
        for part in parts:
            send(part)
        then()

    return Answer(raw=write, headers={"Connection": "close", "Content-Length": ""})


def chunked(*parts: bytes) -> Answer:
    def write(send: Callable[[bytes], None]) -> None:
        for part in parts:
            send(b"%x\r\n%s\r\n" % (len(part), part))
        send(b"0\r\n\r\n")

    return Answer(raw=write, headers={"Transfer-Encoding": "chunked", "Content-Length": ""})


class TestScripted:
    def listen(self, server: Loopback, stream: EwsStream, *answers: Answer) -> Ear:
        server.answers.extend([Answer(SUBSCRIBED), *answers])
        ear = Ear(stream)
        ear.end()
        return ear

    def test_recorded_notifications_are_changes(self, server: Loopback, scripted: Callable[..., EwsStream]) -> None:
        told = recording("getstreamingevents-notifications.xml")
        ear = self.listen(server, scripted(), chunked(told, status("Closed")))
        assert (ear.heard, ear.ended) == ([Heard.CONNECTED, Heard.CHANGED], "in good order")

    def test_recorded_stream_in_any_pieces(self, server: Loopback, scripted: Callable[..., EwsStream]) -> None:
        told = recording("stream-three-envelopes.xmlstream")
        heard = []
        for size in (len(told), 1000, 7):
            pieces = [told[start : start + size] for start in range(0, len(told), size)]
            ear = self.listen(server, scripted(), chunked(*pieces, status("Closed")))
            assert ear.ended == "in good order", ear.ended
            heard.append(ear.heard)
        assert heard[0] == heard[1] == heard[2]
        assert heard[0][0] is Heard.CONNECTED

    @pytest.mark.parametrize("name", ["getstreamingevents-closed.xml", "getstreamingevents-closed-short.xml"])
    def test_recorded_end(self, server: Loopback, scripted: Callable[..., EwsStream], name: str) -> None:
        ear = self.listen(server, scripted(), chunked(status("OK"), recording(name)))
        assert (ear.heard, ear.ended) == ([Heard.CONNECTED, Heard.ALIVE], "in good order")

    def test_recorded_end_in_the_middle(self, server: Loopback, scripted: Callable[..., EwsStream]) -> None:
        ear = self.listen(server, scripted(), chunked(recording("broken-getstreamingevents-truncated.xml")))
        assert isinstance(ear.ended, SourceUnavailable)

    @pytest.mark.parametrize("name", ["subscribe-streaming.xml", "subscribe-default-namespace.xml"])
    def test_recorded_subscriptions(self, server: Loopback, scripted: Callable[..., EwsStream], name: str) -> None:
        recorded = recording(name).replace(b"https://schemas.xmlsoap", b"http://schemas.xmlsoap")  # as on the wire
        server.answers.extend([Answer(recorded), chunked(status("OK"), status("Closed"))])
        assert Ear(scripted()).end() == "in good order"
        assert len(server.asked) == 2

    def test_answer_without_a_length(self, server: Loopback, scripted: Callable[..., EwsStream]) -> None:
        ear = self.listen(server, scripted(), open_ended(status("OK"), status("OK")))
        assert ear.heard == [Heard.CONNECTED, Heard.ALIVE, Heard.ALIVE]
        assert isinstance(ear.ended, SourceUnavailable)

    def test_silence_ends_it(self, server: Loopback, scripted: Callable[..., EwsStream]) -> None:
        begun = time.monotonic()
        ear = self.listen(server, scripted(0.5), open_ended(status("OK"), then=lambda: server.ended.wait(3)))
        assert isinstance(ear.ended, SourceUnavailable)
        assert time.monotonic() - begun < 10

    def test_dripping_bytes_are_silence(self, server: Loopback, scripted: Callable[..., EwsStream]) -> None:
        def drip() -> None:
            for _ in range(40):
                if server.ended.wait(0.1):
                    return
                dripping(b" ")

        dripping: Callable[[bytes], None] = lambda _: None  # noqa: E731

        def write(send: Callable[[bytes], None]) -> None:
            nonlocal dripping
            send(status("OK"))
            dripping = send
            drip()

        answer = Answer(raw=write, headers={"Connection": "close", "Content-Length": ""})
        ear = self.listen(server, scripted(1.0), answer)
        assert isinstance(ear.ended, SourceError)
        assert ear.ended.code == "stream.silent"

    @pytest.mark.parametrize(
        "code",
        [
            "ErrorSubscriptionNotFound",
            "ErrorExpiredSubscription",
            "ErrorReadEventsFailed",
            "ErrorMissedNotificationEvents",
        ],
    )
    def test_lost_subscription_is_replaced_the_next_time(
        self, server: Loopback, scripted: Callable[..., EwsStream], code: str
    ) -> None:
        stream = scripted()
        ear = self.listen(server, stream, chunked(status("OK"), failure("GetStreamingEvents", code).encode()))
        assert isinstance(ear.ended, SourceUnavailable)
        assert ear.ended.code == "stream.lost"
        again = self.listen(server, stream, chunked(status("OK"), status("Closed")))
        assert again.ended == "in good order"

    @pytest.mark.parametrize(
        ("answer", "kind", "code"),
        [
            (Answer(fault("ErrorInvalidRequest"), 500), SourceUnavailable, "calendar.server_error"),
            (Answer(failure("Subscribe", "ErrorSubscriptionDelegateAccessNotSupported")), SourceUnavailable,
             "stream.refused"),
            (Answer(failure("Subscribe", "ErrorExceededSubscriptionCount")), SourceThrottled, "calendar.throttled"),
            (Answer(failure("Subscribe", "ErrorAccessDenied")), AccessDenied, "calendar.access_denied"),
            (Answer("<html>hello</html>"), SourceUnavailable, "calendar.not_exchange"),
            (Answer(status=404), SourceUnavailable, "calendar.not_exchange"),
        ],
    )  # fmt: skip
    def test_a_server_that_cannot_stream_says_so(
        self, server: Loopback, scripted: Callable[..., EwsStream], answer: Answer, kind: type[SourceError], code: str
    ) -> None:
        server.answers.append(answer)
        ended = Ear(scripted()).end()
        assert isinstance(ended, kind)
        assert ended.code == code


class Bytes:
    def __init__(self, *parts: bytes) -> None:
        self.parts = list(parts)

    def read1(self, _: int, /) -> bytes:
        return self.parts.pop(0) if self.parts else b""


def test_an_endless_envelope_is_refused() -> None:
    raw = Bytes(*[b"<Envelope>" + b"x" * 60_000] * (MOST_BYTES // 60_000 + 1))
    with pytest.raises(SourceUnavailable) as caught:
        list(envelopes(raw, lambda: 0.0, 100.0, "h"))
    assert caught.value.code == "calendar.answer_too_large"


def test_envelopes_that_arrive_together_are_taken_apart() -> None:
    raw = Bytes(b"<a:Envelope>1</a:Envel", b"ope ><Envelope>2</Envelope><Env")
    assert list(envelopes(raw, lambda: 0.0, 1.0, "h")) == [b"<a:Envelope>1</a:Envelope >", b"<Envelope>2</Envelope>"]

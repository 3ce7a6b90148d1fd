"""What a server's failures become."""

from __future__ import annotations

import base64
import logging
import struct
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.errors import (
    AccessDenied,
    ConfigError,
    MailboxNotFound,
    SignInFailed,
    SourceError,
    SourceThrottled,
    SourceUnavailable,
)
from agent.model.sync import Delta
from agent.sources.ews.settings import Auth
from agent.sources.ews.source import EwsSource
from agent.sources.transport.settings import HttpSettings
from tests.agent.sources.ews.answers import contents, failure, fault, head, item, recording, view
from tests.agent.sources.ews.reading import read
from tests.agent.sources.loopback import Answer, Asked, Loopback


class TestFailures:
    @pytest.mark.parametrize(
        ("status", "headers", "kind", "code"),
        [
            (401, {}, SignInFailed, "calendar.sign_in_failed"),
            (401, {"WWW-Authenticate": "NTLM"}, SignInFailed, "calendar.auth_not_offered"),
            (403, {}, AccessDenied, "calendar.ews_blocked"),
            (403, {"Connection": "close"}, AccessDenied, "calendar.ews_blocked"),
            (403, {"X-CasErrorCode": "x"}, AccessDenied, "calendar.ews_blocked"),
            (404, {}, SourceUnavailable, "calendar.not_exchange"),
            (407, {}, SourceUnavailable, "calendar.proxy"),
            (429, {}, SourceThrottled, "calendar.throttled"),
            (302, {"Location": "https://login.example/"}, SourceUnavailable, "calendar.not_exchange"),
            (500, {}, SourceUnavailable, "calendar.server_error"),
            (502, {}, SourceUnavailable, "calendar.server_error"),
            (503, {}, SourceThrottled, "calendar.throttled"),
            (511, {}, SourceUnavailable, "calendar.not_exchange"),
        ],
    )
    def test_each_status_has_its_error_after_one_request(
        self,
        source: EwsSource,
        server: Loopback,
        status: int,
        headers: dict[str, str],
        kind: type[SourceError],
        code: str,
    ) -> None:
        server.always = Answer("<html>no</html>", status, headers)
        with pytest.raises(kind) as caught:
            read(source)
        assert caught.value.code == code
        assert len(server.asked) == 1

    @pytest.mark.parametrize(
        ("code", "kind", "ours"),
        [
            ("ErrorImpersonateUserDenied", AccessDenied, "calendar.impersonation_denied"),
            ("ErrorAccessDenied", AccessDenied, "calendar.access_denied"),
            ("ErrorNonExistentMailbox", MailboxNotFound, "calendar.mailbox_not_found"),
            ("ErrorNonPrimarySmtpAddress", MailboxNotFound, "calendar.non_primary_address"),
            ("ErrorPasswordExpired", SignInFailed, "calendar.password_expired"),
            ("ErrorAccountDisabled", SignInFailed, "calendar.account_disabled"),
            ("ErrorExceededConnectionCount", SourceThrottled, "calendar.throttled"),
            ("ErrorTooManyObjectsOpened", SourceThrottled, "calendar.throttled"),
            ("ErrorServerBusy", SourceThrottled, "calendar.throttled"),
            ("ErrorTimeoutExpired", SourceUnavailable, "calendar.server_timeout"),
            ("ErrorInternalServerTransientError", SourceUnavailable, "calendar.server_error"),
            ("ErrorInvalidRequest", SourceUnavailable, "calendar.server_error"),
            ("ErrorMailboxMoveInProgress", SourceUnavailable, "calendar.server_error"),
            ("ErrorNobodyHasHeardOf", SourceUnavailable, "calendar.server_error"),
            ("__doc__", SourceUnavailable, "calendar.not_exchange"),
        ],
    )
    @pytest.mark.parametrize("as_fault", [True, False])
    def test_each_response_code_has_its_error_after_one_request(
        self, source: EwsSource, server: Loopback, code: str, kind: type[SourceError], ours: str, *, as_fault: bool
    ) -> None:
        server.always = Answer(fault(code), 500) if as_fault else Answer(failure("FindItem", code))
        with pytest.raises(kind) as caught:
            read(source)
        assert caught.value.code == ours
        assert len(server.asked) == 1
        assert "room@x.example" not in str(caught.value)
        assert getattr(caught.value, "retry_after_s", None) is None

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html><body>Please accept the terms</body></html>",
            b"\xff\xfe",
            b"<?xml version='1.0'?><a/>",
            b"{}" * 99,
        ],
    )
    def test_answer_that_is_not_exchange_says_so(self, source: EwsSource, server: Loopback, body: bytes) -> None:
        server.always = Answer(body)
        with pytest.raises(SourceUnavailable) as caught:
            read(source)
        assert caught.value.code == "calendar.not_exchange"

    def test_cut_off_answer_is_never_a_shorter_calendar(self, source: EwsSource, server: Loopback) -> None:
        whole = view(*(head(f"i{n}") for n in range(20)))
        for cut in range(len(whole) // 3, len(whole) - 1, 97):
            server.always = Answer(whole[:cut])
            with pytest.raises(SourceUnavailable):
                read(source)

    def test_redirect_is_not_followed(self, source: EwsSource, server: Loopback) -> None:
        server.always = Answer("", 302, {"Location": f"{server.url}/elsewhere"})
        with pytest.raises(SourceUnavailable):
            read(source)
        assert [sent.path for sent in server.asked] == ["/EWS/Exchange.asmx"]

    def test_back_off_in_the_answer_is_obeyed(self, source: EwsSource, server: Loopback) -> None:
        server.always = Answer(recording("fault-server-busy.xml"), 500)
        with pytest.raises(SourceThrottled) as caught:
            read(source)
        assert caught.value.retry_after_s == pytest.approx(297.749)

    def test_too_many_connections_do_not_start_a_storm(self, source: EwsSource, server: Loopback) -> None:
        server.always = Answer(recording("fault-connection-count.xml"), 500)
        for _ in range(5):
            with pytest.raises(SourceThrottled):
                read(source)
        assert len(server.asked) == 5

    @pytest.mark.parametrize(
        ("code", "ours"),
        [
            ("ErrorExceededConnectionCount", "calendar.throttled"),
            ("ErrorTimeoutExpired", "calendar.server_timeout"),
            ("ErrorInternalServerTransientError", "calendar.server_error"),
        ],
    )
    def test_errors_mean_the_same_while_other_connections_are_open(
        self, source: EwsSource, server: Loopback, code: str, ours: str
    ) -> None:
        protocol = source._account.protocol
        for session in [protocol.get_session() for _ in range(2)]:
            protocol.release_session(session)
        server.always = Answer(fault(code), 500)
        with pytest.raises(SourceError) as caught:
            read(source)
        assert caught.value.code == ours
        assert len(server.asked) == 1
        assert protocol.session_pool_size == 2

    def test_failures_do_not_use_up_the_connections(self, source: EwsSource, server: Loopback) -> None:
        for status in (401, 403, 500, 503) * 3:
            server.answers.append(Answer("", status))
            with pytest.raises(SourceError):
                read(source)
        server.answers.append(Answer(view()))
        assert read(source).heads == ()

    def test_dripping_server_is_left_at_the_deadline(
        self, make_source: Callable[..., EwsSource], server: Loopback
    ) -> None:
        def drip(write: Callable[[bytes], None]) -> None:
            while not server.ended.wait(0.02):
                write(b"<")

        server.always = Answer(raw=drip, headers={"Content-Length": "1000000"})
        with pytest.raises(SourceUnavailable) as caught:
            read(make_source(http=HttpSettings(deadline_s=0.3)))
        assert caught.value.code == "calendar.timeout"

    def test_silent_server_is_left(self, make_source: Callable[..., EwsSource], server: Loopback) -> None:
        def silence(_write: Callable[[bytes], None]) -> None:
            server.ended.wait(5)

        server.always = Answer(raw=silence, headers={"Content-Length": "10"})
        with pytest.raises(SourceUnavailable) as caught:
            read(make_source(http=HttpSettings(silence_timeout_s=0.2)))
        assert caught.value.code == "calendar.timeout"

    def test_unknown_room_list_is_not_found(self, source: EwsSource, server: Loopback) -> None:
        server.always = Answer(recording("getrooms-error-unknown-list.xml"))
        with pytest.raises(MailboxNotFound):
            source.rooms("nolist@contoso.example")

    def test_missing_secret_says_so_without_a_request(
        self, make_source: Callable[..., EwsSource], server: Loopback
    ) -> None:
        def none() -> str:
            raise ConfigError("calendar.ews.password_file = 'x': no such file")

        with pytest.raises(SignInFailed) as caught:
            read(make_source(secret=none))
        assert caught.value.code == "calendar.secret_missing"
        assert not server.asked

    def test_nothing_secret_is_logged_or_shown(
        self, make_source: Callable[..., EwsSource], server: Loopback, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        source = make_source(secret=lambda: "hunter2", http=HttpSettings(deadline_s=0.2))
        server.answers.extend([Answer(view(head("a"))), Answer(contents(item("a", "<t:Subject>Merger</t:Subject>")))])
        server.answers.extend(
            [Answer("Merger", 401), Answer("Merger", 418), Answer("x", headers={"Content-Length": "9"})]
        )
        read(source)
        for _ in range(3):
            with pytest.raises(SourceError):
                read(source)
        token = base64.b64encode(b"svc@contoso.example:hunter2").decode()
        for secret in ("hunter2", token, "Merger", "room@contoso.example", "<s:Envelope"):
            assert secret not in caplog.text
        assert "hunter2" not in repr(source._settings)


def ntlm_challenge() -> str:
    """A CHALLENGE_MESSAGE with the smallest target info a client accepts (MS-NLMP 2.2.1.2)."""
    target = "ROOM".encode("utf-16-le")
    info = struct.pack("<HH", 2, len(target)) + target + struct.pack("<HH", 0, 0)
    name_fields = struct.pack("<HHI", len(target), len(target), 48)
    info_fields = struct.pack("<HHI", len(info), len(info), 48 + len(target))
    fixed = struct.pack("<I", 2) + name_fields + struct.pack("<I", 0x00828233) + b"12345678" + bytes(8) + info_fields
    return base64.b64encode(b"NTLMSSP\0" + fixed + target + info).decode()


class TestNtlm:
    def test_connections_closed_within_the_handshake_are_no_refusal(
        self, make_source: Callable[..., EwsSource], server: Loopback
    ) -> None:
        challenge = ntlm_challenge()

        def closing(asked: Asked) -> Answer:
            negotiates = asked.headers.get("Authorization", "").startswith("NTLM TlRMTVNTUAAB")
            scheme = f"NTLM {challenge}" if negotiates else "NTLM"
            return Answer("", 401, {"WWW-Authenticate": scheme, "Connection": "close"})

        server.always = closing
        with pytest.raises(SourceUnavailable) as caught:
            read(make_source(auth=Auth.NTLM))
        assert caught.value.code == "calendar.ntlm_broken"
        assert len(server.asked) == 3


class TestHostileAnswers:
    LISTED = view(head("a"), head("b")).encode()
    CONTENT = contents(item("a", "<t:Body BodyType='HTML'>x</t:Body>"), item("b")).encode()

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(place=st.integers(0, 2000), junk=st.binary(max_size=6), length=st.integers(0, 40), listed=st.booleans())
    def test_damaged_answers_end_in_a_delta_or_in_our_error(
        self, source: EwsSource, server: Loopback, place: int, junk: bytes, length: int, listed: bool
    ) -> None:
        whole = self.LISTED if listed else self.CONTENT
        place %= len(whole)
        damaged = whole[:place] + junk + whole[place + length :]
        server.answers.clear()
        server.answers.append(Answer(damaged if listed else self.LISTED))
        server.always = Answer(damaged if not listed else self.CONTENT)
        with suppress(SourceError):
            assert isinstance(read(source), Delta)

    def test_ids_without_end_are_not_taken(self, source: EwsSource, server: Loopback) -> None:
        server.answers.append(Answer(view(head("x" * 5000))))
        delta = read(source)
        assert delta.heads == ()
        assert len(delta.skipped) == 1

    def test_fault_with_a_retry_after_is_still_read(self, source: EwsSource, server: Loopback) -> None:
        server.always = Answer(fault("ErrorImpersonateUserDenied"), 500, {"Retry-After": "5"})
        with pytest.raises(AccessDenied):
            read(source)

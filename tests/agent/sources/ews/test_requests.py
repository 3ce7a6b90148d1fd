"""What goes over the wire."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from agent.sources.ews.source import EwsSource
from tests.agent.sources.ews.answers import contents, head, item, view
from tests.agent.sources.ews.reading import asked_ids, echo, read
from tests.agent.sources.loopback import Answer, Loopback


class TestRequests:
    def test_unchanged_calendar_costs_one_request(self, source: EwsSource, server: Loopback) -> None:
        server.always = Answer(view(head("a")))
        server.answers.extend([Answer(view(head("a"))), Answer(contents(item("a")))])
        token = read(source).token
        token = read(source, token).token  # finds out that the server lists no changes
        server.asked.clear()
        delta = read(source, token)
        assert (delta.heads, delta.requests, len(server.asked)) == (None, 1, 1)

    def test_one_change_costs_two_requests_and_names_one_id(self, source: EwsSource, server: Loopback) -> None:
        server.answers.extend([Answer(view(head("a"), head("b", "2"))), echo])
        delta = read(source, known={"a": "1", "b": "1"})
        assert (delta.requests, len(server.asked)) == (2, 2)
        assert asked_ids(server.asked[1]) == ["b"]

    def test_requests_impersonate_the_room_by_smtp_address(self, source: EwsSource, server: Loopback) -> None:
        server.answers.append(Answer(view()))
        read(source)
        sent = server.asked[0]
        sid = "<t:ConnectingSID><t:SmtpAddress>room@contoso.example</t:SmtpAddress></t:ConnectingSID>"
        assert f"<t:ExchangeImpersonation>{sid}</t:ExchangeImpersonation>" in sent.body.decode()
        assert sent.headers["X-AnchorMailbox"] == "room@contoso.example"
        assert sent.headers["User-Agent"].startswith("RoomAgent/")

    def test_view_asks_for_the_window_with_a_limit_and_no_body(self, source: EwsSource, server: Loopback) -> None:
        server.answers.append(Answer(view()))
        read(source)
        sent = server.asked[0].body.decode()
        assert '<m:CalendarView MaxEntriesReturned="500" StartDate="2026-11-22T00:00:00Z"' in sent
        assert "item:Body" not in sent
        assert "ExtendedFieldURI" not in sent

    def test_content_asks_for_join_properties(self, source: EwsSource, server: Loopback) -> None:
        server.answers.extend([Answer(view(head("a"))), echo])
        read(source)
        sent = server.asked[1].body.decode()
        for name in ("SkypeTeamsMeetingUrl", "OnlineMeetingExternalLink", "UCOpenedConferenceID", "ConferenceTelURI"):
            assert f'DistinguishedPropertySetId="PublicStrings" PropertyName="{name}"' in sent
        assert 'FieldURI="calendar:JoinOnlineMeetingUrl"' in sent

    def test_content_comes_in_batches_of_25(self, source: EwsSource, server: Loopback) -> None:
        server.answers.append(Answer(view(*(head(f"i{n}") for n in range(60)))))
        server.always = echo
        delta = read(source)
        assert len(delta.fetched) == 60
        assert [len(asked_ids(sent)) for sent in server.asked[1:]] == [25, 25, 10]

    def test_large_items_travel_in_smaller_batches(self, source: EwsSource, server: Loopback) -> None:
        megabytes = 1024 * 1024
        sizes = [1 * megabytes, 2 * megabytes, 2 * megabytes, 9 * megabytes, 1]
        server.answers.append(Answer(view(*(head(f"i{n}", size=size) for n, size in enumerate(sizes)))))
        server.always = echo
        read(source)
        assert [asked_ids(sent) for sent in server.asked[1:]] == [["i0", "i1"], ["i2"], ["i3"], ["i4"]]

    def test_password_outside_latin_1_is_sent_as_utf_8(
        self, make_source: Callable[..., EwsSource], server: Loopback
    ) -> None:
        server.answers.append(Answer(view()))
        read(make_source(secret=lambda: "pässwörd☃"))
        sent = base64.b64decode(server.asked[0].headers["Authorization"].removeprefix("Basic "))
        assert sent.decode() == "svc@contoso.example:pässwörd☃"

    def test_two_accounts_share_nothing(self, make_source: Callable[..., EwsSource], server: Loopback) -> None:
        one, other = make_source(secret=lambda: "one"), make_source(secret=lambda: "other")
        server.always = Answer(view())
        for source in (one, other, one):
            read(source)
        secrets = [base64.b64decode(sent.headers["Authorization"][6:]).decode()[20:] for sent in server.asked]
        assert secrets == ["one", "other", "one"]
        assert read(other).requests == 1

    def test_server_time_is_the_answers_date(self, source: EwsSource, server: Loopback) -> None:
        server.answers.append(Answer(view()))
        assert read(source).server_time == datetime(2026, 11, 23, 11, 59, 58, tzinfo=UTC)

    def test_connection_closed_by_the_server_while_idle_is_replaced(self, source: EwsSource, server: Loopback) -> None:
        server.always = Answer(view(), headers={"Connection": "close"})
        assert [read(source).requests for _ in range(3)] == [1, 1, 1]

    def test_every_request_has_a_name_for_the_servers_logs(self, source: EwsSource, server: Loopback) -> None:
        server.always = Answer(view())
        for _ in range(3):
            read(source)
        assert len({uuid.UUID(sent.headers["client-request-id"]) for sent in server.asked}) == len(server.asked) == 3

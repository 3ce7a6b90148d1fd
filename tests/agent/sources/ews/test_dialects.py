"""The same calendar, written and sent in all the ways servers have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.errors import AccessDenied, SourceError, SourceThrottled, SourceUnavailable
from agent.sources.ews.source import EwsSource
from tests.agent.sources.ews.other import (
    BODY,
    TEAMS,
    WINDOW,
    a_day,
    by_subject,
    exchange,
    read,
    source,
)
from tests.fakes.clock import NOON
from tests.fakes.other_exchange import Meeting, OtherExchange
from tests.fakes.other_http import Asked, Reply
from tests.fakes.other_wire import Dialect, Node, node, with_fraction, with_offset

__all__ = ["exchange", "source"]

DIALECTS = {
    "as Exchange": Dialect(),
    "default namespaces": Dialect(prefixes={"s": "", "m": "", "t": "", "e": "", "x": "x"}),
    "soap11 and a default namespace": Dialect(prefixes={"s": "soap11", "m": "", "t": "tt", "e": "", "x": "x"}),
    "SOAP-ENV": Dialect(prefixes={"s": "SOAP-ENV", "m": "ns1", "t": "ns2", "e": "ns3", "x": "x"}),
    "namespaces declared where they are used": Dialect(local=True),
    "no declaration": Dialect(before=b""),
    "byte order mark": Dialect(before=b'\xef\xbb\xbf<?xml version="1.0"?>'),
    "blank line before the declaration": Dialect(before=b'\r\n  <?xml version="1.0"?>'),
    "UTF-16": Dialect(before=b"\xff\xfe", encoding="utf-16-le"),
    "Latin-1": Dialect(before=b"<?xml version='1.0' encoding='ISO-8859-1'?>", encoding="latin-1"),
    "indented": Dialect(indent=True),
    "comments and processing instructions": Dialect(indent=True, comments=True),
    "all orders turned round": Dialect(backwards=True),
    "unknown elements and attributes": Dialect(unknown=True),
    "no server version": Dialect(version=None),
    "version only": Dialect(version={"Version": "V2018_01_08"}),
    "old server": Dialect(version={"Version": "Exchange2013_SP1", "MajorVersion": "15", "MinorVersion": "0"}),
    "fractions of seconds": Dialect(time=with_fraction),
    "offsets": Dialect(time=with_offset),
    "no size, type, status or times of change": Dialect(
        without=frozenset({"Size", "IsAllDayEvent", "LegacyFreeBusyStatus", "LastModifiedTime", "IsCancelled"})
    ),
    "nothing about the last item": Dialect(last=None),
    "the last item's flag as a digit": Dialect(last="1"),
    "more on the folder than in the view": Dialect(total="10748"),
    "not the last item, but all are there": Dialect(last="false"),
    "localised zone": Dialect(zone_id="Mitteleuropäische Zeit"),
    "custom zone": Dialect(zone_id="tzone://Microsoft/Custom"),
    "properties by GUID": Dialect(property_uri={"PropertySetId": "00020329-0000-0000-c000-000000000046"}),
    "properties by upper-case GUID": Dialect(property_uri={"PropertySetId": "00020329-0000-0000-C000-000000000046"}),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_a_calendar_reads_the_same_in_every_dialect(exchange: OtherExchange, source: EwsSource, name: str) -> None:
    exchange.dialect = DIALECTS[name]
    meetings = a_day(exchange)
    delta = read(source)
    assert (delta.requests, delta.complete, delta.skipped) == (2, True, ())
    fetched = sorted(delta.fetched, key=lambda each: each.occurrence.start)
    assert [each.occurrence.start for each in fetched] == [each.start for each in meetings]
    for each in fetched:
        assert each.occurrence.subject == "Grüße & <more>"
        assert each.occurrence.organizer == "Ann Lee"
        assert each.occurrence.key.uid.startswith("UID-")
        assert each.invitation.body == BODY
        assert each.invitation.properties["SkypeTeamsMeetingUrl"] == TEAMS
    again = read(source, delta.token, delta)
    assert (again.heads, again.requests) == (None, 3)  # walks the folder's changes for the first time
    assert read(source, again.token, delta).requests == 1
    exchange.edit(meetings[1], subject="Other")
    changed = read(source, again.token, delta)
    assert (changed.requests, list(by_subject(changed))) == (3, ["Other"])
    exchange.delete(meetings[0])
    gone = read(source, changed.token, changed)
    assert gone.heads is not None
    assert (len(gone.heads), gone.complete, gone.requests) == (2, True, 2)


@pytest.mark.parametrize("name", DIALECTS)
def test_an_error_is_understood_in_every_dialect(exchange: OtherExchange, source: EwsSource, name: str) -> None:
    exchange.dialect = DIALECTS[name]
    codes = []
    for body, status in (
        (exchange.fault("ErrorImpersonateUserDenied"), 500),
        (exchange.error("FindItem", "ErrorNonExistentMailbox"), 200),
    ):
        exchange.trouble = lambda _, body=body, status=status: Reply(status, body)  # type: ignore[misc]
        with pytest.raises(SourceError) as caught:
            read(source)
        codes.append(caught.value.code)
    assert codes == ["calendar.impersonation_denied", "calendar.mailbox_not_found"]


@pytest.mark.parametrize("name", DIALECTS)
def test_an_empty_calendar_is_empty_in_every_dialect(exchange: OtherExchange, source: EwsSource, name: str) -> None:
    for forms in (True, False):
        exchange.dialect = replace(DIALECTS[name], empty_items=forms)
        delta = read(source)
        assert (delta.heads, delta.complete, delta.requests) == ((), True, 1)


def test_times_without_a_zone_are_the_rooms(exchange: OtherExchange, source: EwsSource) -> None:
    exchange.dialect = Dialect(time=lambda value: value.strftime("%Y-%m-%dT%H:%M:%S"))
    a_day(exchange)
    first = min(each.occurrence.start for each in read(source).fetched)
    assert first == NOON - timedelta(hours=5, minutes=30)


class TestAnswers:
    @pytest.mark.parametrize("as_fault", [True, False])
    def test_the_wish_to_wait_is_found_in_faults_and_messages(
        self, exchange: OtherExchange, source: EwsSource, *, as_fault: bool
    ) -> None:
        values = (
            node("t:Value", text="Balance", Name="Policy"),
            node("t:Value", text="90000", Name="BackOffMilliseconds"),
        )
        if as_fault:
            busy = Reply(500, exchange.fault("ErrorServerBusy", node("t:MessageXml", *values)))
        else:
            busy = Reply(200, exchange.error("FindItem", "ErrorServerBusy", node("m:MessageXml", *values)))
        exchange.trouble = lambda _: busy
        with pytest.raises(SourceThrottled) as caught:
            read(source)
        assert caught.value.retry_after_s == 90

    def test_a_fault_with_nothing_but_a_code_is_understood(self, exchange: OtherExchange, source: EwsSource) -> None:
        told = (node(":faultcode", text="a:ErrorImpersonateUserDenied"), node(":faultstring", text="no"))
        exchange.trouble = lambda _: Reply(500, exchange.dialect.document(node("s:Fault", *told)))
        with pytest.raises(AccessDenied):
            read(source)

    @pytest.mark.parametrize(
        ("attributes", "code"), [({}, "NoError"), ({"ResponseClass": "Success"}, "\n  NoError\n"), ({}, "")]
    )
    def test_a_success_needs_no_more_than_its_content(
        self, exchange: OtherExchange, source: EwsSource, attributes: dict[str, str], code: str
    ) -> None:
        told = (node("m:ResponseCode", text=code),) if code else ()
        folder = node("m:RootFolder", node("t:Items"), IncludesLastItemInRange="true")
        message = Node("m:FindItemResponseMessage", attributes, (*told, folder))
        answer = node("m:FindItemResponse", node("m:ResponseMessages", message))
        exchange.trouble = lambda _: Reply(200, exchange.dialect.document(answer))
        assert read(source).heads == ()


class TestSuddenlyEmpty:
    """Asked without a token, as the sync does when it doubts an answer."""

    def test_items_that_are_still_there_prove_the_view_wrong(self, exchange: OtherExchange, source: EwsSource) -> None:
        a_day(exchange)
        known = read(source)
        hidden = dict(exchange.meetings)
        exchange.trouble = lambda asked: self._without_view(exchange, asked)
        with pytest.raises(SourceUnavailable) as caught:
            read(source, known=known)
        assert (caught.value.code, caught.value.requests) == ("calendar.suddenly_empty", 2)
        exchange.trouble = lambda _: None
        assert len(read(source, known=known).heads or ()) == len(hidden)

    @staticmethod
    def _without_view(exchange: OtherExchange, asked: Asked) -> Reply | None:
        if asked.operation != "FindItem":
            return None
        kept, exchange.meetings = exchange.meetings, {}
        reply = exchange.reply(asked)
        exchange.meetings = kept
        return reply

    @pytest.mark.parametrize("code", ["ErrorInvalidId", "ErrorCalendarOccurrenceIsDeletedFromRecurrence"])
    def test_items_nobody_knows_confirm_it(self, exchange: OtherExchange, source: EwsSource, code: str) -> None:
        a_day(exchange)
        known = read(source)
        exchange.clear()
        exchange.gone = code
        assert read(source, known=known).heads == ()

    def test_a_server_in_trouble_confirms_nothing(self, exchange: OtherExchange, source: EwsSource) -> None:
        a_day(exchange)
        known = read(source)
        exchange.clear()
        exchange.gone = "ErrorMailboxStoreUnavailable"
        with pytest.raises(SourceUnavailable):
            read(source, known=known)

    def test_items_that_are_gone_or_moved_away_confirm_it(self, exchange: OtherExchange, source: EwsSource) -> None:
        meetings = a_day(exchange)
        known = read(source)
        exchange.delete(meetings[0])
        for meeting in meetings[1:]:
            exchange.edit(meeting, start=WINDOW.end, end=WINDOW.end + timedelta(hours=1))
        delta = read(source, known=known)
        assert (delta.heads, delta.complete, delta.requests) == ((), True, 2)
        assert exchange.asked[-1].operation == "GetItem"
        assert b"item:Body" not in exchange.asked[-1].body


class TestItems:
    def test_missing_parts_of_an_item_are_no_trouble(self, exchange: OtherExchange, source: EwsSource) -> None:
        bare = Meeting(subject="", start=NOON, end=NOON + timedelta(hours=1), organizer=None)
        exchange.book(bare)
        exchange.dialect = Dialect(without=frozenset({"Subject", "CalendarItemType", "LegacyFreeBusyStatus"}))
        (fetched,) = read(source).fetched
        assert (fetched.occurrence.subject, fetched.occurrence.organizer) == (None, None)
        assert (fetched.occurrence.key.original_start, fetched.invitation.body) == (None, None)

    @pytest.mark.parametrize(
        ("organizer", "name", "address"),
        [
            (("Ann Lee", "/o=ExchangeLabs/ou=Exchange/cn=Recipients/cn=ann", "EX"), "Ann Lee", None),
            ((None, "/o=ExchangeLabs/ou=Exchange/cn=Recipients/cn=ann", "EX"), None, None),
            ((None, "ann.lee@contoso.example", "SMTP"), "ann.lee@contoso.example", "ann.lee@contoso.example"),
            ((None, None, ""), None, None),
        ],
    )
    def test_an_organizer_is_a_name_or_an_address_people_know(
        self,
        exchange: OtherExchange,
        source: EwsSource,
        organizer: tuple[str | None, str | None, str],
        name: str | None,
        address: str | None,
    ) -> None:
        exchange.book(Meeting(subject="x", start=NOON, end=NOON, organizer=organizer))
        (fetched,) = read(source).fetched
        assert (fetched.occurrence.organizer, fetched.occurrence.organizer_address) == (name, address)

    def test_a_text_body_is_taken_as_text(self, exchange: OtherExchange, source: EwsSource) -> None:
        exchange.dialect = Dialect(body_as_text=True)
        exchange.book(Meeting(subject="x", start=NOON, end=NOON, body="Join: <https://zoom.us/j/1>"))
        (fetched,) = read(source).fetched
        assert (fetched.invitation.body_type, fetched.invitation.body) == ("text", "Join: <https://zoom.us/j/1>")

    def test_occurrences_are_told_apart_with_and_without_their_original_start(
        self, exchange: OtherExchange, source: EwsSource
    ) -> None:
        for day, more in enumerate(
            ({}, {"original": NOON + timedelta(days=1)}, {"recurrence": NOON + timedelta(days=2)})
        ):
            start = NOON + timedelta(days=day)
            exchange.book(Meeting(subject="s", start=start, end=start, uid="SERIES", kind="Occurrence", **more))  # type: ignore[arg-type]
        moved = NOON + timedelta(days=3, hours=4)
        original = NOON + timedelta(days=3)
        exchange.book(Meeting(subject="s", start=moved, end=moved, uid="SERIES", kind="Exception", original=original))
        keys = [each.occurrence.key.original_start for each in read(source).fetched]
        assert keys == [NOON + timedelta(days=day) for day in range(4)]

    def test_occurrences_of_a_server_that_names_no_types_are_told_apart(
        self, exchange: OtherExchange, source: EwsSource
    ) -> None:
        exchange.dialect = Dialect(without=frozenset({"CalendarItemType"}))
        for day in range(3):
            start = NOON + timedelta(days=day)
            exchange.book(Meeting(subject="s", start=start, end=start, uid="SERIES", more={"IsRecurring": "true"}))
        assert len({each.occurrence.key for each in read(source).fetched}) == 3

    def test_answers_in_another_order_are_put_to_the_right_items(
        self, exchange: OtherExchange, source: EwsSource
    ) -> None:
        meetings = a_day(exchange)
        meetings[0].missing = True
        exchange.answer_order = lambda answers: answers[::-1]
        delta = read(source)
        assert [(each.item_id, each.reason) for each in delta.skipped] == [(meetings[0].item_id, "gone")]
        assert {each.occurrence.item_id for each in delta.fetched} == {each.item_id for each in meetings[1:]}

    def test_an_item_listed_twice_is_one(self, exchange: OtherExchange, source: EwsSource) -> None:
        meeting = a_day(exchange)[0]
        exchange.meetings["again"] = meeting
        delta = read(source)
        assert delta.heads is not None
        assert (len(delta.heads), len(delta.fetched)) == (3, 3)

    def test_a_content_with_a_change_key_of_its_own_is_not_read_for_ever(
        self, exchange: OtherExchange, source: EwsSource
    ) -> None:
        meetings = a_day(exchange)
        exchange.change_key_in_content = "EQAAABYAAAC"
        delta = read(source)
        stored = {each.occurrence.item_id: each.occurrence.change_key for each in delta.fetched}
        exchange.edit(meetings[0], subject="Other")
        exchange.asked.clear()
        changed = source.changes_since(delta.token, WINDOW, stored)
        assert [each.occurrence.item_id for each in changed.fetched] == [meetings[0].item_id]

    def test_without_change_keys_the_time_of_change_tells(self, exchange: OtherExchange, source: EwsSource) -> None:
        exchange.change_keys = False
        meetings = a_day(exchange)
        delta = read(source)
        stored = {each.occurrence.item_id: each.occurrence.change_key for each in delta.fetched}
        assert source.changes_since(delta.token, WINDOW, stored).heads is None
        exchange.edit(meetings[0], subject="Other")
        changed = source.changes_since(delta.token, WINDOW, stored)
        assert list(by_subject(changed)) == ["Other"]

    @pytest.mark.parametrize("cut_at", [1000, 100])
    def test_more_than_a_view_holds_are_all_read_and_then_cost_one_request_for_each_piece(
        self, exchange: OtherExchange, source: EwsSource, cut_at: int
    ) -> None:
        exchange.most = cut_at
        for number in range(700):
            start = NOON + timedelta(minutes=20 * number)
            exchange.book(Meeting(subject=str(number), start=start, end=start + timedelta(minutes=20), uid=str(number)))
        delta = read(source)
        assert (len(delta.fetched), delta.complete, len(delta.skipped)) == (700, True, 0)
        again = read(source, delta.token, delta)
        assert (again.heads, again.requests <= 16) == (None, True)


def test_nothing_but_reading_is_ever_asked(exchange: OtherExchange, source: EwsSource) -> None:
    a_day(exchange)
    read(source)
    source.probe()
    assert exchange.operations() == ["FindItem", "GetItem", "FindItem"]

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from agent.model.event import Response
from agent.model.requests import Request, RequestKind, Span
from agent.sources.ews.inbox_items import read_message
from agent.sources.ews.inbox_mapping import Looking, Said, is_about_a_meeting, to_request
from agent.sources.ews.soap import TYPES

ROOM = "room@contoso.example"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LOOKING = Looking(ROOM, ZoneInfo("Europe/Berlin"), NOW, NOW + timedelta(days=180))
TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
PLAIN = {
    "ItemClass": "IPM.Schedule.Meeting.Request",
    "Subject": "Planning",
    "DateTimeReceived": "2026-11-23T11:00:00Z",
    "UID": "040000008200E0",
    "Start": "2026-11-24T10:00:00Z",
    "End": "2026-11-24T10:30:00Z",
    "MyResponseType": "NoResponseReceived",
}
DAILY = (
    "<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>"
    "<t:NumberedRecurrence><t:StartDate>2026-11-24</t:StartDate><t:NumberOfOccurrences>3</t:NumberOfOccurrences>"
    "</t:NumberedRecurrence></t:Recurrence>"
)


def element(more: str = "", tag: str = "MeetingRequest", /, **texts: str | None) -> etree._Element:
    rows = "".join(f"<t:{name}>{text}</t:{name}>" for name, text in {**PLAIN, **texts}.items() if text is not None)
    xml = f'<t:{tag} xmlns:t="{TYPES[1:-1]}"><t:ItemId Id="m1" ChangeKey="c1"/>{rows}{more}</t:{tag}>'
    return etree.fromstring(xml)


def asked(
    more: str = "", answered: Response | None = None, said_at: datetime | None = None, /, **texts: str | None
) -> Request:
    said = None if answered is None else Said(answered, said_at)
    return to_request(read_message(element(more, "MeetingRequest", **texts)), LOOKING, said)


def test_a_plain_request_says_what_it_asks_for() -> None:
    request = asked()
    assert (request.message_id, request.change_key, request.uid) == ("m1", "c1", "040000008200E0")
    assert request.kind is RequestKind.NEW
    assert request.received == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert request.occurrences == (Span(start=TEN, end=TEN + timedelta(minutes=30)),)
    assert (request.series, request.until, request.item_id) == (False, None, None)


@pytest.mark.parametrize(
    ("kind", "answered", "meant"),
    [
        ("NewMeetingRequest", None, RequestKind.NEW),
        ("FullUpdate", Response.ACCEPTED, RequestKind.UPDATE),
        ("InformationalUpdate", Response.TENTATIVE, RequestKind.UPDATE),
        ("FullUpdate", None, RequestKind.NEW),
        ("FullUpdate", Response.NONE, RequestKind.NEW),
        ("NewMeetingRequest", Response.ACCEPTED, RequestKind.NEW),
        ("nonsense", Response.ACCEPTED, RequestKind.NEW),
    ],
)
def test_an_update_is_one_of_a_meeting_the_room_has_answered(
    kind: str, answered: Response | None, meant: RequestKind
) -> None:
    assert asked("", answered, MeetingRequestType=kind).kind is meant


@pytest.mark.parametrize(
    ("minutes", "answered", "meant"),
    [
        (-1, Response.ACCEPTED, RequestKind.UPDATE),
        (-1, Response.DECLINED, RequestKind.UPDATE),
        (-1, Response.NONE, RequestKind.NEW),
        (0, Response.ACCEPTED, RequestKind.NEW),
        (5, Response.ACCEPTED, RequestKind.NEW),
    ],
)
def test_what_comes_after_an_answer_is_an_update_whatever_the_server_calls_it(
    minutes: int, answered: Response, meant: RequestKind
) -> None:
    received = datetime(2026, 11, 23, 11, tzinfo=UTC)
    again = asked("", answered, received + timedelta(minutes=minutes), MeetingRequestType="NewMeetingRequest")
    assert (again.received, again.kind) == (received, meant)


def test_a_cancellation_is_known_by_its_class() -> None:
    message = read_message(element("", "MeetingCancellation", ItemClass="IPM.Schedule.Meeting.Canceled"))
    assert to_request(message, LOOKING, None).kind is RequestKind.CANCELLATION


@pytest.mark.parametrize(
    ("item_class", "is_one"),
    [
        ("IPM.Schedule.Meeting.Request", True),
        ("ipm.schedule.meeting.canceled", True),
        ("IPM.Schedule.Meeting.Request.Custom", True),
        ("IPM.Schedule.Meeting.Resp.Pos", False),
        ("IPM.Note", False),
        (None, False),
    ],
)
def test_other_mail_is_not_about_a_meeting(item_class: str | None, is_one: bool) -> None:
    assert is_about_a_meeting(read_message(element(ItemClass=item_class))) is is_one


def test_what_a_delegate_answers_is_not_the_rooms() -> None:
    def is_ours(**texts: str) -> bool:
        return is_about_a_meeting(read_message(element(**texts)))

    assert is_ours(IsDelegated="false", MeetingRequestType="FullUpdate")
    assert not is_ours(IsDelegated="true")
    assert not is_ours(IsDelegated="false", MeetingRequestType="PrincipalWantsCopy")


@pytest.mark.parametrize(("word", "old"), [("true", True), ("1", True), ("false", False), ("", False), (None, False)])
def test_out_of_date_is_what_the_server_says(word: str | None, old: bool) -> None:
    assert asked(IsOutOfDate=word).out_of_date is old
    assert asked(MeetingRequestType="Outdated").out_of_date


def person(tag: str, address: str, name: str = "Ann Lee") -> str:
    inside = f"<t:Name>{name}</t:Name><t:EmailAddress>{address}</t:EmailAddress>"
    return f"<t:{tag}><t:Mailbox>{inside}</t:Mailbox></t:{tag}>"


def test_the_organizer_counts_and_else_the_sender() -> None:
    both = asked(person("From", "secretary@contoso.example", "Sec") + person("Organizer", "ann@contoso.example"))
    assert (both.organizer, both.organizer_address) == ("Ann Lee", "ann@contoso.example")
    directory = asked(person("From", "ann@contoso.example") + person("Organizer", "/o=contoso/cn=ann"))
    assert directory.organizer_address == "ann@contoso.example"
    nobody = asked()
    assert (nobody.organizer, nobody.organizer_address, nobody.own) == ("", "", False)
    assert asked(person("Organizer", "Room@Contoso.example")).own


@pytest.mark.parametrize(
    ("culture", "language"),
    [
        ("de-DE", "de-DE"),
        ("zh-Hans-CN", "zh-Hans-CN"),
        ("pt_BR", "pt-BR"),
        ("", ""),
        ("../../etc", ""),
        ("x" * 300, ""),
        ("de\n", "de"),
    ],
)
def test_the_language_is_a_tag_or_nothing(culture: str, language: str) -> None:
    assert asked(Culture=culture).language == language


@pytest.mark.parametrize(
    ("intended", "legacy", "free"),
    [("Free", "Busy", True), ("Busy", "Free", False), (None, "Free", True), (None, None, False), ("OOF", None, False)],
)
def test_free_time_is_what_the_organizer_means(intended: str | None, legacy: str | None, free: bool) -> None:
    assert asked(IntendedFreeBusyStatus=intended, LegacyFreeBusyStatus=legacy).free is free


def test_a_series_has_its_occurrences_with_its_exceptions() -> None:
    exceptions = (
        "<t:ModifiedOccurrences><t:Occurrence><t:ItemId Id='x'/><t:Start>2026-11-25T14:00:00Z</t:Start>"
        "<t:End>2026-11-25T15:00:00Z</t:End><t:OriginalStart>2026-11-25T10:00:00Z</t:OriginalStart></t:Occurrence>"
        "</t:ModifiedOccurrences><t:DeletedOccurrences><t:DeletedOccurrence><t:Start>2026-11-24T10:00:00Z</t:Start>"
        "</t:DeletedOccurrence></t:DeletedOccurrences>"
    )
    request = asked(DAILY + exceptions)
    day = timedelta(days=1)
    moved = Span(start=TEN + day + timedelta(hours=4), end=TEN + day + timedelta(hours=5))
    assert request.series
    assert request.occurrences == (moved, Span(start=TEN + 2 * day, end=TEN + 2 * day + timedelta(minutes=30)))
    assert request.until == TEN + 2 * day + timedelta(minutes=30)


def test_a_message_about_one_occurrence_names_its_place() -> None:
    one = asked(RecurrenceId="2026-11-24T09:00:00Z", CalendarItemType="Exception")
    assert (one.series, one.occurrence) == (False, TEN - timedelta(hours=1))
    other = asked(OriginalStart="2026-11-24T09:00:00Z", CalendarItemType="Exception")
    assert other.occurrence == one.occurrence
    assert asked(OriginalStart="2026-11-24T09:00:00Z", CalendarItemType="RecurringMaster").occurrence is None
    assert asked(CalendarItemType="Occurrence").occurrence == TEN


def test_times_that_make_no_sense_are_none_and_not_the_end() -> None:
    assert asked(Start=None).occurrences == ()
    assert asked(End="soon").occurrences == ()
    assert asked(End="2026-11-24T09:00:00Z").occurrences == (Span(start=TEN, end=TEN - timedelta(hours=1)),)
    strange = asked("<t:Recurrence><t:LunarRecurrence/><t:NoEndRecurrence/></t:Recurrence>")
    assert (strange.series, strange.occurrences, strange.until) == (True, (), LOOKING.until)
    backwards = asked(DAILY, End="2026-11-24T09:00:00Z")
    assert (backwards.series, backwards.occurrences) == (True, ())


NAMES = st.sampled_from([*PLAIN, "Culture", "IsAllDayEvent", "CalendarItemType", "RecurrenceId", "MeetingRequestType"])
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40).map(
    lambda text: text.replace("&", "").replace("<", "")
)
RULES = st.dictionaries(
    st.sampled_from(["Interval", "DaysOfWeek", "DayOfMonth", "Month", "DayOfWeekIndex", "FirstDayOfWeek"]), TEXTS
)


@given(
    texts=st.dictionaries(NAMES, TEXTS),
    pattern=st.sampled_from(["DailyRecurrence", "WeeklyRecurrence", "RelativeYearlyRecurrence", "OtherRecurrence"]),
    rule=RULES,
)
def test_no_message_makes_it_fail(texts: dict[str, str], pattern: str, rule: dict[str, str]) -> None:
    inside = "".join(f"<t:{name}>{text}</t:{name}>" for name, text in rule.items())
    recurrence = f"<t:Recurrence><t:{pattern}>{inside}</t:{pattern}><t:NoEndRecurrence/></t:Recurrence>"
    request = asked(recurrence, None, **texts)
    assert len(request.subject) <= 1_000
    assert "\n" not in request.subject

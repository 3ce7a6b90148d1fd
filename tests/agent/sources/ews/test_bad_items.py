"""One bad item never spoils the others."""

from __future__ import annotations

import pytest

from agent.errors import AccessDenied, SourceError, SourceThrottled, SourceUnavailable
from agent.sources.ews.source import EwsSource
from tests.agent.sources.ews.answers import contents, fault, head, item, view
from tests.agent.sources.ews.reading import asked_ids, echo, read
from tests.agent.sources.loopback import Answer, Loopback


class TestBadItems:
    def test_item_without_end_or_with_end_before_start_is_skipped(self, source: EwsSource, server: Loopback) -> None:
        server.answers.append(Answer(view(head("a"), head("b"), head("c"))))
        bad = [item("b", end=""), item("c", start="2026-11-23T10:00:00Z", end="2026-11-23T09:00:00Z")]
        server.answers.append(Answer(contents(item("a"), *bad)))
        delta = read(source)
        assert [each.occurrence.item_id for each in delta.fetched] == ["a"]
        assert [(each.item_id, each.reason) for each in delta.skipped] == [("b", "time"), ("c", "time")]

    def test_listed_item_without_id_is_counted(self, source: EwsSource, server: Loopback) -> None:
        server.answers.append(Answer(view(head("a"), "<t:CalendarItem><t:Size>1</t:Size></t:CalendarItem>")))
        server.answers.append(Answer(contents(item("a"))))
        delta = read(source)
        assert delta.heads is not None
        assert [each.item_id for each in delta.heads] == ["a"]
        assert [each.reason for each in delta.skipped] == ["parse"]

    def test_skipped_item_is_not_asked_for_again_while_nothing_changes(
        self, source: EwsSource, server: Loopback
    ) -> None:
        server.answers.extend([Answer(view(head("a"))), Answer(contents(item("a", start="")))])
        server.always = Answer(view(head("a")))
        first = read(source)
        assert [each.reason for each in first.skipped] == ["time"]
        assert read(source, first.token).requests == 2  # SyncFolderItems is beyond this server

    def test_item_gone_between_list_and_content_is_skipped(self, source: EwsSource, server: Loopback) -> None:
        server.answers.extend([Answer(view(head("a"), head("b"))), Answer(contents("ErrorItemNotFound", item("b")))])
        delta = read(source)
        assert [(each.item_id, each.reason) for each in delta.skipped] == [("a", "gone")]

    def test_item_the_server_fails_on_is_skipped(self, source: EwsSource, server: Loopback) -> None:
        answers = [view(head("a"), head("b")), contents("ErrorInternalServerError", item("b"))]
        server.answers.extend(Answer(answer) for answer in answers)
        delta = read(source)
        assert [(each.item_id, each.reason) for each in delta.skipped] == [("a", "parse")]

    @pytest.mark.parametrize("code", ["ErrorAccessDenied", "ErrorItemCorrupt", "ErrorMimeContentConversionFailed"])
    def test_item_the_server_keeps_to_itself_is_skipped(self, source: EwsSource, server: Loopback, code: str) -> None:
        server.answers.extend([Answer(view(head("a"), head("b"))), Answer(contents(code, item("b")))])
        delta = read(source)
        assert [each.occurrence.item_id for each in delta.fetched] == ["b"]
        assert [(each.item_id, each.reason) for each in delta.skipped] == [("a", "parse")]

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            ("ErrorServerBusy", SourceThrottled),
            ("ErrorAccessDenied", AccessDenied),
            ("ErrorInternalServerError", SourceUnavailable),
        ],
    )
    def test_trouble_with_every_item_is_the_servers(
        self, source: EwsSource, server: Loopback, code: str, kind: type[SourceError]
    ) -> None:
        server.answers.extend([Answer(view(head("a"), head("b"))), Answer(contents(code, code))])
        with pytest.raises(kind):
            read(source)

    def test_custom_time_zone_does_not_end_the_call(self, source: EwsSource, server: Loopback) -> None:
        zone = '<t:StartTimeZone Id="tzone://Microsoft/Custom" Name="x"/>'
        server.answers.extend([Answer(view(head("a"))), Answer(contents(item("a", zone)))])
        assert len(read(source).fetched) == 1

    def test_batch_the_server_cannot_manage_is_read_in_smaller_ones(self, source: EwsSource, server: Loopback) -> None:
        server.answers.append(Answer(view(*(head(f"i{n}") for n in range(12)))))
        server.always = lambda asked: (
            echo(asked) if len(asked_ids(asked)) == 1 else Answer(fault("ErrorTimeoutExpired"), 500)
        )
        assert len(read(source).fetched) == 12
        assert [len(asked_ids(sent)) for sent in server.asked[1:4]] == [12, 10, 1]

    def test_one_unreadable_item_costs_only_itself(self, source: EwsSource, server: Loopback) -> None:
        server.answers.append(Answer(view(*(head(f"i{n}") for n in range(12)))))
        server.always = lambda asked: Answer("<broken") if "i3" in asked_ids(asked) else echo(asked)
        delta = read(source)
        assert len(delta.fetched) == 11
        assert [(each.item_id, each.reason) for each in delta.skipped] == [("i3", "parse")]

    def test_item_too_large_to_read_is_skipped(self, source: EwsSource, server: Loopback) -> None:
        huge = item("a", f"<t:Body BodyType='HTML'>{'x' * 1_100_000}</t:Body>")
        server.answers.extend([Answer(view(head("a"))), Answer(contents(huge))])
        delta = read(source)
        assert [each.reason for each in delta.skipped] == ["size"]

    def test_body_of_600_kilobytes_arrives(self, source: EwsSource, server: Loopback) -> None:
        body = f"<t:Body BodyType='HTML'>{'x' * 600_000}</t:Body>"
        server.answers.extend([Answer(view(head("a"))), Answer(contents(item("a", body)))])
        assert len(read(source).fetched[0].invitation.body or "") == 600_000

    def test_several_items_none_of_which_can_be_read_are_the_servers_trouble(
        self, source: EwsSource, server: Loopback
    ) -> None:
        server.answers.append(Answer(view(head("a"), head("b"))))
        server.always = Answer("<html>")
        with pytest.raises(SourceUnavailable) as caught:
            read(source)
        assert caught.value.requests == len(server.asked) <= 8

    def test_content_of_another_item_is_refused(self, source: EwsSource, server: Loopback) -> None:
        server.answers.extend([Answer(view(head("a"))), Answer(contents(item("of somebody else")))])
        with pytest.raises(SourceUnavailable) as caught:
            read(source)
        assert caught.value.code == "calendar.wrong_answer"

    def test_item_listed_twice_is_one_item(self, source: EwsSource, server: Loopback) -> None:
        server.answers.extend([Answer(view(head("a"), head("a"))), Answer(contents(item("a")))])
        delta = read(source)
        assert delta.heads is not None
        assert len(delta.heads) == len(delta.fetched) == 1

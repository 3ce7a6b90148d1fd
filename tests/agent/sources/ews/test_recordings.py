"""Answers real servers sent, and those of the documentation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from agent.errors import SourceError, SourceUnavailable
from agent.model.directory import Mailbox
from agent.model.event import ChangeKey, ItemId
from agent.model.sync import Window
from agent.sources.ews.source import EwsSource
from agent.texts import catalogue
from tests.agent.sources.ews.answers import RECORDINGS, head, recording, view
from tests.agent.sources.ews.reading import echo, read
from tests.agent.sources.loopback import Answer, Loopback, Script


def names() -> list[str]:
    """All recorded answers; one that will be skipped where there are none."""
    found = sorted(path.name for path in RECORDINGS.glob("*.xml"))
    return found or ["finditem-calendarview-se.xml"]


def outcome(source: EwsSource) -> str:
    try:
        read(source)
    except SourceError as error:
        return error.code
    return "read"


def item_ids(answer: bytes) -> list[str]:
    return list(dict.fromkeys(found.decode() for found in re.findall(rb'<t:ItemId[^>]*?Id="([^"]+)"', answer)))


class TestRecordings:
    @pytest.mark.parametrize("name", names())
    def test_whatever_a_server_once_sent_is_read_or_refused_in_words(
        self, source: EwsSource, server: Loopback, name: str
    ) -> None:
        """As the answer to a view, and as that to a request for content."""
        sent = recording(name)
        answer = Answer(sent, 500 if b"Fault>" in sent else 200)
        listed = Answer(view(*(head(item_id) for item_id in item_ids(sent))))
        scripts: tuple[Script, ...] = (answer, lambda asked: listed if b"m:FindItem" in asked.body else answer)
        for script in scripts:
            server.always = script
            assert outcome(source) in {"read", *catalogue("en")} - {"calendar.internal", "calendar.hung"}
            assert len(server.asked) < 60

    def test_view_of_exchange_se_is_read(self, source: EwsSource, server: Loopback) -> None:
        window = Window(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
        server.answers.append(Answer(recording("finditem-calendarview-se.xml")))
        delta = source.changes_since(None, window, {ItemId("AAA1"): ChangeKey("CK1"), ItemId("AAA2"): ChangeKey("CK2")})
        assert delta.heads is not None
        assert [(each.item_id, each.change_key) for each in delta.heads] == [("AAA1", "CK1"), ("AAA2", "CK2")]

    def test_all_properties_of_an_item_are_read(self, source: EwsSource, server: Loopback) -> None:
        answer = recording("getitem-calendar-allprops.xml")
        (item_id,) = re.findall(rb'<t:ItemId Id="([^"]+)"', answer)
        server.answers.extend([Answer(view(head(item_id.decode()))), Answer(answer)])
        (fetched,) = read(source).fetched
        assert fetched.occurrence.subject == "Meet the Fockers"
        assert fetched.occurrence.organizer_address == "user9@contoso.example"

    def test_documentation_samples_with_https_namespaces_are_not_exchange(
        self, source: EwsSource, server: Loopback
    ) -> None:
        server.always = Answer(recording("finditem-calendarview-appointments.xml"))
        with pytest.raises(SourceUnavailable) as caught:
            read(source)
        assert caught.value.code == "calendar.not_exchange"

    def test_documentation_sample_of_a_cut_view_is_split(self, source: EwsSource, server: Loopback) -> None:
        cut = recording("finditem-calendarview-appointments.xml").replace(b"https://schemas.", b"http://schemas.")
        server.always = lambda asked: Answer(cut) if b"m:FindItem" in asked.body else echo(asked)
        delta = read(source)
        assert not delta.complete
        assert delta.requests < 30

    @pytest.mark.parametrize(
        "name",
        ["getroomlists-several.xml", "getroomlists-default-namespace.xml", "getrooms.xml", "resolvenames-several.xml"],
    )
    def test_directory_answers_are_read(self, source: EwsSource, server: Loopback, name: str) -> None:
        server.always = Answer(recording(name).replace(b"https://schemas.", b"http://schemas."))
        calls: dict[str, Callable[[], Sequence[Mailbox]]] = {
            "getroomlists": source.room_lists,
            "getrooms": lambda: source.rooms("a@b.example"),
            "resolvenames": lambda: source.resolve("u"),
        }
        found = calls[name.partition("-")[0].partition(".")[0]]()
        assert found
        assert all("@" in mailbox.address and mailbox.name for mailbox in found)

    def test_name_nobody_has_resolves_to_nothing(self, source: EwsSource, server: Loopback) -> None:
        server.always = Answer(recording("resolvenames-none.xml").replace(b"https://schemas.", b"http://schemas."))
        assert source.resolve("zzz") == ()

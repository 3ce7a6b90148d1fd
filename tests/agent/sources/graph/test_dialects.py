"""The same calendar from Graphs that differ in what the documentation leaves open, or that do not keep to it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from agent.model.event import Occurrence
from agent.sources.graph.settings import GraphSettings
from agent.sources.graph.source import GraphSource
from agent.sources.transport.settings import HttpSettings
from tests.agent.sources.graph.test_faults import FakeTokens
from tests.agent.sources.loopback import Answer, Asked, Loopback
from tests.contracts.calendar_source import Reader, at
from tests.fakes.clock import FakeClock

Json = dict[str, Any]
UID = "040000008200E00074C5B7101A82E00800000000CD93094B5A9BD501000000000000000010000000A16AF77C6F6C254EA13F69C3B2808B4A"


def of_day(day: int) -> str:
    """The series' iCalUId for its occurrence on this day of November 2026."""
    return f"{UID[:32]}07EA0B{day:02X}{UID[40:]}"


def timed(day: int, hour: int, **more: Any) -> Json:
    times = {name: {"dateTime": f"2026-11-{day}T{hour + step:02}:00:00.0000000", "timeZone": "UTC"}
             for step, name in enumerate(("start", "end"))}  # fmt: skip
    plain = {"changeKey": "1", "isAllDay": False, "subject": f"{day} {hour}", "type": "singleInstance",
             "iCalUId": f"uid-{day}-{hour}", "seriesMasterId": None}  # fmt: skip
    return {"id": f"id-{day}-{hour}", **plain, **times, **more}


def calendar() -> list[Json]:
    """Fifteen singles, three occurrences of a series, an all-day event."""
    singles = [timed(24, hour) for hour in range(8, 23)]
    series = [
        timed(day, 7, type="occurrence", seriesMasterId="M", subject="daily", iCalUId=of_day(day))
        for day in (25, 26, 27)
    ]
    whole = timed(28, 0, isAllDay=True, subject="fair", originalStartTimeZone="tzone://Microsoft/Utc")
    whole["end"] = {"dateTime": "2026-11-29T00:00:00.0000000", "timeZone": "UTC"}
    return [*singles, *series, whole]


@dataclass
class OtherGraph:
    """A Graph of other make. `page`: events on a page whatever was asked for. `fields`: what becomes of each event.
    `whole_deltas`: occurrences come whole. `delta_pages`: empty pages before the end. `answer`: how bodies travel."""

    server: Loopback
    events: list[Json] = field(default_factory=calendar)
    page: int = 1000
    fields: Callable[[Json], Json] = lambda event: event
    whole_deltas: bool = False
    delta_pages: int = 0
    answer: Callable[[bytes], Answer] = Answer
    changed: list[Json] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Answer:
        url = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path.endswith("/delta"):
            return self.answer(json.dumps(self._delta(url.path, query)).encode())
        if url.path.endswith("/events/M"):
            return self.answer(json.dumps({"id": "M", "iCalUId": UID}).encode())
        skip = int(query.get("$skip", "0"))
        shown = [self.fields(event) for event in self.events[skip : skip + self.page]]
        data: Json = {"value": shown}
        if skip + self.page < len(self.events):
            data["@odata.nextLink"] = f"{self.server.url}{url.path}?$skip={skip + self.page}"
        return self.answer(json.dumps(data).encode())

    def _delta(self, path: str, query: dict[str, str]) -> Json:
        number = int(query.get("$skiptoken", "0"))
        if "$deltatoken" not in query and number < self.delta_pages:
            return {"value": [], "@odata.nextLink": f"{self.server.url}{path}?$skiptoken={number + 1}"}
        told = self.changed if "$deltatoken" in query else self.events
        self.changed = []
        if not self.whole_deltas:
            told = [{name: event[name] for name in ("id", "type", "start", "end")} for event in told]
        return {"value": told, "@odata.deltaLink": f"{self.server.url}{path}?$deltatoken=9"}


@pytest.fixture
def graph(tls_server: Loopback) -> OtherGraph:
    graph = OtherGraph(tls_server)
    tls_server.always = graph
    return graph


@pytest.fixture
def reader(tls_server: Loopback, ca_file: Path) -> Iterator[Reader]:
    settings = GraphSettings(
        mailbox="room@contoso.example",
        endpoint=tls_server.url,
        tenant_id="t",
        client_id="c",
        client_secret=lambda: "s",
        http=HttpSettings(ca_file=str(ca_file)),
    )
    source = GraphSource(settings, FakeClock())
    source.client._tokens = FakeTokens()
    yield Reader(source)
    source.close()


def as_iso_with_z(event: Json) -> Json:
    times = {name: {**event[name], "dateTime": event[name]["dateTime"][:19] + "Z"} for name in ("start", "end")}
    return {**event, **times}


def in_tokyo(event: Json) -> Json:
    """A service that does not heed Prefer."""
    if event["isAllDay"]:
        return event
    times = {}
    for name in ("start", "end"):
        at_utc = datetime.fromisoformat(event[name]["dateTime"]) + timedelta(hours=9)
        times[name] = {"dateTime": at_utc.isoformat(), "timeZone": "Tokyo Standard Time"}
    return {**event, **times}


def without_defaults(event: Json) -> Json:
    return {name: value for name, value in event.items() if value not in (None, False)}


DIALECTS: dict[str, dict[str, Any]] = {
    "as documented": {},
    "ten on a page": {"page": 10},
    "one on a page": {"page": 1},
    "whole deltas": {"whole_deltas": True},
    "empty delta pages": {"delta_pages": 3},
    "seconds and Z": {"fields": as_iso_with_z},
    "another zone": {"fields": in_tokyo},
    "etags only": {"fields": lambda event: {**event, "changeKey": None, "@odata.etag": f'W/"{event["changeKey"]}"'}},
    "nothing optional": {"fields": without_defaults},
    "more than was asked for": {"fields": lambda event: {**event, "webLink": "x" * 500, "extensions": [{}]}},
    "compressed": {"answer": lambda body: Answer(gzip.compress(body), 200, {"Content-Encoding": "gzip"})},
    "with a mark": {"answer": lambda body: Answer(b"\xef\xbb\xbf" + body)},
    "closes": {"answer": lambda body: Answer(body, 200, {"Connection": "close"})},
}


def plain(occurrences: list[Occurrence]) -> list[tuple[Any, ...]]:
    return [(each.subject, each.start, each.end, each.start_date, each.key) for each in occurrences]


@pytest.mark.parametrize("name", DIALECTS)
def test_a_calendar_of_graph_reads_the_same_in_every_dialect(graph: OtherGraph, reader: Reader, name: str) -> None:
    for attribute, value in DIALECTS[name].items():
        setattr(graph, attribute, value)
    first = reader.read()
    assert first.complete
    found = sorted((each.occurrence for each in first.fetched), key=lambda each: each.start)
    assert [each.start for each in found if each.subject == "daily"] == [at(7, day=day) for day in (2, 3, 4)]
    assert {(each.key.uid, each.key.original_start) for each in found if each.subject == "daily"} == {
        (UID, at(7, day=day)) for day in (2, 3, 4)
    }
    assert [each.start_date for each in found if each.subject == "fair"] == [date(2026, 11, 28)]
    assert [each.start for each in found if each.subject == "24 8"] == [at(8, day=1)]
    assert len(found) == 19
    quiet = reader.read()
    assert (quiet.heads, quiet.requests) == (None, 1)
    graph.events[3] = timed(24, 11, changeKey="2", subject="changed")
    graph.changed = [graph.events[3]]
    assert [each.occurrence.subject for each in reader.read().fetched] == ["changed"]
    del graph.events[0]
    graph.changed = [timed(24, 8)]
    after = reader.read()
    assert after.heads is not None
    assert len(after.heads) == 18

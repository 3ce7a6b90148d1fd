"""The event stream through the front: at once, unbuffered, and ended on both sides together."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import httpx

from tests.agent.front.conftest import Running
from tests.agent.front.states import meeting, room_state
from tests.fakes.core import Answer

STREAM = "/api/v1/stream"


def next_event(lines: httpx.Response) -> list[str]:
    """The lines of the next event; a response's iterator can be asked only once, so it is kept on the response."""
    iterator = lines.extensions.setdefault("lines", lines.iter_lines())
    event: list[str] = []
    for line in iterator:
        if not line:
            break
        event.append(line)
    return event


def test_the_present_state_comes_at_once_and_each_new_one_when_it_is_there(front: Running) -> None:
    with front.http.stream("GET", STREAM) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert next_event(stream)[:2] == ["event: room", "id: 7"]
        front.core.show(room_state([meeting("a", 30)]))
        event = next_event(stream)
        assert event[1] == "id: 8"
        assert '"Meeting a"' in event[2]


def test_a_repair_is_passed_on_and_changes_no_last_event_id(front: Running) -> None:
    with front.http.stream("GET", STREAM) as stream:
        next_event(stream)
        front.core.repair()
        assert next_event(stream) == ["event: repair", 'data: {"revision": 7, "page_id": ""}']


def test_last_event_id_is_passed_on(front: Running) -> None:
    with front.http.stream("GET", STREAM, headers={"Last-Event-ID": "41"}) as stream:
        next_event(stream)
    assert front.core.last_event_ids == ["41"]


def test_the_core_sees_the_client_go(front: Running) -> None:
    with front.http.stream("GET", STREAM) as stream:
        next_event(stream)
        assert front.core.streams == 1
    front.core.wait_for(lambda: front.core.streams == 0)


def test_the_client_sees_the_core_go(front: Running) -> None:
    with front.http.stream("GET", STREAM) as stream:
        next_event(stream)
        front.core.hang_up()
        assert next_event(stream) == []


def test_a_refusal_of_the_core_is_passed_on(front: Running) -> None:
    front.core.instead[STREAM] = Answer.problem(503, "core.starting")
    answer = front.http.get(STREAM)
    assert (answer.status_code, answer.json()["code"]) == (503, "core.starting")


def test_many_listeners_do_not_keep_others_waiting(front: Running) -> None:
    unlimited = httpx.Limits(max_connections=None)
    with httpx.Client(base_url=front.url, trust_env=False, limits=unlimited) as http, ExitStack() as stack:
        streams = [stack.enter_context(http.stream("GET", STREAM)) for _ in range(20)]
        for stream in streams:
            next_event(stream)
        assert front.http.get("/api/v1/room").json()["revision"] == 7
        front.core.show(replace(room_state(), availability="unknown"))
        assert all('"unknown"' in next_event(stream)[2] for stream in streams)
    front.core.wait_for(lambda: front.core.streams == 0)

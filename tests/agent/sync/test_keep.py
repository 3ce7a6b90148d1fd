from __future__ import annotations

from agent.sync import keep
from agent.sync.keep import scope_of
from tests.agent.sync.test_pull import Room


def test_a_scope_is_another_one_for_whatever_changes_what_is_stored() -> None:
    plain = scope_of("room@contoso.example", "ews", "1", private_join=True)
    others = [
        scope_of("other@contoso.example", "ews", "1", private_join=True),
        scope_of("room@contoso.example", "graph", "1", private_join=True),
        scope_of("room@contoso.example", "ews", "2", private_join=True),
        scope_of("room@contoso.example", "ews", "1", private_join=False),
    ]
    assert scope_of(" Room@contoso.example", "ews", "1", private_join=True) == plain
    assert len({plain, *others}) == 5


def test_what_an_older_version_stored_is_read_again_once() -> None:
    room = Room()
    now, keep.CONTENT_VERSION = keep.CONTENT_VERSION, "1"
    try:
        older = room.new_puller()
    finally:
        keep.CONTENT_VERSION = now
    assert older.pull().ok
    room.source.asked.clear()
    newer = room.new_puller()
    assert newer.pull().ok
    assert newer.pull().ok
    first, second = room.source.asked
    assert (first.token, dict(first.known)) == (None, {})
    assert second.token is not None
    assert room.names == ["a", "b"]

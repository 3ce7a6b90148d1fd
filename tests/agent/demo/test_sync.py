from __future__ import annotations

from typing import Any

import pytest
from exchangelib.errors import ErrorInvalidSyncStateData

from agent.demo.world import Frequency, Recurrence
from tests.agent.demo.support import at
from tests.fakes.exchange import OTHER_ROOM, DemoExchange, booking


def sync(account: Any, state: str | None, page: int = 512) -> tuple[list[tuple[str, str]], str]:
    """Changes as (kind, id) and the new bookmark."""
    folder = account.calendar
    folder.item_sync_state = None
    changes = list(folder.sync_items(sync_state=state, only_fields=["changekey"], max_changes_returned=page))
    return [(kind, item.id) for kind, item in changes], folder.item_sync_state


def test_the_first_sync_lists_singles_and_masters_but_no_occurrences(demo_exchange: DemoExchange, account: Any) -> None:
    calendar = demo_exchange.calendar
    single = calendar.book(booking("Single", at(9), at(10)))
    series = calendar.book(booking("Series", at(9), at(10), recurrence=Recurrence(frequency=Frequency.DAILY, count=9)))
    changes, state = sync(account, None)
    assert changes == [("create", single), ("create", series)]
    assert sync(account, state)[0] == []


def test_later_syncs_tell_each_item_once_with_what_became_of_it(demo_exchange: DemoExchange, account: Any) -> None:
    calendar = demo_exchange.calendar
    changed, gone = calendar.book(booking("a", at(9), at(10))), calendar.book(booking("b", at(9), at(10)))
    _, state = sync(account, None)
    calendar.rename(changed, "a2")
    calendar.rename(changed, "a3")
    calendar.delete(gone)
    new = calendar.book(booking("c", at(9), at(10)))
    calendar.rename(new, "c2")
    calendar.delete(calendar.book(booking("came and went", at(9), at(10))))
    changes, state = sync(account, state)
    assert sorted(changes) == sorted([("update", changed), ("delete", gone), ("create", new)])
    assert sync(account, state)[0] == []


def test_a_changed_occurrence_is_an_update_of_its_master(demo_exchange: DemoExchange, account: Any) -> None:
    calendar = demo_exchange.calendar
    master = calendar.book(booking("Series", at(9), at(10), recurrence=Recurrence(frequency=Frequency.DAILY, count=9)))
    _, state = sync(account, None)
    calendar.rename(calendar.view(at(0), at(0, day=30))[3].item_id, "Special")
    assert sync(account, state)[0] == [("update", master)]


def test_changes_come_in_pages(demo_exchange: DemoExchange, account: Any) -> None:
    calendar = demo_exchange.calendar
    items = [calendar.book(booking(f"{hour}", at(hour), at(hour + 1))) for hour in range(7)]
    calendar.rename(items[0], "renamed while nobody had synced")
    changes, state = sync(account, None, page=3)
    assert changes == [("create", item) for item in [*items[1:], items[0]]]
    assert len(demo_exchange.server.requests.records("SyncFolderItems")) == 3
    assert sync(account, state)[0] == []


@pytest.mark.parametrize("state", ["nonsense", "bm9uc2Vuc2U=", "WzEsMl0="])
def test_a_bookmark_that_was_never_one_is_refused(account: Any, state: str) -> None:
    with pytest.raises(ErrorInvalidSyncStateData):
        sync(account, state)


def test_a_bookmark_of_another_mailbox_or_another_run_is_refused(
    demo_exchange: DemoExchange, account: Any, open_account: Any
) -> None:
    _, state = sync(account, None)
    with pytest.raises(ErrorInvalidSyncStateData):
        sync(open_account(OTHER_ROOM), state)
    demo_exchange.world.instance = "another run"
    with pytest.raises(ErrorInvalidSyncStateData):
        sync(account, state)

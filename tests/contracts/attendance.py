"""What every `agent.ports.AttendanceStore` does. Subclass it and give it a `store` fixture."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from agent.model.control import EVIDENCE, TOUCH, Attendance
from agent.ports import AttendanceStore
from tests.builders import MORNING, at

SINCE = MORNING - timedelta(days=60)


def row(meeting_id: str, **changes: Any) -> Attendance:
    plain: dict[str, Any] = {"meeting_id": meeting_id, "uid": "series", "start": at(9)}
    return Attendance(**(plain | changes))


class AttendanceContract:
    """Run by every store."""

    def test_a_new_store_knows_nothing(self, store: AttendanceStore) -> None:
        assert store.get(["a"]) == {}
        assert store.get([]) == {}
        assert store.strikes("series", SINCE) == 0
        assert store.forget(MORNING) == 0

    def test_what_was_put_is_got_with_all_it_says(self, store: AttendanceStore) -> None:
        rows = [row(name, evidence=name, since=at(8, 55)) for name in EVIDENCE]
        rows += [row("whole", evidence=TOUCH, since=at(9, 1), released=at(9, 10), kept=at(9, 11)), row("bare")]
        for each in rows:
            store.put(each)
        assert store.get([each.meeting_id for each in rows]) == {each.meeting_id: each for each in rows}

    def test_only_those_asked_for_are_told_of(self, store: AttendanceStore) -> None:
        store.put(row("a"))
        store.put(row("b"))
        assert store.get(["b", "c"]) == {"b": row("b")}

    def test_many_can_be_asked_for_at_once(self, store: AttendanceStore) -> None:
        store.put(row("m7"))
        assert store.get([f"m{number}" for number in range(2000)]) == {"m7": row("m7")}

    def test_a_second_put_takes_the_place_of_the_first(self, store: AttendanceStore) -> None:
        store.put(row("a", evidence=TOUCH, since=at(9)))
        store.put(row("a", start=at(15)))
        assert store.get(["a"]) == {"a": row("a", start=at(15))}

    def test_strikes_are_releases_of_one_series_that_nobody_took_back(self, store: AttendanceStore) -> None:
        store.put(row("mon", released=at(9, 10)))
        store.put(row("tue", start=at(9, day=24), released=at(9, 10, day=24)))
        store.put(row("wed", start=at(9, day=25), released=at(9, 10, day=25), kept=at(9, 12, day=25)))
        store.put(row("thu", start=at(9, day=26), evidence=TOUCH, since=at(9, day=26)))
        store.put(row("other", uid="another", released=at(9, 10)))
        assert (store.strikes("series", SINCE), store.strikes("another", SINCE)) == (2, 1)
        assert store.strikes("series", at(0, day=24)) == 1
        assert store.strikes("nothing", SINCE) == 0

    def test_forgetting_goes_by_the_start_of_the_meeting(self, store: AttendanceStore) -> None:
        store.put(row("old", start=at(9, day=20), released=at(9, 10, day=20)))
        store.put(row("now", start=at(9)))
        assert store.forget(at(9)) == 1
        assert store.get(["old", "now"]) == {"now": row("now", start=at(9))}
        assert store.forget(at(9)) == 0

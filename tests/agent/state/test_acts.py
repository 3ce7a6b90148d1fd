from datetime import date, datetime, timedelta

import pytest

from agent.model.control import ControlFacts, Mark
from agent.model.event import ShowAs
from agent.model.sync import SourceHealth
from agent.ports import StoredEntry
from agent.state.project import Inputs, project
from agent.wire import Meeting, instant
from tests.builders import all_day, at, occurrence, policy, stored

ALL = ("book", "extend", "end", "cancel", "check-in")
NOW = at(9, 10)
RUNNING = stored(occurrence("m", at(9), at(10)))


def shown(
    *entries: StoredEntry, mark: Mark | None = None, commands: tuple[str, ...] = ALL, now: datetime = NOW
) -> Meeting:
    facts = ControlFacts(commands=commands, marks={"m": mark} if mark else {})
    health = SourceHealth(as_of=now, contact_since_start=True)
    state = project(Inputs(policy=policy(), entries=entries, health=health, control=facts), now).state
    return next(each for each in state.meetings if each.id == "m")


def test_a_running_meeting_can_be_extended_and_ended() -> None:
    assert shown(RUNNING).actions == ["extend", "end"]
    assert shown(RUNNING).extend_until == instant(at(22))


def test_what_is_booked_here_can_be_cancelled_until_its_end() -> None:
    ours = Mark(ours=True)
    assert shown(RUNNING, mark=ours).actions == ["extend", "end", "cancel"]
    assert shown(RUNNING, mark=ours, now=at(8)).actions == ["cancel"]
    assert shown(RUNNING, mark=ours, now=at(10)).actions == []


@pytest.mark.parametrize(("now", "asked"), [(at(8, 49), False), (at(8, 50), True), (at(9, 59), True), (at(10), False)])
def test_people_check_in_from_when_a_meeting_can_be_joined_to_its_end(now: datetime, *, asked: bool) -> None:
    assert ("check-in" in shown(RUNNING, mark=Mark(checked_in=False), now=now).actions) == asked


@pytest.mark.parametrize("known", [None, True])
def test_nobody_is_asked_who_is_there_or_need_not_say_so(known: bool | None) -> None:
    meeting = shown(RUNNING, mark=Mark(checked_in=known))
    assert "check-in" not in meeting.actions
    assert meeting.checked_in is known


def test_only_commands_that_are_taken_are_offered() -> None:
    meeting = shown(RUNNING, mark=Mark(checked_in=False, ours=True), commands=("check-in", "undo"))
    assert (meeting.actions, meeting.extend_until) == (["check-in"], None)


@pytest.mark.parametrize(
    ("start", "until"),
    [(at(10), None), (at(10, 4), None), (at(10, 5), at(10, 5)), (at(12), at(12)), (at(9, 30), None), (at(23), at(22))],
)
def test_a_meeting_is_extended_up_to_the_next_one(start: datetime, until: datetime | None) -> None:
    meeting = shown(RUNNING, stored(occurrence("next", start, start + timedelta(hours=1))))
    assert meeting.extend_until == (instant(until) if until else None)
    assert ("extend" in meeting.actions) == (until is not None)


def test_free_time_is_in_nobodys_way_and_an_all_day_booking_is() -> None:
    assert shown(RUNNING, stored(occurrence("f", at(10), show_as=ShowAs.FREE))).extend_until == instant(at(22))
    assert shown(RUNNING, stored(all_day("d", date(2026, 11, 23)))).extend_until is None
    assert shown(RUNNING, stored(all_day("d", date(2026, 11, 23), show_as=ShowAs.FREE))).extend_until is not None


@pytest.mark.parametrize(
    "entry",
    [
        stored(all_day("m", date(2026, 11, 23))),
        stored(occurrence("m", at(9), at(10), show_as=ShowAs.FREE)),
        stored(occurrence("m", at(9), at(9))),
        stored(occurrence("m", at(8), at(9))),
        stored(occurrence("m", at(11), at(12))),
    ],
    ids=["all day", "free", "no length", "over", "later"],
)
def test_nothing_is_offered_for_other_meetings(entry: StoredEntry) -> None:
    assert shown(entry).actions == []


def test_when_a_meeting_is_released_and_that_a_change_is_under_way_is_shown() -> None:
    meeting = shown(RUNNING, mark=Mark(release_at=at(9, 15), pending=True))
    assert (meeting.release_at, meeting.pending) == (instant(at(9, 15)), True)


def test_commands_of_room_control_are_named_once_beside_the_usual_ones() -> None:
    inputs = Inputs(policy=policy(), commands=("undo",), control=ControlFacts(commands=("book", "undo")))
    assert project(inputs, NOW).state.commands == ["join", "refresh", "undo", "book"]


def test_the_state_is_made_anew_when_room_control_will_know_something_new() -> None:
    health = SourceHealth(as_of=NOW, contact_since_start=True)
    soon = NOW + timedelta(seconds=20)
    facts = ControlFacts(changes_at=soon)
    assert project(Inputs(policy=policy(), health=health, control=facts), NOW).changes_at == soon
    assert project(Inputs(policy=policy(), health=health, control=facts), soon).changes_at > soon

"""What people may do with the room now, and why not. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.control.policy import ControlPolicy
from agent.errors import CommandError
from agent.model.sync import Window
from agent.state.acts import BOOK, CANCEL, CHECK_IN, END, EXTEND, can_check_in, extend_until, free_from
from agent.state.agenda import Slot
from agent.state.hot_desk import UNDO


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What an answer depends on. `slots`: the listed meetings as they are shown; `ours`: ids of what was booked here;
    `asks`: whether people are to check in; `known`: whether anybody can say if the room is free."""

    now: datetime
    policy: ControlPolicy
    slots: Sequence[Slot] = ()
    ours: Collection[str] = ()
    lead: timedelta = timedelta(minutes=10)
    known: bool = True
    asks: bool = False
    denied: bool = False
    hot_desking: bool = False
    undoable: bool = False

    @property
    def minute(self) -> datetime:
        """The minute that runs."""
        return floored(self.now)


def floored(instant: datetime) -> datetime:
    """The whole minute that began last."""
    return instant.replace(second=0, microsecond=0)


def offered(scene: Scene) -> tuple[str, ...]:
    """Names of the commands that are taken at all."""
    if scene.hot_desking:
        return ()
    booking = scene.policy.booking and not scene.denied
    return (
        *((BOOK, EXTEND, END, CANCEL) if booking else ()),
        *((CHECK_IN,) if scene.asks else ()),
        *((UNDO,) if scene.undoable else ()),
    )


def booking_of(scene: Scene, minutes: int) -> Window:
    """When a booking of so many minutes would be: from the minute that runs, or from where a meeting has ended within
    it. Raises CommandError."""
    _may_write(scene)
    _known(scene)
    ended = (each.end for each in scene.slots if each.occupies and scene.minute < each.end <= scene.now)
    start = max(scene.minute, *ended, scene.minute)
    end = start + timedelta(minutes=minutes)
    if free_from(start, scene.slots) < end:
        raise CommandError("book.conflict", "The room is not free now, or not for so long; see the list.", 409)
    return Window(start, end)


def extension_of(scene: Scene, meeting_id: str, minutes: int) -> tuple[Slot, datetime]:
    """The meeting, and when it would end. Raises CommandError."""
    _may_write(scene)
    slot = _running(scene, meeting_id)
    _known(scene)
    end, until = slot.end + timedelta(minutes=minutes), extend_until(slot, scene.slots, scene.now)
    if until is None or until < end:
        raise CommandError("extend.conflict", "The room is not free for so long after this meeting.", 409)
    return slot, end


def ending_of(scene: Scene, meeting_id: str) -> tuple[Slot, datetime]:
    """The meeting, and when it would end. Raises CommandError."""
    _may_write(scene)
    return end_now(scene, meeting_id)


def end_now(scene: Scene, meeting_id: str) -> tuple[Slot, datetime]:
    """The same, whatever people may do. One that has begun in this minute loses all of its time: the room is free at
    once. Raises CommandError."""
    on_the_room(scene)
    slot = _running(scene, meeting_id)
    return slot, max(scene.minute, slot.begin)


def cancellation_of(scene: Scene, meeting_id: str) -> Slot:
    """The booking that would go. Raises CommandError."""
    _may_write(scene)
    slot = meeting_of(scene, meeting_id)
    if meeting_id not in scene.ours:
        raise CommandError("cancel.not_ours", "Only what was booked on this screen can be cancelled here.", 409)
    if scene.now >= slot.end:
        raise not_running()
    return slot


def arrival_of(scene: Scene, meeting_id: str) -> Slot:
    """The meeting that somebody has come to. Raises CommandError."""
    if scene.hot_desking:
        raise _hot_desking()
    slot = meeting_of(scene, meeting_id)
    if not scene.asks:
        raise CommandError("check_in.off", "Nobody is asked to check in here; [meetings] check_in says so.", 409)
    if not can_check_in(slot, scene.now, scene.lead):
        raise CommandError("check_in.not_now", "It is too early to check in, or the meeting is over.", 409)
    return slot


def meeting_of(scene: Scene, meeting_id: str) -> Slot:
    """A listed meeting. Raises CommandError (404)."""
    slot = next((each for each in scene.slots if each.id == meeting_id), None)
    if slot is None:
        raise CommandError("meeting.unknown", "No meeting of today's list has this id; reload the list.", 404)
    return slot


def not_running() -> CommandError:
    """It is over, or has not begun."""
    return CommandError("meeting.not_running", "This meeting does not run now.", 409)


def _running(scene: Scene, meeting_id: str) -> Slot:
    slot = meeting_of(scene, meeting_id)
    if slot.all_day:
        raise CommandError("meeting.all_day", "An all-day meeting is changed by its organizer only.", 409)
    if not slot.occupies or not slot.running(scene.now):
        raise not_running()
    return slot


def _may_write(scene: Scene) -> None:
    if not scene.policy.booking:
        raise CommandError("booking.off", "Booking here is off; the administrator allows it in [meetings].", 403)
    on_the_room(scene)


def on_the_room(scene: Scene) -> None:
    """Raises CommandError where the room's calendar is not to be changed."""
    if scene.hot_desking:
        raise _hot_desking()
    if scene.denied:
        raise CommandError("write.denied", "This box may not change the room's calendar; ask the administrator.", 409)


def _known(scene: Scene) -> None:
    if not scene.known:
        raise CommandError("calendar.not_known", "Nobody can say whether the room is free; the calendar is old.", 503)


def _hot_desking() -> CommandError:
    return CommandError(
        "hot_desk.active_no_control", "Another calendar is shown; end that first to change the room's.", 409
    )

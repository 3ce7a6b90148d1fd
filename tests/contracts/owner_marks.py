"""What every `agent.ports.OwnerMarks` does. Subclass it and give it an `office` fixture."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from agent.demo.world import Calendar
from agent.ports import OwnerMarks
from agent.sources.owner_marks import WINDOW
from tests.contracts.calendar_source import at

ME, OTHER = "0123456789abcdef", "fedcba9876543210"


class OwnerOffice(Protocol):
    """A calendar service with a room."""

    calendar: Calendar

    def marks(self) -> OwnerMarks: ...


class OwnerMarksContract:
    """The suite."""

    def test_a_mark_is_seen_by_everybody_with_whose_it_is(self, office: OwnerOffice) -> None:
        office.marks().put(ME, "room-12.contoso.example")

        (mark,) = office.marks().marks()

        assert (mark.owner, mark.host) == (ME, "room-12.contoso.example")
        assert abs(mark.at - at(12)) < timedelta(days=1)

    def test_a_mark_is_private_free_and_in_2001(self, office: OwnerOffice) -> None:
        office.marks().put(ME, "room-12")

        (item,) = office.calendar.items()

        assert (item.booking.start, item.booking.end) == (WINDOW.start, WINDOW.end)
        assert (item.booking.show_as.value, item.booking.sensitivity.value) == ("free", "private")
        assert item.booking.attendees == ()

    def test_what_is_removed_is_gone_and_the_rest_stays(self, office: OwnerOffice) -> None:
        marks = office.marks()
        marks.put(ME, "here")
        marks.put(OTHER, "there")
        mine = [mark for mark in marks.marks() if mark.owner == ME]

        marks.remove(mine)

        assert [mark.owner for mark in marks.marks()] == [OTHER]

    def test_a_name_of_a_machine_cannot_say_more_than_a_name(self, office: OwnerOffice) -> None:
        marks = office.marks()
        marks.put(ME, "<b>room</b> 12 (safe to delete)\n" + "x" * 300)

        (mark,) = marks.marks()

        assert len(mark.host) <= 63
        assert set(mark.host) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")

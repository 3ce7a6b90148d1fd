"""What the administrator allows the box to do to the room's calendar, as plain values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from agent.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPolicy:
    """`booking`: whether people book, extend, end and cancel on the screen. `release_after` zero: never."""

    language: str = "en"
    booking: bool = True
    title: str = ""
    link: str = ""
    check_in: bool = False
    release_after: timedelta = timedelta()
    inform: bool = False
    answers: bool = False

    @classmethod
    def of(cls, config: Config) -> Self:
        """Out of the configuration."""
        meetings = config.meetings
        return cls(
            language=config.room.language,
            booking=meetings.allow_booking,
            title=meetings.booking_title,
            link=meetings.booking_link,
            check_in=meetings.check_in,
            release_after=timedelta(minutes=meetings.release_after_min),
            inform=meetings.inform_organizer,
            answers=meetings.process_requests,
        )

    @property
    def writes(self) -> bool:
        """Whether anything here may ever change the calendar."""
        return self.booking or self.answers or bool(self.release_after)

"""What the API takes: JSON bodies, checked, with unknown keys refused."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from agent.demo.invitations import Delivery, Service
from agent.demo.world import Frequency, Processing

Subject = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)]
MAX_MINUTES = 24 * 60
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
MAX_OCCURRENCES = 60


def _by_the_rooms_clock(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("a wall-clock time has no zone")
    return value


def _in_this_century(value: AwareDatetime) -> AwareDatetime:
    if not FIRST_DAY < value.date() < LAST_DAY:
        raise ValueError(f"expected a day from {FIRST_DAY} to {LAST_DAY}")
    return value


WallClock = Annotated[time, AfterValidator(_by_the_rooms_clock)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_this_century)]


class Scope(StrEnum):
    """What an action on an occurrence is meant for. Singles do not care."""

    OCCURRENCE = "occurrence"
    SERIES = "series"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Repeat(Body):
    """How often, from the first on."""

    frequency: Frequency
    count: Annotated[int, Field(ge=2, le=MAX_OCCURRENCES)] = 8


class BookBody(Body):
    """A meeting request.

    Its start is `at` (wall clock of the room, on `day` or today), `start` (an instant) or `in_minutes` from now;
    without any of them now. `organizer`: an address of the demo organisation.
    """

    subject: Subject = ""
    organizer: str | None = None
    service: Service = Service.TEAMS
    delivery: Delivery = Delivery.INTACT
    minutes: Annotated[int, Field(ge=0, le=MAX_MINUTES)] = 30
    private: bool = False
    tentative: bool = False
    all_day: bool = False
    in_minutes: Annotated[int, Field(ge=-MAX_MINUTES, le=14 * MAX_MINUTES)] | None = None
    at: WallClock | None = None
    day: Day | None = None
    start: Instant | None = None
    repeat: Repeat | None = None

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        if sum(value is not None for value in (self.in_minutes, self.at, self.start)) > 1:
            raise ValueError("give one of in_minutes, at and start")
        return self


class MoveBody(Body):
    """Where to: `minutes` later (negative: earlier), or `at` a wall-clock time of the room, on `day` or its own day."""

    minutes: Annotated[int, Field(ge=-14 * MAX_MINUTES, le=14 * MAX_MINUTES)] | None = None
    at: WallClock | None = None
    day: Day | None = None
    scope: Scope = Scope.OCCURRENCE

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.minutes is None) == (self.at is None):
            raise ValueError("give either minutes or at")
        return self


class RenameBody(Body):
    subject: Subject
    scope: Scope = Scope.OCCURRENCE


class ScopeBody(Body):
    scope: Scope = Scope.OCCURRENCE


class MailboxBody(Body):
    """What the room's mailbox does with meeting requests from now on."""

    processing: Literal[Processing.AUTO, Processing.NONE]
    allow_conflicts: bool = False


class AnswerBody(Body):
    """How a person answers for the room."""

    response: Literal["accepted", "tentative", "declined"]
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)] = ""


class NoteBody(Body):
    """A plain message to the room from `sender`, an address of the demo organisation."""

    subject: Subject = ""
    text: Annotated[str, StringConstraints(max_length=2000)] = ""
    sender: str | None = None


class FaultBody(Body):
    active: bool = True

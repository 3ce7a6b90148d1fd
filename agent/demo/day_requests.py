"""A meeting request as an organizer sends it, and the calendar item it becomes in the room's mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.demo.invitations import Delivery, Draft, Language, Service, invitation
from agent.demo.world import Booking, Recurrence
from agent.model.directory import Mailbox
from agent.model.event import Response, Sensitivity, ShowAs


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRequest:
    """What the organizer wrote. An all-day request takes its whole day, whatever `minutes` say."""

    subject: str
    organizer: Mailbox
    minutes: int = 30
    service: Service = Service.TEAMS
    delivery: Delivery = Delivery.INTACT
    language: Language = "en"
    classic: bool = False
    private: bool = False
    tentative: bool = False
    all_day: bool = False
    recurrence: Recurrence | None = None
    attendees: tuple[Mailbox, ...] = ()


def received(request: MeetingRequest, start: datetime, timezone: str) -> Booking:
    """The item the request leaves in a room that accepted it.

    `start` is aware; an all-day item takes the local day that holds it, and does not block the room. `timezone` is an
    IANA name: what the invitation prints and a series repeats in.
    """
    local = start.astimezone(ZoneInfo(timezone))
    end = start + timedelta(minutes=request.minutes)
    if request.all_day:
        local = local.replace(hour=0, minute=0, second=0, microsecond=0)
        start, end = local, local + timedelta(days=1)
    draft = Draft(
        subject=request.subject,
        organizer=request.organizer,
        start=local,
        seed=f"{request.subject} {start.timestamp():.0f}",
        language=request.language,
        classic=request.classic,
    )
    arrived = invitation(request.service, draft, request.delivery)
    return Booking(
        start=start,
        end=end,
        subject=request.subject,
        organizer_name=request.organizer.name,
        organizer_address=request.organizer.address,
        location=arrived.location or "",
        body_html=arrived.body or "",
        properties={name: value for name, value in arrived.properties.items() if isinstance(value, str)},
        is_online_meeting=arrived.properties.get("IsOnlineMeeting") is True,
        sensitivity=Sensitivity.PRIVATE if request.private else Sensitivity.NORMAL,
        show_as=_show_as(request),
        response=Response.TENTATIVE if request.tentative else Response.ACCEPTED,
        all_day=request.all_day,
        timezone=timezone,
        recurrence=request.recurrence,
        attendees=request.attendees,
    )


def _show_as(request: MeetingRequest) -> ShowAs:
    if request.all_day:
        return ShowAs.FREE
    return ShowAs.TENTATIVE if request.tentative else ShowAs.BUSY

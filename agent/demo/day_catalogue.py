"""What is met about in the demo: each line is there for something that a room's screen has to get right."""

from __future__ import annotations

from agent.demo.day_people import AIKO, GRACE, JONAS, MAYA, OMAR, PRIYA, TOMAS
from agent.demo.day_requests import MeetingRequest
from agent.demo.invitations import Delivery, Service
from agent.demo.world import Frequency, Recurrence

_SERIES_LENGTH = 52

PREVIOUS = MeetingRequest(
    subject="Infrastructure review with Northwind", organizer=JONAS, service=Service.SKYPE, minutes=45
)
NOW = MeetingRequest(
    subject="Design review: lobby displays",
    organizer=MAYA,
    service=Service.TEAMS,
    minutes=45,
    attendees=(TOMAS, PRIYA, GRACE),
)
SOON = MeetingRequest(
    subject="Customer call: Adventure Works", organizer=TOMAS, service=Service.ZOOM, attendees=(GRACE,)
)
WEEKLY = MeetingRequest(
    subject="Weekly product sync",
    organizer=PRIYA,
    service=Service.MEET,
    recurrence=Recurrence(frequency=Frequency.WEEKLY, count=_SERIES_LENGTH),
    attendees=(MAYA, TOMAS, JONAS),
)
WEEKLY_TODAY = "Weekly product sync (15 min later today)"
ALL_DAY = MeetingRequest(
    subject="Visitors from Adventure Works, badges at reception",
    organizer=GRACE,
    service=Service.NONE,
    all_day=True,
)
CANCELLED = MeetingRequest(subject="Launch rehearsal", organizer=PRIYA, service=Service.ZOOM)

OTHERS = (
    MeetingRequest(
        subject="Stand-up",
        organizer=MAYA,
        service=Service.TEAMS,
        minutes=15,
        recurrence=Recurrence(frequency=Frequency.DAILY, count=_SERIES_LENGTH),
    ),
    MeetingRequest(subject="Webinar dry run with Fabrikam", organizer=JONAS, service=Service.WEBEX, minutes=45),
    MeetingRequest(subject="Salary review", organizer=GRACE, service=Service.TEAMS, private=True),
    CANCELLED,
    MeetingRequest(subject="Workshop: new floor plan", organizer=OMAR, service=Service.NONE, minutes=45),
    MeetingRequest(subject="四半期レビュー：東京チーム", organizer=AIKO, service=Service.TEAMS, language="ja"),
    MeetingRequest(
        subject="Partner call: Tailspin Toys", organizer=TOMAS, service=Service.ZOOM, delivery=Delivery.SAFE_LINKS
    ),
    MeetingRequest(
        subject="Interview: site reliability engineer", organizer=PRIYA, service=Service.MEET, tentative=True
    ),
    MeetingRequest(subject="Vendor onboarding", organizer=JONAS, service=Service.WEBEX, delivery=Delivery.BODY_DELETED),
    MeetingRequest(
        subject="Budget alignment for the second half: facilities, travel, contractors, cloud commitments and the "
        "remaining open positions in platform engineering (second and, we promise, final round)",
        organizer=GRACE,
        service=Service.TEAMS,
        classic=True,
        minutes=45,
    ),
    MeetingRequest(subject="اجتماع فريق المبيعات", organizer=OMAR, service=Service.SKYPE),
)

DAYS_AFTER = (
    MeetingRequest(subject="Architecture forum", organizer=MAYA, service=Service.TEAMS, minutes=60),
    MeetingRequest(subject="Pipeline review", organizer=TOMAS, service=Service.ZOOM, minutes=45),
    MeetingRequest(subject="Fabrikam steering committee", organizer=JONAS, service=Service.WEBEX, minutes=60),
    MeetingRequest(subject="One-to-one", organizer=GRACE, service=Service.TEAMS, private=True),
    MeetingRequest(subject="Accessibility clinic", organizer=PRIYA, service=Service.MEET),
    MeetingRequest(subject="Fire drill briefing", organizer=OMAR, service=Service.NONE),
    MeetingRequest(subject="Backlog refinement", organizer=MAYA, service=Service.TEAMS, classic=True, minutes=45),
)

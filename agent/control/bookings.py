"""What a booking on the screen says of itself. Pure."""

from __future__ import annotations

from agent.control.policy import ControlPolicy
from agent.model.control import NewBooking
from agent.model.event import Invitation
from agent.model.sync import Window
from agent.texts import say

_NAME = "{id}"


def new_booking(policy: ControlPolicy, when: Window, title: str, name: str) -> NewBooking:
    """Under the title that was given, else the administrator's, else one in the room's language. `name`: what a link to
    an online meeting has in place of {id}."""
    link = policy.link.replace(_NAME, name)
    said = say(policy.language, "control.booking", "detail")
    return NewBooking(
        start=when.start,
        end=when.end,
        subject=title or policy.title or say(policy.language, "control.booking"),
        body=f"{said}\n\n{link}\n" if link else f"{said}\n",
        location=link,
    )


def invitation_of(booking: NewBooking) -> Invitation:
    """The same as the extractor of ways to join reads it."""
    return Invitation(subject=booking.subject, location=booking.location, body=booking.body)

"""The room's inbox and what organizers sent, as the control page lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent import wire
from agent.demo.control.rows import path_id
from agent.demo.world import Booking, Handling, Invitation, MailItem, MailKind, World
from agent.model.event import Response

INBOX_SHOWN = 20
INVITATIONS_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxMode:
    """What the room's mailbox does with requests. `processing`: auto (Exchange answers) or none (they wait)."""

    processing: str
    allow_conflicts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """A message that waits. `kind`: request, update, cancellation, response or note. `id` goes into paths of actions.

    `start` and `end` are instants, of a series its first occurrence's; "" where the message is about no meeting.
    """

    id: str
    kind: str
    subject: str
    sender: str
    received: str
    start: str
    end: str
    all_day: bool
    series: bool
    out_of_date: bool
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """A meeting an organizer asked the room for.

    `id` may stand for the meeting in the paths of its actions, wherever it is. `state`: waiting, accepted, tentative,
    declined or cancelled; `comment`: the room's. `start` and `end` are the organizer's.
    """

    id: str
    subject: str
    organizer: str
    start: str
    end: str
    all_day: bool
    series: bool
    state: str
    comment: str
    sent: str
    answered: str


def mode(handling: Handling) -> MailboxMode:
    return MailboxMode(processing=handling.processing, allow_conflicts=handling.allow_conflicts)


def inbox_rows(items: Iterable[MailItem]) -> list[InboxRow]:
    """Oldest first, as they will be answered; a bounded number."""
    return [_inbox_row(item) for item in list(items)[:INBOX_SHOWN]]


def invitation_rows(world: World, room: str) -> list[InvitationRow]:
    """Those sent last first, a bounded number."""
    latest = list(world.mail.invitations(room))[-INVITATIONS_SHOWN:]
    rows = ((each, world.calendar(each.organizer.address).with_uid(each.uid)) for each in reversed(latest))
    return [_invitation_row(invitation, item.booking) for invitation, item in rows if item is not None]


def _inbox_row(item: MailItem) -> InboxRow:
    about = item.meeting
    kind: str = item.kind
    if about is not None and about.update and item.kind is MailKind.REQUEST:
        kind = "update"
    return InboxRow(
        id=path_id(item.item_id),
        kind=kind,
        subject=item.subject,
        sender=item.sender.name or item.sender.address,
        received=wire.instant(item.received),
        start="" if about is None else wire.instant(about.booking.start),
        end="" if about is None else wire.instant(about.booking.end),
        all_day=about is not None and about.booking.all_day,
        series=about is not None and about.booking.recurrence is not None,
        out_of_date=item.out_of_date,
        body=item.body,
    )


def _invitation_row(invitation: Invitation, booking: Booking) -> InvitationRow:
    return InvitationRow(
        id=path_id(invitation.item_id),
        subject=booking.subject,
        organizer=invitation.organizer.name or invitation.organizer.address,
        start=wire.instant(booking.start),
        end=wire.instant(booking.end),
        all_day=booking.all_day,
        series=booking.recurrence is not None,
        state=_state(invitation),
        comment=invitation.comment,
        sent=wire.instant(invitation.sent),
        answered="" if invitation.answered is None else wire.instant(invitation.answered),
    )


def _state(invitation: Invitation) -> str:
    if invitation.cancelled:
        return "cancelled"
    return "waiting" if invitation.response is Response.NONE else invitation.response

"""Mail between organizers and rooms: invitations, updates and cancellations one way, answers the other.

>>> world.mail.set_handling(ROOM, Handling(Processing.NONE))
>>> invitation = world.mail.invite(ROOM, booking)  # the booking names its organizer
>>> (request,) = world.mailbox(ROOM).inbox()
>>> world.mail.answer(ROOM, request.item_id, Response.DECLINED, "Taken")
>>> world.mail.invitation(ROOM, invitation.uid).response
<Response.DECLINED: 'declined'>
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock

from agent.demo.world_calendar import Calendar
from agent.demo.world_copies import as_answered, as_asked, described, is_taken, located, put
from agent.demo.world_directory import Directory
from agent.demo.world_mail import (
    Answered,
    Handling,
    Invitation,
    MailItem,
    MailKind,
    Meeting,
    NewMail,
    NotAnswerable,
    Processing,
)
from agent.demo.world_mailbox import MailFolders
from agent.demo.world_values import Booking, Item, ItemNotFound, UnknownMailbox
from agent.model.directory import Mailbox
from agent.model.event import ItemId, Response, ShowAs
from agent.ports import Clock

MOST_INVITATIONS = 1000
_SUBJECTS = {
    Response.ACCEPTED: "Accepted",
    Response.TENTATIVE: "Tentative",
    Response.DECLINED: "Declined",
}


class MailFlow:
    """Thread-safe; methods may raise `WorldError`. Rooms and people are named by their primary addresses."""

    def __init__(
        self,
        clock: Clock,
        lock: RLock,
        directory: Directory,
        calendar: Callable[[str], Calendar],
        mailbox: Callable[[str], MailFolders],
    ) -> None:
        self._clock = clock
        self._lock = lock
        self._directory = directory
        self._calendar = calendar
        self._mailbox = mailbox
        self._handling: dict[str, Handling] = {}
        self._invitations: dict[tuple[str, str], Invitation] = {}

    # -- what the room's mailbox does

    def handling(self, room: str) -> Handling:
        """What this mailbox does with invitations."""
        with self._lock:
            return self._handling.get(room.lower(), Handling())

    def set_handling(self, room: str, handling: Handling) -> None:
        """From now on; what waits in the inbox stays there."""
        with self._lock:
            self._handling[room.lower()] = handling

    # -- the organizer

    def invite(self, room: str, booking: Booking, *, culture: str = "en-US") -> Invitation:
        """The booking's organizer books it in a calendar of his own and invites the room."""
        organizer = Mailbox(booking.organizer_name, booking.organizer_address)
        own = self._calendar(organizer.address)
        item = own.item(own.book(_organized(booking)))
        invitation = Invitation(
            uid=item.uid, room=room, organizer=organizer, item_id=item.item_id, sent=self._clock.now(), culture=culture
        )
        self._keep(invitation)
        self._ask(invitation, described(own, item))
        return self.invitation(room, item.uid)

    def adopt(self, room: str, item: Item) -> Invitation | None:
        """The invitation behind something in the room's calendar, made up where nobody sent one.

        None where no person of the organisation is its organizer.
        """
        with self._lock:
            known = self._invitations.get((room.lower(), item.uid))
        booking = item.booking
        if known is not None:
            return known
        if booking.organizer_address.lower() in ("", room.lower()) or not self._is_known(booking.organizer_address):
            return None
        calendar, own = self._calendar(room), self._calendar(booking.organizer_address)
        stored = calendar.item(item.master_id or item.item_id)
        theirs = put(own, described(calendar, stored), _organized)
        invitation = Invitation(
            uid=item.uid,
            room=room,
            organizer=Mailbox(booking.organizer_name, booking.organizer_address),
            item_id=theirs.item_id,
            sent=stored.created,
            response=stored.booking.response,
            answered=stored.created,
            cancelled=stored.booking.cancelled,
        )
        self._keep(invitation)
        return invitation

    def update(
        self,
        room: str,
        uid: str,
        revision: Callable[[Booking], Booking],
        original_start: datetime | None = None,
    ) -> Invitation:
        """The organizer changes the meeting, or one occurrence of it, and tells the room."""
        invitation = self.invitation(room, uid)
        own, before = self._theirs(invitation, original_start)
        own.revise(before.item_id, revision)
        after = own.item(before.item_id)
        asked = replace(invitation, sent=self._clock.now(), response=Response.NONE, comment="", answered=None)
        self._keep(asked)
        self._ask(asked, described(own, after, update=True, moved=_times(before) != _times(after)))
        return self.invitation(room, uid)

    def withdraw(self, room: str, uid: str, original_start: datetime | None = None, comment: str = "") -> Invitation:
        """The organizer cancels the meeting, or one occurrence of it, and tells the room."""
        invitation = self.invitation(room, uid)
        own, item = self._theirs(invitation, original_start)
        own.cancel(item.item_id)
        cancelled = invitation.cancelled or original_start is None
        self._keep(replace(invitation, sent=self._clock.now(), cancelled=cancelled))
        meeting = described(own, own.item(item.item_id), update=True)
        self._tell(invitation, MailKind.CANCELLATION, meeting, comment)
        return self.invitation(room, uid)

    def invitation(self, room: str, uid: str) -> Invitation:
        """What became of it. Raises `ItemNotFound`."""
        with self._lock:
            found = self._invitations.get((room.lower(), uid))
        if found is None:
            raise ItemNotFound("nobody sent this invitation")
        return found

    def invitations(self, room: str) -> Sequence[Invitation]:
        """To this room, the latest sent last."""
        with self._lock:
            return [each for (address, _), each in self._invitations.items() if address == room.lower()]

    # -- the room

    def answer(
        self,
        room: str,
        message_id: ItemId,
        response: Response,
        comment: str = "",
        *,
        tell: bool = True,
        keep: bool = True,
        remove: bool = True,
    ) -> Answered:
        """Answer a request of the room's inbox; with `remove` it leaves the inbox. `tell`: the organizer; `keep`: in
        the sent items.

        Raises `OutOfDate`, and `NotAnswerable` for what is no request.
        """
        folders = self._mailbox(room)
        meeting = folders.item(message_id).meeting
        if meeting is None or folders.item(message_id).kind is not MailKind.REQUEST:
            raise NotAnswerable("only a request can be answered")
        message = folders.remove(message_id, current=True) if remove else folders.item(message_id)
        return self._respond(room, message.sender, meeting, response, comment, tell, keep)

    def answer_item(
        self, room: str, item: Item, response: Response, comment: str = "", *, tell: bool = True, keep: bool = True
    ) -> Answered:
        """The same for something in the room's calendar."""
        organizer = Mailbox(item.booking.organizer_name, item.booking.organizer_address)
        meeting = described(self._calendar(room), item)
        return self._respond(room, organizer, meeting, response, comment, tell, keep)

    def remove_cancelled(self, room: str, message_id: ItemId) -> None:
        """Remove what a cancellation cancels from the calendar, and the message from the inbox."""
        folders, calendar = self._mailbox(room), self._calendar(room)
        if folders.item(message_id).kind is not MailKind.CANCELLATION:
            raise NotAnswerable("only a cancellation removes its meeting")
        message = folders.remove(message_id)
        assert message.meeting is not None
        found = located(calendar, message.meeting.uid, message.meeting.original_start)
        if found is not None and not message.out_of_date:
            calendar.delete(found.item_id)

    # -- anybody

    def send(self, mail: NewMail, *, keep: bool = True) -> MailItem | None:
        """Deliver to every recipient who is in the organisation; the sender's copy, with `keep`."""
        sent = self._mailbox(mail.sender.address).file(mail) if keep and self._is_known(mail.sender.address) else None
        for recipient in mail.recipients:
            entry = self._directory.primary_of(recipient.address)
            address = recipient.address if entry is None else entry.address
            if self._is_known(address):
                self._mailbox(address).deliver(mail)
        return sent

    def forget(self, room: str) -> None:
        """Drop every invitation of this room, and the mail of the room and of who invited it; nobody is told."""
        for invitation in self.invitations(room):
            self._drop(invitation)
            self._mailbox(invitation.organizer.address).clear()
        self._mailbox(room).clear()

    # -- inside

    def _ask(self, invitation: Invitation, meeting: Meeting) -> None:
        self._tell(invitation, MailKind.REQUEST, meeting)

    def _tell(self, invitation: Invitation, kind: MailKind, meeting: Meeting, comment: str = "") -> None:
        """Into the room's inbox; where Exchange answers by itself, it does so at once and nothing stays there."""
        room, handling = self._named(invitation.room), self.handling(invitation.room)
        mail = NewMail(
            kind=kind,
            subject=meeting.booking.subject,
            sender=invitation.organizer,
            recipients=(room,),
            body=comment,
            meeting=meeting,
            culture=invitation.culture,
        )
        self._mailbox(invitation.organizer.address).file(mail)
        calendar = self._calendar(room.address)
        if handling.processing is not Processing.AUTO:
            self._mailbox(room.address).deliver(mail)
            if handling.processing is Processing.NONE:
                return
            if kind is MailKind.REQUEST:
                put(calendar, meeting, as_asked)
                return
        if kind is MailKind.CANCELLATION:
            found = located(calendar, meeting.uid, meeting.original_start)
            if found is not None:
                calendar.cancel(found.item_id)
            return
        taken = not handling.allow_conflicts and is_taken(calendar, meeting)
        response = Response.DECLINED if taken else _wished(meeting.booking)
        comment = "The room is already booked at that time." if taken else ""
        self._respond(room.address, invitation.organizer, meeting, response, comment, tell=True, keep=True)

    def _respond(
        self,
        room: str,
        organizer: Mailbox,
        meeting: Meeting,
        response: Response,
        comment: str,
        tell: bool,
        keep: bool,
    ) -> Answered:
        item = self._settle(self._calendar(room), meeting, response)
        if not tell:
            return Answered(item=item)
        mail = NewMail(
            kind=MailKind.RESPONSE,
            subject=f"{_SUBJECTS[response]}: {meeting.booking.subject}",
            sender=self._named(room),
            recipients=(organizer,),
            body=comment,
            meeting=meeting,
            answer=response,
        )
        sent = self.send(mail, keep=keep)
        self._mark(room, meeting.uid, response, comment)
        return Answered(item=item, sent=sent)

    def _settle(self, calendar: Calendar, meeting: Meeting, response: Response) -> Item | None:
        if response is not Response.DECLINED:
            return put(calendar, meeting, as_answered(response))
        found = located(calendar, meeting.uid, meeting.original_start)
        if found is not None:
            calendar.delete(found.item_id)
        return None

    def _mark(self, room: str, uid: str, response: Response, comment: str) -> None:
        with self._lock:
            known = self._invitations.get((room.lower(), uid))
            if known is not None:
                answered = replace(known, response=response, comment=comment, answered=self._clock.now())
                self._invitations[room.lower(), uid] = answered

    def _theirs(self, invitation: Invitation, original_start: datetime | None) -> tuple[Calendar, Item]:
        """The organizer's calendar and the meeting, or occurrence, in it."""
        own = self._calendar(invitation.organizer.address)
        found = located(own, invitation.uid, original_start)
        if found is None:
            raise ItemNotFound("the organizer has no such meeting")
        return own, found

    def _keep(self, invitation: Invitation) -> None:
        """The latest; the oldest is dropped where there are too many."""
        key = invitation.room.lower(), invitation.uid
        with self._lock:
            self._invitations.pop(key, None)
            self._invitations[key] = invitation
            oldest = next(iter(self._invitations.values())) if len(self._invitations) > MOST_INVITATIONS else None
        if oldest is not None:
            self._drop(oldest)

    def _drop(self, invitation: Invitation) -> None:
        with self._lock:
            self._invitations.pop((invitation.room.lower(), invitation.uid), None)
        own = self._calendar(invitation.organizer.address)
        found = own.with_uid(invitation.uid)
        if found is not None:
            own.delete(found.item_id)

    def _named(self, address: str) -> Mailbox:
        entry = self._directory.mailbox(address)
        return Mailbox(entry.name, entry.address)

    def _is_known(self, address: str) -> bool:
        try:
            self._directory.mailbox(address)
        except UnknownMailbox:
            return False
        return True


def _organized(booking: Booking) -> Booking:
    return replace(booking, response=Response.ORGANIZER)


def _wished(booking: Booking) -> Response:
    return Response.TENTATIVE if booking.show_as is ShowAs.TENTATIVE else Response.ACCEPTED


def _times(item: Item) -> tuple[object, ...]:
    booking = item.booking
    return (booking.start, booking.end, booking.all_day, booking.timezone, booking.recurrence)

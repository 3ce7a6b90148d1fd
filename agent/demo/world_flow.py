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

from agent.demo.world_answers import Answers
from agent.demo.world_calendar import Calendar
from agent.demo.world_copies import as_asked, described, located, put
from agent.demo.world_directory import Directory
from agent.demo.world_invitations import Invitations
from agent.demo.world_mail import (
    Answered,
    Handling,
    Invitation,
    MailItem,
    MailKind,
    Meeting,
    NewMail,
    Processing,
)
from agent.demo.world_mailbox import MailFolders
from agent.demo.world_post import Post
from agent.demo.world_values import Booking, Item, ItemNotFound
from agent.model.directory import Mailbox
from agent.model.event import ItemId, Response
from agent.ports import Clock


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
        self._calendar = calendar
        self._mailbox = mailbox
        self._handling: dict[str, Handling] = {}
        self._invitations = Invitations(lock)
        self._post = Post(directory, mailbox)
        self._answers = Answers(clock, calendar, mailbox, self._post, self._invitations)

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
        self._tell(invitation, MailKind.REQUEST, described(own, item))
        return self.invitation(room, item.uid)

    def adopt(self, room: str, item: Item, *, culture: str = "en-US") -> Invitation | None:
        """The invitation behind something in the room's calendar, made up where nobody sent one.

        None where no person of the organisation is its organizer.
        """
        known, booking = self._invitations.find(room, item.uid), item.booking
        if known is not None:
            return known
        if booking.organizer_address.lower() in ("", room.lower()) or not self._post.knows(booking.organizer_address):
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
            culture=culture,
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
        meeting = described(own, after, update=True, moved=_times(before) != _times(after))
        self._tell(asked, MailKind.REQUEST, meeting)
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
        return self._invitations.get(room, uid)

    def invitations(self, room: str) -> Sequence[Invitation]:
        """To this room, the latest sent last."""
        return self._invitations.of_room(room)

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
        return self._answers.answer(room, message_id, response, comment, tell=tell, keep=keep, remove=remove)

    def answer_item(
        self, room: str, item: Item, response: Response, comment: str = "", *, tell: bool = True, keep: bool = True
    ) -> Answered:
        """The same for something in the room's calendar."""
        return self._answers.answer_item(room, item, response, comment, tell=tell, keep=keep)

    def remove_cancelled(self, room: str, message_id: ItemId) -> None:
        """Remove what a cancellation cancels from the calendar, and the message from the inbox."""
        self._answers.remove_cancelled(room, message_id)

    # -- anybody

    def send(self, mail: NewMail, *, keep: bool = True) -> MailItem | None:
        """Deliver to every recipient who is in the organisation; the sender's copy, with `keep`."""
        return self._post.send(mail, keep=keep)

    def forget(self, room: str) -> None:
        """Drop every invitation of this room, and the mail of the room and of who invited it; nobody is told."""
        for invitation in self._invitations.forget(room):
            self._take_back(invitation)
            self._mailbox(invitation.organizer.address).clear()
        self._mailbox(room).clear()

    # -- inside

    def _tell(self, invitation: Invitation, kind: MailKind, meeting: Meeting, comment: str = "") -> None:
        """Into the room's inbox; where Exchange answers by itself, it does so at once and nothing stays there."""
        room, handling = self._post.named(invitation.room), self.handling(invitation.room)
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
        if handling.processing is not Processing.AUTO:
            self._mailbox(room.address).deliver(mail)
        if handling.processing is Processing.NONE:
            return
        if handling.processing is Processing.UPDATE and kind is MailKind.REQUEST:
            put(self._calendar(room.address), meeting, as_asked)
            return
        conflicts = handling.allow_conflicts
        self._answers.process(room.address, invitation.organizer, kind, meeting, allow_conflicts=conflicts)

    def _theirs(self, invitation: Invitation, original_start: datetime | None) -> tuple[Calendar, Item]:
        """The organizer's calendar and the meeting, or occurrence, in it."""
        own = self._calendar(invitation.organizer.address)
        found = located(own, invitation.uid, original_start)
        if found is None:
            raise ItemNotFound("the organizer has no such meeting")
        return own, found

    def _keep(self, invitation: Invitation) -> None:
        forgotten = self._invitations.keep(invitation)
        if forgotten is not None:
            self._take_back(forgotten)

    def _take_back(self, invitation: Invitation) -> None:
        """Out of the organizer's calendar: nobody knows of it any more."""
        own = self._calendar(invitation.organizer.address)
        found = own.with_uid(invitation.uid)
        if found is not None:
            own.delete(found.item_id)


def _organized(booking: Booking) -> Booking:
    return replace(booking, response=Response.ORGANIZER)


def _times(item: Item) -> tuple[object, ...]:
    booking = item.booking
    return (booking.start, booking.end, booking.all_day, booking.timezone, booking.recurrence)

"""How a room answers: by its mailbox's own processing, or message by message."""

from __future__ import annotations

from collections.abc import Callable

from agent.demo.world_calendar import Calendar
from agent.demo.world_copies import as_answered, described, is_taken, located, put
from agent.demo.world_invitations import Invitations
from agent.demo.world_mail import Answered, MailKind, Meeting, NewMail, NotAnswerable
from agent.demo.world_mailbox import MailFolders
from agent.demo.world_post import Post
from agent.demo.world_values import Item
from agent.model.directory import Mailbox
from agent.model.event import ItemId, Response, ShowAs
from agent.ports import Clock

_SUBJECTS = {
    Response.ACCEPTED: "Accepted",
    Response.TENTATIVE: "Tentative",
    Response.DECLINED: "Declined",
}
TAKEN = "The room is already booked at that time."


class Answers:
    """Of every room; see `MailFlow`, which offers them."""

    def __init__(
        self,
        clock: Clock,
        calendar: Callable[[str], Calendar],
        mailbox: Callable[[str], MailFolders],
        post: Post,
        invitations: Invitations,
    ) -> None:
        self._clock = clock
        self._calendar = calendar
        self._mailbox = mailbox
        self._post = post
        self._invitations = invitations

    def answer(
        self, room: str, message_id: ItemId, response: Response, comment: str, *, tell: bool, keep: bool, remove: bool
    ) -> Answered:
        """Of several who answer a message at once, one does, where it is removed."""
        folders = self._mailbox(room)
        asked = folders.item(message_id)
        if asked.meeting is None or asked.kind is not MailKind.REQUEST:
            raise NotAnswerable("only a request can be answered")
        if remove:
            folders.remove(message_id, current=True)
        return self._respond(room, asked.sender, asked.meeting, response, comment, tell, keep)

    def answer_item(
        self, room: str, item: Item, response: Response, comment: str, *, tell: bool, keep: bool
    ) -> Answered:
        organizer = Mailbox(item.booking.organizer_name, item.booking.organizer_address)
        meeting = described(self._calendar(room), item)
        return self._respond(room, organizer, meeting, response, comment, tell, keep)

    def remove_cancelled(self, room: str, message_id: ItemId) -> None:
        folders, calendar = self._mailbox(room), self._calendar(room)
        if folders.item(message_id).kind is not MailKind.CANCELLATION:
            raise NotAnswerable("only a cancellation removes its meeting")
        message = folders.remove(message_id)
        assert message.meeting is not None
        found = located(calendar, message.meeting.uid, message.meeting.original_start)
        if found is not None and not message.out_of_date:
            calendar.delete(found.item_id)

    def process(
        self, room: str, organizer: Mailbox, kind: MailKind, meeting: Meeting, *, allow_conflicts: bool
    ) -> None:
        """What Exchange does by itself: cancelled meetings are flagged, requests accepted or declined at once."""
        calendar = self._calendar(room)
        if kind is MailKind.CANCELLATION:
            found = located(calendar, meeting.uid, meeting.original_start)
            if found is not None:
                calendar.cancel(found.item_id)
            return
        taken = not allow_conflicts and is_taken(calendar, meeting)
        response = Response.DECLINED if taken else _wished(meeting)
        self._respond(room, organizer, meeting, response, TAKEN if taken else "", tell=True, keep=True)

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
            sender=self._post.named(room),
            recipients=(organizer,),
            body=comment,
            meeting=meeting,
            answer=response,
        )
        sent = self._post.send(mail, keep=keep)
        self._invitations.mark(room, meeting.uid, response, comment, self._clock.now())
        return Answered(item=item, sent=sent)

    def _settle(self, calendar: Calendar, meeting: Meeting, response: Response) -> Item | None:
        if response is not Response.DECLINED:
            return put(calendar, meeting, as_answered(response))
        found = located(calendar, meeting.uid, meeting.original_start)
        if found is not None:
            calendar.delete(found.item_id)
        return None


def _wished(meeting: Meeting) -> Response:
    return Response.TENTATIVE if meeting.booking.show_as is ShowAs.TENTATIVE else Response.ACCEPTED

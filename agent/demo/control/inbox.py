"""The room's inbox by hand: what its mailbox does with requests, a person's answers, and other mail that comes in."""

from __future__ import annotations

from agent.demo.control.bodies import AnswerBody, MailboxBody, NoteBody
from agent.demo.control.desk import Desk
from agent.demo.world import Handling, MailKind, NewMail, Processing, World
from agent.model.event import ItemId, Response


class Inbox:
    """Of one room, whose box answers in the mode `by_box`. Every method may raise `agent.demo.world.WorldError`."""

    def __init__(self, world: World, desk: Desk, by_box: Processing) -> None:
        self._world = world
        self._by_box = by_box
        self._desk = desk
        self._room = desk.room.address

    def set_mode(self, body: MailboxBody) -> None:
        """From now on; what waits stays."""
        mode = body.processing if body.processing is Processing.AUTO else self._by_box
        self._world.mail.set_handling(self._room, Handling(mode, body.allow_conflicts))

    def answer(self, message: ItemId, body: AnswerBody) -> None:
        """As a person does who opens the room's mailbox."""
        self._world.mail.answer(self._room, message, Response(body.response), body.comment)

    def remove(self, message: ItemId) -> None:
        """Delete a message; a cancellation takes its meeting along."""
        folders = self._world.mailbox(self._room)
        if folders.item(message).kind is MailKind.CANCELLATION:
            self._world.mail.remove_cancelled(self._room, message)
        else:
            folders.remove(message)

    def receive(self, body: NoteBody) -> None:
        """Somebody writes to the room."""
        sender = self._desk.person(body.sender)
        note = NewMail(
            kind=MailKind.NOTE, subject=body.subject, sender=sender, recipients=(self._desk.room,), body=body.text
        )
        self._world.mail.send(note)

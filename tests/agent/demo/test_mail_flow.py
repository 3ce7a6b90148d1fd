"""What organizers and rooms write to each other, with no protocol in it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from agent.demo import world as w
from agent.demo.world_mailbox import MOST_MESSAGES
from agent.model.directory import Mailbox
from agent.model.event import Response, ShowAs
from tests.agent.demo.support import at
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import OTHER_ROOM, ROOM, USER, booking, make_world

DAILY = w.Recurrence(frequency=w.Frequency.DAILY, count=5)
WHOLE = (at(0, day=1), at(0, day=60))


@pytest.fixture
def world() -> w.World:
    """San Jose's requests wait in its inbox."""
    world = make_world(FakeClock())
    world.mail.set_handling(ROOM, w.Handling(w.Processing.NONE))
    return world


def invite(world: w.World, subject: str = "Plan", hour: int = 9, **more: Any) -> w.Invitation:
    return world.mail.invite(ROOM, booking(subject, at(hour), at(hour + 1), **more))


def waiting(world: w.World) -> list[w.MailItem]:
    return list(world.mailbox(ROOM).inbox())


def of(world: w.World, invitation: w.Invitation) -> w.Invitation:
    return world.mail.invitation(ROOM, invitation.uid)


def shown(world: w.World) -> list[tuple[str, int]]:
    return [(item.booking.subject, item.booking.start.hour) for item in world.calendar(ROOM).view(*WHOLE)]


def test_an_invitation_waits_in_the_inbox_and_the_calendar_stays_empty(world: w.World) -> None:
    invitation = invite(world)
    (request,) = waiting(world)
    assert (request.kind, request.subject, request.sender) == (w.MailKind.REQUEST, "Plan", Mailbox("Ann Lee", USER))
    assert request.meeting is not None
    assert (request.meeting.uid, request.meeting.update) == (invitation.uid, False)
    assert world.calendar(ROOM).items() == []
    assert [item.uid for item in world.calendar(USER).items()] == [invitation.uid]
    assert [mail.subject for mail in world.mailbox(USER).sent()] == ["Plan"]


@pytest.mark.parametrize("response", [Response.ACCEPTED, Response.TENTATIVE])
def test_an_accepted_request_becomes_a_meeting_and_the_organizer_hears_of_it(
    world: w.World, response: Response
) -> None:
    invitation = invite(world)
    done = world.mail.answer(ROOM, waiting(world)[0].item_id, response, "See you")
    (item,) = world.calendar(ROOM).items()
    assert done.item == item
    assert (item.uid, item.booking.response, item.booking.organizer_address) == (invitation.uid, response, USER)
    assert waiting(world) == []
    (told,) = world.mailbox(USER).inbox()
    assert (told.kind, told.answer, told.body) == (w.MailKind.RESPONSE, response, "See you")
    assert (of(world, invitation).response, of(world, invitation).comment) == (response, "See you")
    assert [mail.subject for mail in world.mailbox(ROOM).sent()] == [told.subject]


def test_a_declined_request_leaves_nothing_but_the_answer(world: w.World) -> None:
    invitation = invite(world)
    world.mail.answer(ROOM, waiting(world)[0].item_id, Response.DECLINED, "Taken")
    assert world.calendar(ROOM).items() == []
    assert waiting(world) == []
    assert of(world, invitation).response is Response.DECLINED
    assert world.mailbox(USER).inbox()[0].subject == "Declined: Plan"


def test_an_answer_for_oneself_tells_nobody(world: w.World) -> None:
    invitation = invite(world)
    world.mail.answer(ROOM, waiting(world)[0].item_id, Response.ACCEPTED, tell=False)
    assert len(world.calendar(ROOM).items()) == 1
    assert world.mailbox(USER).inbox() == []
    assert of(world, invitation).response is Response.NONE


def test_an_update_supersedes_the_request_before_it(world: w.World) -> None:
    invitation = invite(world)
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, start=at(11), end=at(12)))
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, subject="Plan B"))
    first, second, third = waiting(world)
    assert [mail.out_of_date for mail in (first, second, third)] == [True, True, False]
    assert third.meeting is not None
    assert second.meeting is not None
    assert [(m.update, m.moved) for m in (second.meeting, third.meeting)] == [(True, True), (True, False)]
    with pytest.raises(w.OutOfDate):
        world.mail.answer(ROOM, first.item_id, Response.ACCEPTED)
    world.mail.answer(ROOM, third.item_id, Response.ACCEPTED)
    assert shown(world) == [("Plan B", 11)]


def test_an_accepted_update_moves_the_same_item(world: w.World) -> None:
    invitation = invite(world)
    first = world.mail.answer(ROOM, waiting(world)[0].item_id, Response.ACCEPTED).item
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, start=at(13), end=at(14)))
    assert of(world, invitation).response is Response.NONE
    assert shown(world) == [("Plan", 9)]
    second = world.mail.answer(ROOM, waiting(world)[0].item_id, Response.ACCEPTED).item
    assert first is not None
    assert second is not None
    assert first.item_id == second.item_id
    assert shown(world) == [("Plan", 13)]


def test_a_declined_update_takes_the_meeting_out(world: w.World) -> None:
    invitation = invite(world)
    world.mail.answer(ROOM, waiting(world)[0].item_id, Response.ACCEPTED)
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, start=at(13), end=at(14)))
    world.mail.answer(ROOM, waiting(world)[0].item_id, Response.DECLINED)
    assert shown(world) == []


def test_a_cancellation_waits_until_it_is_carried_out(world: w.World) -> None:
    invitation = invite(world)
    world.mail.answer(ROOM, waiting(world)[0].item_id, Response.ACCEPTED)
    world.mail.withdraw(ROOM, invitation.uid, comment="Sorry")
    (cancellation,) = waiting(world)
    assert (cancellation.kind, cancellation.body) == (w.MailKind.CANCELLATION, "Sorry")
    assert of(world, invitation).cancelled
    assert shown(world) == [("Plan", 9)]
    with pytest.raises(w.NotAnswerable):
        world.mail.answer(ROOM, cancellation.item_id, Response.ACCEPTED)
    world.mail.remove_cancelled(ROOM, cancellation.item_id)
    assert (shown(world), waiting(world)) == ([], [])


def test_a_request_that_was_never_answered_is_out_of_date_once_it_is_cancelled(world: w.World) -> None:
    invitation = invite(world)
    world.mail.withdraw(ROOM, invitation.uid)
    assert [(mail.kind, mail.out_of_date) for mail in waiting(world)] == [
        (w.MailKind.REQUEST, True),
        (w.MailKind.CANCELLATION, False),
    ]
    with pytest.raises(w.NotAnswerable):
        world.mail.remove_cancelled(ROOM, waiting(world)[0].item_id)


def test_a_series_is_answered_as_a_whole_and_one_occurrence_of_it_alone(world: w.World) -> None:
    invitation = invite(world, "Daily", recurrence=DAILY)
    world.mail.answer(ROOM, waiting(world)[0].item_id, Response.ACCEPTED)
    assert shown(world) == [("Daily", 9)] * 5
    world.mail.update(
        ROOM, invitation.uid, lambda b: replace(b, start=at(14, day=25), end=at(15, day=25)), at(9, day=25)
    )
    (request,) = waiting(world)
    assert request.meeting is not None
    assert (request.meeting.original_start, request.meeting.booking.recurrence) == (at(9, day=25), None)
    world.mail.answer(ROOM, request.item_id, Response.DECLINED)
    assert len(shown(world)) == 4
    world.mail.update(
        ROOM, invitation.uid, lambda b: replace(b, start=at(16, day=25), end=at(17, day=25)), at(9, day=25)
    )
    world.mail.answer(ROOM, waiting(world)[0].item_id, Response.ACCEPTED)
    assert ("Daily", 16) in shown(world)
    world.mail.withdraw(ROOM, invitation.uid, at(9, day=26))
    world.mail.remove_cancelled(ROOM, waiting(world)[0].item_id)
    assert len(shown(world)) == 4
    assert not of(world, invitation).cancelled


def test_a_series_takes_its_exceptions_along(world: w.World) -> None:
    invitation = invite(world, "Daily", recurrence=DAILY)
    own = world.calendar(USER)
    own.delete(own.occurrence(invitation.item_id, at(9, day=26)).item_id)
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, subject="Special"), at(9, day=25))
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, location="here"))
    first, second, last = waiting(world)
    assert [mail.out_of_date for mail in (first, second, last)] == [True, True, False]
    world.mail.answer(ROOM, last.item_id, Response.ACCEPTED)
    assert [subject for subject, _ in shown(world)] == ["Daily", "Special", "Daily", "Daily"]


def test_exchange_answers_by_itself_and_declines_what_overlaps(world: w.World) -> None:
    world.mail.set_handling(ROOM, w.Handling(w.Processing.AUTO))
    first, second = invite(world), invite(world, "Clash")
    free = invite(world, "Free", show_as=ShowAs.FREE)
    tentative = invite(world, "Perhaps", 15, show_as=ShowAs.TENTATIVE)
    assert [of(world, each).response for each in (first, second, free, tentative)] == [
        Response.ACCEPTED,
        Response.DECLINED,
        Response.ACCEPTED,
        Response.TENTATIVE,
    ]
    assert of(world, second).comment != ""
    assert sorted(shown(world)) == [("Free", 9), ("Perhaps", 15), ("Plan", 9)]
    assert waiting(world) == []
    assert len(world.mailbox(USER).inbox()) == 4


def test_a_series_that_overlaps_once_is_declined_and_one_that_ends_where_another_begins_is_not(world: w.World) -> None:
    world.mail.set_handling(ROOM, w.Handling(w.Processing.AUTO))
    world.calendar(ROOM).book(booking("There", at(9, 30, day=27), at(10, day=27)))
    assert invite(world, "Clash", recurrence=DAILY).response is Response.DECLINED
    assert invite(world, "Before", 8, recurrence=DAILY).response is Response.ACCEPTED


def test_conflicts_may_be_allowed(world: w.World) -> None:
    world.mail.set_handling(ROOM, w.Handling(w.Processing.AUTO, allow_conflicts=True))
    assert [invite(world, subject).response for subject in ("One", "Two")] == [Response.ACCEPTED] * 2


def test_an_update_that_exchange_carries_out_overwrites_what_the_room_did_to_its_copy(world: w.World) -> None:
    world.mail.set_handling(ROOM, w.Handling(w.Processing.AUTO))
    invitation = invite(world)
    calendar = world.calendar(ROOM)
    (item,) = calendar.items()
    calendar.move(item.item_id, at(9), at(9, 20))
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, subject="Plan B"))
    (item,) = calendar.items()
    assert (item.booking.subject, item.booking.end) == ("Plan B", at(10))
    world.mail.withdraw(ROOM, invitation.uid)
    assert calendar.items()[0].booking.cancelled


def test_what_stands_in_the_calendar_already_can_be_updated_by_its_organizer(world: w.World) -> None:
    calendar = world.calendar(ROOM)
    item = calendar.item(calendar.book(booking("Old", at(9), at(10), recurrence=DAILY)))
    calendar.rename(calendar.occurrence(item.item_id, at(9, day=25)).item_id, "Special")
    invitation = world.mail.adopt(ROOM, calendar.view(*WHOLE)[2])
    assert invitation is not None
    assert (invitation.uid, invitation.response) == (item.uid, Response.ACCEPTED)
    assert world.mail.adopt(ROOM, calendar.view(*WHOLE)[0]) == invitation
    subjects = [each.booking.subject for each in world.calendar(USER).view(*WHOLE)]
    assert subjects == ["Old", "Special", "Old", "Old", "Old"]
    strange = calendar.book(booking("Strange", at(12), at(13), organizer_address="x@fabrikam.example"))
    own = calendar.book(booking("Own", at(12), at(13), organizer_address=""))
    assert [world.mail.adopt(ROOM, calendar.item(each)) for each in (strange, own)] == [None, None]


def test_mail_reaches_aliases_and_nobody_outside(world: w.World) -> None:
    note = w.NewMail(
        kind=w.MailKind.NOTE,
        subject="Hello",
        sender=Mailbox("Ann Lee", USER),
        recipients=(Mailbox("", "sanjose@contoso.example"), Mailbox("", "x@fabrikam.example"), Mailbox("", OTHER_ROOM)),
    )
    world.mail.send(note)
    assert [len(world.mailbox(address).inbox()) for address in (ROOM, OTHER_ROOM, USER)] == [1, 1, 0]
    assert len(world.mailbox(USER).sent()) == 1
    with pytest.raises(w.NotAnswerable):
        world.mail.answer(ROOM, waiting(world)[0].item_id, Response.ACCEPTED)


def test_every_change_of_an_inbox_is_told_and_numbered(world: w.World) -> None:
    heard: list[w.Change] = []
    world.listen(heard.append)
    invitation = invite(world)
    world.mail.withdraw(ROOM, invitation.uid)
    world.mailbox(ROOM).remove(waiting(world)[1].item_id)
    kinds = [change.kind for change in world.mailbox(ROOM).changes_since(0)]
    created, modified, deleted = w.ChangeKind.CREATED, w.ChangeKind.MODIFIED, w.ChangeKind.DELETED
    assert kinds == [created, modified, created, deleted]
    numbers = [change.number for change in world.mailbox(ROOM).changes_since(0)]
    assert numbers == sorted(set(numbers))
    assert [change for change in heard if change.mailbox == ROOM] == list(world.mailbox(ROOM).changes_since(0))


def test_of_many_who_answer_at_once_one_does(world: w.World) -> None:
    invite(world)
    request = waiting(world)[0].item_id
    won: list[bool] = []

    def work() -> None:
        try:
            world.mail.answer(ROOM, request, Response.ACCEPTED)
            won.append(True)
        except w.ItemNotFound:
            won.append(False)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]
    assert len(world.calendar(ROOM).items()) == 1


def test_an_inbox_is_bounded_and_can_be_forgotten(world: w.World) -> None:
    mail = w.NewMail(kind=w.MailKind.NOTE, subject="x", sender=Mailbox("", USER), recipients=(Mailbox("", ROOM),))
    for _ in range(MOST_MESSAGES + 3):
        world.mailbox(ROOM).deliver(mail)
    assert len(waiting(world)) == MOST_MESSAGES
    invitation = invite(world)
    world.mail.forget(ROOM)
    assert (waiting(world), world.mail.invitations(ROOM)) == ([], [])
    assert world.calendar(USER).items() == []
    with pytest.raises(w.ItemNotFound):
        of(world, invitation)

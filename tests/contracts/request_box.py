"""What every `agent.ports.RequestBox` does. Subclass it and give it a `post` fixture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from agent.demo.world import Frequency, Recurrence
from agent.errors import AccessDenied, SourceThrottled, SourceUnavailable, WriteConflict
from agent.model.event import Response
from agent.model.requests import Reply, Request, RequestKind, Span
from agent.ports import RequestBox

ROOM = "sjroom@contoso.example"
FOREIGN = "ceo@contoso.example"
ANN = "ann.lee@contoso.example"
DAY = datetime(2026, 11, 24, tzinfo=UTC)
"""The day after the present one, which is a Monday."""
UNTIL = DAY + timedelta(days=90)
ACCEPT = Reply(response=Response.ACCEPTED, code="requests.accepted", comment="Booked for you.")
DECLINE = Reply(response=Response.DECLINED, code="requests.conflict", comment="The room is taken.")
DAILY = Recurrence(frequency=Frequency.DAILY, count=3)


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    return DAY + timedelta(days=day, hours=hour, minutes=minute)


def span(start: datetime, minutes: int = 30) -> Span:
    return Span(start=start, end=start + timedelta(minutes=minutes))


TEN = at(10)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of the room that reached an organizer. `start`: of the declined occurrence; None: of all of it."""

    subject: str
    response: Response
    comment: str
    start: datetime | None = None


class Post(Protocol):
    """The mail of an organisation with a room (`ROOM`) whose requests nobody answers by himself, and with an organizer
    (`ANN`). Meetings are named by their subjects."""

    def box(self, mailbox: str = ROOM) -> RequestBox: ...

    def invite(
        self,
        subject: str,
        start: datetime = TEN,
        minutes: int = 30,
        *,
        recurrence: Recurrence | None = None,
        timezone: str = "UTC",
        all_day: bool = False,
        free: bool = False,
    ) -> None:
        """Ann invites the room."""

    def update(self, subject: str, start: datetime, minutes: int = 30) -> None:
        """Ann moves her meeting and sends an update."""

    def cancel(self, subject: str) -> None:
        """Ann cancels her meeting."""

    def mail(self, subject: str) -> None:
        """Something that is no request arrives in the room's inbox."""

    def person_answers(self, subject: str, response: Response) -> None:
        """A delegate answers the request that is in the inbox: it is gone, the meeting stands as he said."""

    def told(self) -> list[Told]:
        """What Ann has got, oldest first."""

    def kept(self) -> list[tuple[str, datetime, Response]]:
        """What the room's calendar holds in the next weeks, by start: subject, start, the room's answer."""

    def throttle(self, seconds: int) -> None:
        """The next request is told to come back later."""

    def go_down(self) -> None: ...

    def come_back(self) -> None: ...


class RequestBoxContract:
    """Run by every box."""

    @pytest.fixture
    def box(self, post: Post) -> RequestBox:
        return post.box()

    def only(self, box: RequestBox) -> Request:
        (request,) = box.pending(UNTIL, 50)
        return request

    def test_nothing_is_pending_in_an_empty_inbox(self, box: RequestBox) -> None:
        assert list(box.pending(UNTIL, 50)) == []

    def test_an_invitation_arrives_with_what_it_says(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        request = self.only(box)
        assert request.message_id
        assert request.kind is RequestKind.NEW
        assert request.uid
        assert (request.subject, request.organizer, request.organizer_address) == ("Planning", "Ann Lee", ANN)
        assert request.occurrences == (span(TEN),)
        assert request.received.tzinfo is not None
        assert request.answered is Response.NONE
        assert not any((request.series, request.all_day, request.free, request.out_of_date, request.own))

    def test_the_oldest_comes_first_and_no_more_than_asked_for(self, post: Post, box: RequestBox) -> None:
        for number in range(5):
            post.invite(f"meeting {number}", at(10 + number))
        assert [each.subject for each in box.pending(UNTIL, 3)] == ["meeting 0", "meeting 1", "meeting 2"]
        assert len(box.pending(UNTIL, 50)) == 5

    def test_other_mail_is_passed_over(self, post: Post, box: RequestBox) -> None:
        post.mail("Lunch?")
        post.invite("Planning")
        post.mail("Invoice")
        assert self.only(box).subject == "Planning"

    def test_looking_changes_nothing(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        assert box.pending(UNTIL, 50) == box.pending(UNTIL, 50)
        assert post.told() == []
        assert self.only(post.box()).message_id == self.only(box).message_id

    def test_what_is_accepted_is_in_the_calendar_and_its_organizer_knows(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        box.answer(self.only(box), ACCEPT)
        assert post.kept() == [("Planning", TEN, Response.ACCEPTED)]
        assert post.told() == [Told("Planning", Response.ACCEPTED, "Booked for you.")]
        assert list(box.pending(UNTIL, 50)) == []

    def test_what_is_declined_is_not_in_the_calendar_and_its_organizer_knows(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        box.answer(self.only(box), DECLINE)
        assert post.kept() == []
        assert post.told() == [Told("Planning", Response.DECLINED, "The room is taken.")]
        assert list(box.pending(UNTIL, 50)) == []

    def test_an_answer_takes_effect_once(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        request = self.only(box)
        box.answer(request, ACCEPT)
        with pytest.raises(WriteConflict):
            box.answer(request, DECLINE)
        assert post.kept() == [("Planning", TEN, Response.ACCEPTED)]
        assert len(post.told()) == 1

    @pytest.mark.parametrize("response", [Response.ACCEPTED, Response.TENTATIVE, Response.DECLINED])
    def test_a_persons_answer_is_not_overwritten(self, post: Post, box: RequestBox, response: Response) -> None:
        post.invite("Planning")
        request = self.only(box)
        post.person_answers("Planning", response)
        kept = post.kept()
        with pytest.raises(WriteConflict):
            box.answer(request, DECLINE)
        assert post.kept() == kept
        assert [each.response for each in post.told()] == [response]

    def test_an_update_knows_the_meeting_it_moves(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        first = self.only(box)
        box.answer(first, ACCEPT)
        post.update("Planning", at(15))
        update = self.only(box)
        assert update.kind is RequestKind.UPDATE
        assert (update.uid, update.answered) == (first.uid, Response.ACCEPTED)
        assert update.item_id
        assert update.occurrences == (span(at(15)),)
        box.answer(update, ACCEPT)
        assert post.kept() == [("Planning", at(15), Response.ACCEPTED)]

    def test_a_tentative_answer_can_be_repeated(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        self.only(box)
        post.person_answers("Planning", Response.TENTATIVE)
        post.update("Planning", at(15))
        update = self.only(box)
        assert update.kind is RequestKind.UPDATE
        box.answer(update, Reply(response=Response.TENTATIVE, code="requests.unchanged"))
        assert post.kept() == [("Planning", at(15), Response.TENTATIVE)]
        assert [each.response for each in post.told()] == [Response.TENTATIVE, Response.TENTATIVE]

    def test_a_declined_update_takes_the_meeting_out(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        box.answer(self.only(box), ACCEPT)
        post.update("Planning", at(15))
        box.answer(self.only(box), DECLINE)
        assert post.kept() == []
        assert [each.response for each in post.told()] == [Response.ACCEPTED, Response.DECLINED]

    def test_what_a_newer_one_supersedes_is_out_of_date(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        post.update("Planning", at(15))
        old, new = box.pending(UNTIL, 50)
        assert (old.out_of_date, new.out_of_date) == (True, False)
        assert (old.uid, new.occurrences) == (new.uid, (span(at(15)),))
        box.carry_out(old)
        assert self.only(box).message_id == new.message_id
        assert post.told() == []
        box.answer(new, ACCEPT)
        assert post.kept() == [("Planning", at(15), Response.ACCEPTED)]

    def test_a_cancellation_takes_the_meeting_out(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        request = self.only(box)
        box.answer(request, ACCEPT)
        post.cancel("Planning")
        cancellation = self.only(box)
        assert (cancellation.kind, cancellation.uid) == (RequestKind.CANCELLATION, request.uid)
        box.carry_out(cancellation)
        assert post.kept() == []
        assert list(box.pending(UNTIL, 50)) == []
        assert len(post.told()) == 1

    def test_the_cancellation_of_what_was_declined_is_cleared_away(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        box.answer(self.only(box), DECLINE)
        post.cancel("Planning")
        box.carry_out(self.only(box))
        assert list(box.pending(UNTIL, 50)) == []

    def test_carrying_out_twice_is_harmless(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        box.answer(self.only(box), ACCEPT)
        post.cancel("Planning")
        cancellation = self.only(box)
        box.carry_out(cancellation)
        box.carry_out(cancellation)
        assert post.kept() == []

    def test_a_series_names_every_occurrence(self, post: Post, box: RequestBox) -> None:
        post.invite("Daily", recurrence=DAILY)
        request = self.only(box)
        assert request.series
        assert request.occurrences == tuple(span(at(10, day=day)) for day in range(3))
        assert request.until == at(10, 30, day=2)

    def test_a_series_without_end_is_listed_up_to_the_windows_end(self, post: Post, box: RequestBox) -> None:
        post.invite("Weekly", recurrence=Recurrence(frequency=Frequency.WEEKLY))
        (request,) = box.pending(at(0, day=15), 50)
        assert request.series
        assert request.until is None
        assert request.occurrences == tuple(span(at(10, day=day)) for day in (0, 7, 14))

    def test_a_series_keeps_its_own_clock_over_the_change_to_summer_time(self, post: Post, box: RequestBox) -> None:
        post.invite("Daily", at(14), recurrence=Recurrence(frequency=Frequency.WEEKLY), timezone="Europe/Berlin")
        (request,) = box.pending(datetime(2027, 4, 2, tzinfo=UTC), 50)
        assert [each.start.hour for each in request.occurrences[-2:]] == [14, 13]

    def test_a_series_is_accepted_but_for_what_is_declined(self, post: Post, box: RequestBox) -> None:
        post.invite("Daily", recurrence=DAILY)
        second = span(at(10, day=1))
        mixed = Reply(response=Response.ACCEPTED, code="requests.some", comment="But for one.", declined=(second,))
        box.answer(self.only(box), mixed)
        assert [start for _, start, _ in post.kept()] == [at(10), at(10, day=2)]
        assert [(each.response, each.start) for each in post.told()] == [
            (Response.ACCEPTED, None),
            (Response.DECLINED, second.start),
        ]

    def test_occurrences_of_an_accepted_series_are_declined_once(self, post: Post, box: RequestBox) -> None:
        post.invite("Daily", recurrence=DAILY)
        request = self.only(box)
        box.answer(request, ACCEPT)
        others = post.box()
        for _ in range(2):
            others.decline(request.uid, request.item_id, (span(at(10)), span(at(10, day=2))), "Taken.")
        assert [start for _, start, _ in post.kept()] == [at(10, day=1)]
        assert [(each.response, each.start) for each in post.told()] == [
            (Response.ACCEPTED, None),
            (Response.DECLINED, TEN),
            (Response.DECLINED, at(10, day=2)),
        ]

    def test_days_and_free_time_are_told(self, post: Post, box: RequestBox) -> None:
        post.invite("Fair", at(0), 24 * 60, all_day=True)
        post.invite("Birthday", free=True)
        days, free = box.pending(UNTIL, 50)
        assert (days.all_day, days.free) == (True, False)
        assert days.occurrences == (span(at(0), 24 * 60),)
        assert (free.all_day, free.free) == (False, True)

    def test_hostile_subjects_are_one_bounded_line(self, post: Post, box: RequestBox) -> None:
        post.invite("a\nb\t</Subject>" + "x" * 5_000)
        subject = self.only(box).subject
        assert subject.startswith("a b </Subject>x")
        assert len(subject) <= 1_000

    def test_throttled_says_how_long_to_wait_and_goes_on_afterwards(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        post.throttle(42)
        with pytest.raises(SourceThrottled) as caught:
            box.pending(UNTIL, 50)
        assert caught.value.retry_after_s == 42
        assert self.only(box).subject == "Planning"

    def test_unreachable_says_so_and_recovers_by_itself(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        request = self.only(box)
        post.go_down()
        for call in (lambda: box.pending(UNTIL, 50), lambda: box.answer(request, ACCEPT)):
            with pytest.raises(SourceUnavailable):
                call()
        post.come_back()
        box.answer(self.only(box), ACCEPT)
        assert len(post.kept()) == 1

    def test_a_mailbox_that_may_not_be_opened_is_denied(self, post: Post) -> None:
        with pytest.raises(AccessDenied):
            post.box(FOREIGN).pending(UNTIL, 50)

    def test_closing_is_harmless(self, post: Post, box: RequestBox) -> None:
        post.invite("Planning")
        box.close()
        box.close()
        assert self.only(post.box()).subject == "Planning"

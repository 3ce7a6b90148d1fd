"""Every state the home screen has a picture for, by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from agent.wire import Calendar, DialIn, Input, Meeting, Notice, Problem, Room, RoomState, instant
from tests.agent.front.states import NOW, join, meeting, room_state
from tests.fakes.control import COMMANDS

TEAMS = join(provider="teams", provider_name="Microsoft Teams", url="https://teams.example/meet/1")
WEBEX = join(provider="webex", provider_name="Webex", url="https://webex.example/m/1")
MEET = join(provider="meet", provider_name="Google Meet", url="https://meet.example/abc")
RICH = join(
    launcher="display",
    dial_in=[DialIn(number="+1 408 555 0100", conference_id="98765432101")],
    sip="98765432101@zoom.example",
    alternatives=[
        join(label="By SIP", launcher="display", url=None, sip="98765432101@zoom.example"),
        join(label="Second link"),
    ],
)
UNTRUSTED = join(provider="jitsi", provider_name="Jitsi", url="https://meet.unknown.example/room", trusted=False)
HOUR = 60
SHOWING = ["join", "refresh", "show-input"]
LIVE = Input(name="hdmi", label="HDMI on the table", kind="hdmi", state="live", showing=False)
HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} \u202eevil\u202c " + "a\u0301" * 30


def all_day(id_: str, day: int, subject: str) -> Meeting:
    date = f"2026-11-{day}"
    midnight = f"{date}T08:00:00Z"
    return replace(
        meeting(id_, 0, subject=subject, join=None, no_join_reason="not_online", all_day=True, free=True),
        start=date,
        end=f"2026-11-{day + 1}",
        joinable_from=midnight,
    )


def workday() -> list[Meeting]:
    """The rest of a usual day, and the next ones."""
    return [
        meeting("w1", 2 * HOUR, 60, subject="Customer call: Northwind rollout", organizer="Priya Raman", join=WEBEX),
        meeting("w2", 4 * HOUR, 30, subject="1:1 Tom / Mei", organizer="Mei Tanaka", join=MEET, tentative=True),
        meeting("w3", 6 * HOUR, 90, subject=None, organizer=None, private=True, join=TEAMS),
        meeting("t1", 24 * HOUR, 30, subject="Weekly planning", organizer="Ann Lee", join=TEAMS),
        meeting(
            "t2", 26 * HOUR, 60, subject="Hiring panel", organizer="José Álvarez", join=None, no_join_reason="no_link"
        ),
        meeting("u1", 48 * HOUR, 30, subject="Release review", organizer="Kim Sørensen", join=RICH),
    ]


OFFLINE = Problem(
    code="calendar.offline",
    title="The calendar server cannot be reached",
    detail="The list is kept and Join works. Trying again.",
    since=instant(NOW - timedelta(minutes=18)),
)
ENDED = [meeting("e1", -180, 60, subject="Stand-up"), meeting("e2", -90, 60, subject="Budget")]
DESIGN = meeting("n1", -10, 40, subject="Design review", organizer="Ann Lee")
LONG = "Quarterly business review with everybody who ever touched the supply chain planning tool " * 6
ARABIC = "مراجعة التصميم الأسبوعية مع فريق الهندسة وفريق المنتج لمناقشة الخطوات القادمة"


def controlled(meetings: list[Meeting], **more: Any) -> RoomState:
    """A room whose calendar can be changed from its screen."""
    return room_state(meetings, commands=COMMANDS, **more)


def running(**more: Any) -> Meeting:
    """The design review, with everything that can be done with it."""
    until = instant(NOW + timedelta(hours=2))
    return replace(DESIGN, **({"actions": ["extend", "end"], "extend_until": until} | more))


def control_scenes() -> dict[str, RoomState]:
    """What is done with the room itself."""
    ours = meeting("o", -3, 30, subject="Ad-hoc meeting", organizer="San Jose", join=None, no_join_reason="not_online")
    unattended = {"checked_in": False, "release_at": instant(NOW + timedelta(minutes=4, seconds=12))}
    all_acts = ["check-in", "extend", "end"]
    back_to_back = meeting("n2", 30, 30, subject="Sprint planning", organizer="Tom Okafor", join=TEAMS)
    released = replace(DESIGN, end=instant(NOW - timedelta(minutes=1)), phase="ended")
    return {
        "free-bookable": controlled([*ENDED, *workday()]),
        "soon-bookable": controlled([*ENDED, meeting("n1", 8, 30, subject="Design review"), *workday()]),
        "control": controlled([*ENDED, running(), *workday()]),
        "booked-here": controlled([replace(ours, actions=["extend", "end", "cancel"]), *workday()]),
        "check-in": controlled([running(checked_in=False, actions=all_acts), *workday()]),
        "checked-in": controlled([running(checked_in=True), *workday()]),
        "release": controlled([running(actions=all_acts, **unattended), *workday()]),
        "release-crowded": controlled([running(actions=all_acts, **unattended), back_to_back, *workday()]),
        "release-long": controlled(
            [running(actions=all_acts, subject=LONG, organizer=LONG, **unattended), replace(back_to_back, subject=LONG)]
        ),
        "pending": controlled([running(pending=True, extend_until=None, actions=["end"]), *workday()]),
        "undo-two": controlled(
            [replace(ours, actions=["extend", "end", "cancel"]), *workday()], notices=[undone_release(), booking_done()]
        ),
        "undo": controlled([*ENDED, released, *workday()], notices=[undone_release()]),
    }


def undone_release() -> Notice:
    """Nobody came; one tap takes the release back."""
    until = instant(NOW + timedelta(minutes=8, seconds=40))
    return Notice(
        code="control.release_done",
        severity="info",
        title="The room was given free",
        detail="Nobody had come to “Design review” by 9:00.",
        since=instant(NOW - timedelta(minutes=1)),
        action={"command": "undo", "body": {"command_id": "c-7"}, "until": until},
    )


def booking_done() -> Notice:
    """The room was booked, which can be taken back as well."""
    action = {"command": "undo", "body": {"command_id": "c-8"}, "until": instant(NOW + timedelta(minutes=9))}
    return replace(
        undone_release(),
        code="control.book_done",
        title="The room is booked",
        detail="It is booked until 9:27.",
        since=instant(NOW),
        action=action,
    )


def scenes() -> dict[str, RoomState]:
    room = room_state([]).room
    calendar = room_state([]).calendar
    soon = meeting("n1", 8, 30, subject="Design review", organizer="Ann Lee")
    back_to_back = meeting("n2", 30, 30, subject="Sprint planning", organizer="Tom Okafor", join=TEAMS)
    overlapping = replace(
        meeting("c2", -5, 35, subject="Vendor demo", organizer="Luis Vega", join=TEAMS), conflict=True
    )
    offline = replace(calendar, as_of=instant(NOW - timedelta(minutes=18)), stale=True, problem=OFFLINE)
    signed_out = Notice(
        code="sign_in.refused",
        severity="error",
        title="The room's account cannot sign in",
        detail="Enter a new password in the set-up.",
        since=instant(NOW),
    )
    many = [meeting(f"m{n}", -120 + n * 15, 15, subject=f"Slot {n}") for n in range(100)]
    return {
        "free": room_state([*ENDED, *workday()]),
        "soon": room_state([*ENDED, soon, *workday()]),
        "now": room_state([*ENDED, DESIGN, *workday()]),
        "back-to-back": room_state([DESIGN, back_to_back, *workday()]),
        "conflict": room_state([replace(DESIGN, conflict=True), overlapping, back_to_back, *workday()]),
        "private": room_state(
            [meeting("p", -10, 60, subject=None, organizer=None, private=True, join=TEAMS), *workday()]
        ),
        "busy-only": room_state([meeting("b", -10, 60, subject=None, organizer=None, join=TEAMS), *workday()]),
        "no-link": room_state(
            [meeting("k", -10, 60, subject="Town hall", join=None, no_join_reason="body_deleted"), *workday()]
        ),
        "untrusted": room_state([meeting("x", -10, 60, subject="Community call", join=UNTRUSTED), *workday()]),
        "offline": room_state([DESIGN, *workday()], calendar=offline),
        "signed-out": room_state([DESIGN, *workday()], calendar=replace(offline, problem=None), notices=[signed_out]),
        "unknown": room_state(workday(), calendar=offline, availability="unknown"),
        "never": room_state([], calendar=Calendar(source="ews", as_of=None, stale=True, problem=None)),
        "empty": room_state([]),
        "done-today": room_state([*ENDED, *workday()[3:]]),
        "all-day": room_state(
            [all_day("a", 22, "Visitors from Lisbon"), DESIGN, *workday()[:3], all_day("b", 23, "Fair"), *workday()[3:]]
        ),
        "long": room_state([meeting("l", -10, 60, subject=LONG, organizer=LONG), meeting("l2", 60, 30, subject=LONG)]),
        "right-to-left": room_state(
            [meeting("r", -10, 60, subject=ARABIC, organizer="سارة محمد"), meeting("r2", 60, 30, subject=ARABIC)]
        ),
        "hostile": room_state(
            [
                meeting("h", -10, 60, subject=HOSTILE, organizer="<b>Bob</b>"),
                meeting("h2", 60, 30, subject=""),
                meeting("h3", 90, 30, subject='tab\tnew\nline\u2028sep \u0000 nul "quote" \\ end'),
            ]
        ),
        "many": room_state(many),
        "german": room_state(
            [*ENDED, DESIGN, back_to_back, *workday()],
            room=Room(name="Köln", mailbox="koeln@contoso.example", timezone="Europe/Berlin", language="de"),
        ),
        "setup": room_state(
            [], screen="setup", room=replace(room, name="", mailbox=""), calendar=replace(calendar, as_of=None)
        ),
        "content": room_state([DESIGN, *workday()], inputs=[LIVE], commands=SHOWING),
        "inputs": room_state(
            workday(),
            commands=SHOWING,
            inputs=[LIVE, replace(LIVE, name="vga", label="VGA", kind="vga", state="no_signal")],
        ),
        "showing": room_state(
            [DESIGN, *workday()], commands=SHOWING, inputs=[replace(LIVE, showing=True)], screen="content"
        ),
        "in-meeting": room_state([DESIGN, back_to_back, *workday()], screen="meeting"),
        **control_scenes(),
        "newer": replace(room_state([DESIGN, *workday()]), version=2),
    }

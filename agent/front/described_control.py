"""What `/openapi.json` says about the commands that change the room's calendar, and what takes a command back."""

from __future__ import annotations

from agent.front.described import UNDO_SCHEMA, Described, Schema, command

_MINUTES: Schema = {"type": "integer", "minimum": 5, "maximum": 720}
_MEETING: Schema = {"type": "string", "minLength": 1, "maxLength": 100, "description": "Of the list"}
_TITLE: Schema = {
    "type": "string",
    "maxLength": 100,
    "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$",
    "description": "One line; the room's usual title if not given",
}
_FORBIDDEN = "Not for this peer, site or token; or booking is off (`booking.off`)"
_TAKEN = "Not possible now, with a code that says why"
_UNKNOWN = "The core cannot be reached, or nobody can say whether the room is free (`calendar.not_known`)"


def _body(required: list[str], **properties: Schema) -> Schema:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _change(name: str, summary: str, description: str, schema: Schema, example: object, **reasons: str) -> Described:
    """A change of the calendar: on the screen when it is accepted, pending until the server has answered."""
    text = f"{description} Shown at once; pending until the calendar server has answered, and taken back if it refuses."
    refused = {"s403": _FORBIDDEN, "s409": _TAKEN, "s404": "No such meeting", **reasons}
    return command(name, summary, text, schema, example, **refused)


EXAMPLES: dict[str, object] = {
    "book": {"id": "c-30"},
    "extend": {"id": "c-31"},
    "end": {"id": "c-32"},
    "cancel": {"id": "c-33"},
    "check_in": {"id": "c-34"},
    "undo": {"id": "c-35"},
}
COMMANDS = {
    "book": _change(
        "book",
        "Book the room from now on",
        "Nobody is invited. 409 `book.conflict` where the room is not free, or not for so long.",
        _body(["minutes"], minutes=_MINUTES, title=_TITLE),
        {"minutes": 30, "title": "Ad-hoc meeting"},
        s404="This agent changes no calendar",
        s503=_UNKNOWN,
    ),
    "extend": _change(
        "extend",
        "Let the meeting that runs last longer",
        "Up to `extend_until` of the meeting, else 409 `extend.conflict`. Changes the room's copy alone.",
        _body(["meeting_id", "minutes"], meeting_id=_MEETING, minutes=_MINUTES),
        {"meeting_id": "m-1", "minutes": 15},
        s503=_UNKNOWN,
    ),
    "end": _change(
        "end",
        "End the meeting that runs",
        "Cuts the room's copy to now; the organizer's stays. 409 `meeting.not_running`, `meeting.all_day`.",
        _body(["meeting_id"], meeting_id=_MEETING),
        {"meeting_id": "m-1"},
    ),
    "cancel": _change(
        "cancel",
        "Cancel what was booked here",
        "Only what was booked on this screen or by this command line: else 409 `cancel.not_ours`.",
        _body(["meeting_id"], meeting_id=_MEETING),
        {"meeting_id": "m-1"},
    ),
    "check-in": command(
        "check_in",
        "Say that somebody is there",
        "From when the meeting can be joined to its end (409 `check_in.not_now`), where people are asked at all "
        "(409 `check_in.off`).",
        _body(["meeting_id"], meeting_id=_MEETING),
        {"meeting_id": "m-1"},
        s404="No such meeting",
        s409=_TAKEN,
    ),
    "undo": command(
        "undo",
        "Take a command back",
        "For ten minutes after `book`, `extend`, `end`, `cancel` and a release: the last thing that was done with "
        "a meeting; notices have it as their action. After `show-mailbox`: the room's own calendar is shown again, and "
        "nothing of the other is left. 404 `undo.nothing`, 409 `undo.conflict`.",
        UNDO_SCHEMA,
        {"command_id": "c-20"},
        s404="Nothing that can be taken back",
        s409="The room is taken by now",
    ),
}

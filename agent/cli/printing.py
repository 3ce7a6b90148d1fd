"""Answers as text for people at a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from agent.state.parity import Difference

Render = Callable[[dict[str, Any]], str]
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def failures(answer: dict[str, Any]) -> str:
    """What is wrong with an agent that fails, in one sentence."""
    rows = [(key, check) for key, entries in answer["checks"].items() for check in entries]
    failed = [f"{key} {check['code']} ({check['output']})" for key, check in rows if check["status"] == "fail"]
    return f"the agent runs and fails: {', '.join(failed)}."


def meetings(answer: dict[str, Any]) -> str:
    """The list by day in the room's time, with how each is joined or why it is not."""
    if answer["screen"] == "setup":
        return "This room is not set up yet: open /setup on the box, or name a configuration with --config FILE."
    zone = ZoneInfo(answer["room"]["timezone"])
    as_of = _local(answer["calendar"]["as_of"], zone)
    head = f"{answer['room']['name']}: {answer['availability']}, calendar as of {as_of}"
    lines, day = [head], ""
    for meeting in answer["meetings"]:
        begin = meeting["start"][:10] if meeting["all_day"] else _local(meeting["start"], zone)[:10]
        if begin != day:
            day = begin
            lines.append(f"\n{day}")
        lines.append(_meeting(meeting, zone))
    if not answer["meetings"]:
        lines.append("\nno meetings")
    return "\n".join(lines)


def _meeting(meeting: dict[str, Any], zone: ZoneInfo) -> str:
    if meeting["all_day"]:
        span = "all day    "
    else:
        span = f"{_local(meeting['start'], zone)[11:]}-{_local(meeting['end'], zone)[11:]}"
    mark = "*" if meeting["phase"] == "now" else " "
    subject = _CONTROL.sub(" ", meeting["subject"] or ("Private meeting" if meeting["private"] else "Busy"))
    join = meeting["join"]
    return f"{mark} {span}  {subject[:60]:<60}  {join['provider_name'] if join else meeting['no_join_reason']}"


def _local(value: str | None, zone: ZoneInfo) -> str:
    if value is None:
        return "never"
    return datetime.fromisoformat(value).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def sync(answer: dict[str, Any]) -> str:
    """One sentence: what a read of the calendar changed."""
    return (
        f"done: {answer['added']} added, {answer['changed']} changed, {answer['removed']} removed, "
        f"{answer['requests']} requests in {answer['duration_s']:.2f} s"
    )


def raw(answer: dict[str, Any]) -> str:
    """Item by item: what was said, what becomes of it, why. Times are UTC, as the server gave them."""
    window = answer["window"]
    lines = [f"{len(answer['items'])} items from {window['start']} to {window['end']}, {answer['requests']} requests"]
    if not answer["complete"]:
        lines.append("The server left items out: nothing is deleted because of this answer.")
    for item in answer["items"]:
        lines += ["", *_raw_item(item)]
    lines += [f"\nnot read ({each['reason']}): {plain(each['item_id'])}" for each in answer["unread"]]
    return "\n".join(lines)


def plain(text: str) -> str:
    """In one line, bounded, without characters that move the cursor."""
    return _CONTROL.sub(" ", text[:300])


def _raw_item(item: dict[str, Any]) -> list[str]:
    said, made = item["said"], item["made"]
    span = " to ".join(said["all_day"]) if said["all_day"] else f"{said['start']} to {said['end']}"
    flags = [said["show_as"], f"answer {said['response']}", said["sensitivity"]]
    flags += ["cancelled"] if said["cancelled"] else []
    result = f"not listed: {made['hidden_because']}" if made["hidden_because"] else f"listed as {item['meeting_id']}"
    way = f"{made['provider']} {plain(made['url'] or '')}"
    joined = way if made["provider"] else f"no Join: {made['no_join_reason']}"
    rows = [
        ("said", f"{plain(said['subject'] or '(no subject)')}, {plain(said['organizer'] or 'nobody')}"),
        ("", f"{', '.join(flags)}; body {said['body']['type']}, {said['body']['characters']} characters"),
        ("properties", ", ".join(sorted(said["properties"])) or "none"),
        ("edited", said["last_modified"] or "unknown"),
        ("made", f"{result}; {joined}"),
        ("why", plain(item["why"])),
    ]
    return [span, *(f"  {name:<11} {text}" for name, text in rows)]


def parity(differences: Sequence[Difference]) -> str:
    """A line for each difference, under the meeting it is about."""
    if not differences:
        return "The screen shows the same through Exchange Web Services and Microsoft Graph."
    lines, meeting = [f"  {'':<18} {'Exchange Web Services':<40} Microsoft Graph"], None
    for each in differences:
        if each.id != meeting:
            meeting = each.id
            lines.append(f"\n{plain(each.about) or 'The list as a whole'}")
        lines.append(f"  {each.field:<18} {_short(each.ews):<40} {_short(each.graph)}")
    return "\n".join(lines)


def audit(answer: dict[str, Any]) -> str:
    """A line for each entry, the newest last, times in UTC; then whether the log is as it was written."""
    rows = [_entry(entry) for entry in answer["entries"]]
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(4)]
    lines = ["  ".join(map(str.ljust, row, [*widths, 0])).rstrip() for row in rows]
    state = "The log is as it was written." if answer["intact"] else f"NOT INTACT: {answer['problem']}"
    if not lines:
        return "\n".join(["Nothing was written down yet." if answer["intact"] else "No entry can be read.", state])
    return "\n".join([*lines, "", state])


def bundle(manifest: dict[str, Any], name: str) -> str:
    """What is in a support bundle, and what is not."""
    inside = [f"  {each['name']:<16} {each['says']}" for each in manifest["inside"]]
    left_out = [f"  {each['name']:<16} {each['why']}" for each in manifest["left_out"]]
    missing = ["Left out:", *left_out] if left_out else []
    return "\n".join([f"{plain(name)} holds", *inside, *missing])


def _entry(entry: dict[str, Any]) -> list[str]:
    facts = ", ".join(f"{name}={value}" for name, value in entry["facts"].items())
    when = entry["at"].replace("T", " ").removesuffix("Z")
    return [plain(each) for each in (str(entry["n"]), when, entry["who"], entry["act"], facts)]


def _short(value: Any) -> str:
    text = "–" if value is None else plain(str(value))
    return text if len(text) <= 40 else f"{text[:38]}…"

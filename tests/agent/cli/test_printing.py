from typing import Any

from agent.cli import printing


def meeting(**changes: Any) -> dict[str, Any]:
    plain = {
        "subject": "Design review",
        "start": "2026-11-23T17:00:00Z",
        "end": "2026-11-23T17:30:00Z",
        "all_day": False,
        "private": False,
        "phase": "now",
        "join": {"provider_name": "Zoom"},
        "no_join_reason": None,
    }
    return plain | changes


def room(*meetings: dict[str, Any]) -> dict[str, Any]:
    return {
        "room": {"name": "San Jose", "timezone": "America/Los_Angeles"},
        "calendar": {"as_of": "2026-11-23T16:59:58Z"},
        "availability": "busy",
        "meetings": list(meetings),
        "screen": "home",
    }


def test_meetings_are_listed_by_day_in_the_rooms_time() -> None:
    tomorrow = meeting(start="2026-11-24T17:00:00Z", end="2026-11-24T18:00:00Z", phase="later", join=None,
                       no_join_reason="no_link")  # fmt: skip
    lines = printing.meetings(room(meeting(), tomorrow)).splitlines()
    assert lines[0] == "San Jose: busy, calendar as of 2026-11-23 08:59"
    assert lines[2] == "2026-11-23"
    assert lines[3].startswith("* 09:00-09:30  Design review")
    assert lines[3].endswith("Zoom")
    assert lines[5] == "2026-11-24"
    assert lines[6].endswith("no_link")


def test_nothing_to_list_is_said() -> None:
    assert printing.meetings(room()).endswith("no meetings")


def test_a_room_that_is_not_set_up_has_no_list() -> None:
    assert printing.meetings({**room(), "screen": "setup"}).startswith("This room is not set up yet")


def test_subjects_cannot_command_the_terminal() -> None:
    printed = printing.meetings(room(meeting(subject="a\x1b[2Jb\nc\u202ed")))
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert len(printed.splitlines()) == 4


def test_private_meetings_and_missing_subjects_have_a_word() -> None:
    printed = printing.meetings(room(meeting(subject=None, private=True), meeting(subject=None)))
    assert "Private meeting" in printed
    assert "Busy" in printed


def test_a_sync_is_told_in_one_sentence() -> None:
    done = {"ok": True, "added": 2, "changed": 1, "removed": 0, "requests": 2, "duration_s": 0.31, "problem": None}
    assert printing.sync(done) == "done: 2 added, 1 changed, 0 removed, 2 requests in 0.31 s"


def test_a_failing_agent_is_told_in_one_sentence() -> None:
    bad = {"status": "fail", "code": "calendar.tls", "observedValue": 12, "observedUnit": "s", "output": "not trusted"}
    good = {**bad, "status": "pass", "code": "store.ok", "output": None}
    sentence = printing.failures({"checks": {"calendar:contact": [bad], "store:integrity": [good]}})
    assert sentence == "the agent runs and fails: calendar:contact calendar.tls (not trusted)."


def test_an_audit_log_that_cannot_be_read_is_not_called_empty() -> None:
    empty: dict[str, Any] = {"intact": True, "problem": None, "entries": []}
    assert printing.audit(empty).startswith("Nothing was written down yet.")
    broken = empty | {"intact": False, "problem": "Line 1 is not an entry."}
    assert printing.audit(broken) == "No entry can be read.\nNOT INTACT: Line 1 is not an entry."

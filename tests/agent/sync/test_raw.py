"""What Exchange said, what became of it, why."""

from __future__ import annotations

import json
from dataclasses import replace

from agent.meetings.report import Asked, because
from agent.model.event import ChangeKey, Fetched, Invitation, ItemId, Response, Sensitivity, Skipped
from agent.model.join import JoinOutcome
from agent.model.sync import Delta, Window
from agent.sync.raw import raw_calendar
from tests.builders import at, occurrence

WINDOW = Window(at(0), at(24))
ZOOM = "Join Zoom Meeting https://zoom.us/j/91234567890?pwd=abc"


def explain(invitation: Invitation) -> tuple[JoinOutcome, str]:
    return because(invitation, Asked())


def rows(*fetched: Fetched, private_join: bool = True) -> list[dict[str, object]]:
    delta = Delta(token=None, heads=(), fetched=fetched, requests=3)
    raw = raw_calendar(delta, WINDOW, explain, {ItemId("a"): "m1"}, private_join=private_join)
    json.dumps(raw.to_dict())
    return [dict(item) for item in raw.items]


def test_an_item_is_said_made_and_explained() -> None:
    item = replace(occurrence("Review", at(9)), item_id=ItemId("a"))
    (row,) = rows(Fetched(item, Invitation(subject="Review", body=ZOOM)))
    said, made = row["said"], row["made"]
    assert isinstance(said, dict)
    assert isinstance(made, dict)
    assert (row["meeting_id"], said["body"]) == ("m1", {"type": "text", "characters": len(ZOOM)})
    assert ZOOM not in json.dumps(said)
    assert (made["listed"], made["provider"], made["no_join_reason"]) == (True, "zoom", None)
    assert row["why"]


def test_hidden_items_say_why() -> None:
    cancelled = replace(occurrence("a", at(9)), cancelled=True)
    declined = replace(occurrence("b", at(10)), response=Response.DECLINED)
    made = [row["made"] for row in rows(Fetched(cancelled, Invitation()), Fetched(declined, Invitation()))]
    assert [each["hidden_because"] for each in made if isinstance(each, dict)] == ["cancelled", "declined"]


def test_no_link_is_explained_in_a_sentence() -> None:
    (row,) = rows(Fetched(occurrence("Walk", at(9)), Invitation(subject="Walk", body="see you")))
    assert isinstance(row["made"], dict)
    assert row["made"]["no_join_reason"] == "not_online"
    assert len(str(row["why"])) > 10


def test_private_items_stay_masked() -> None:
    item = replace(occurrence("x", at(9)), subject="SECRET", sensitivity=Sensitivity.PRIVATE, organizer="SECRET boss")
    invitation = Invitation(subject="SECRET", location="SECRET", body="SECRET " + ZOOM, properties={"x": "SECRET"})
    for private_join in (True, False):
        text = json.dumps(rows(Fetched(item, invitation), private_join=private_join))
        assert "SECRET" not in text
        assert ("zoom.us" in text) is private_join


def test_unread_items_are_counted() -> None:
    delta = Delta(token=None, heads=(), skipped=(Skipped(ItemId("x"), ChangeKey("1"), "time"),), requests=1)
    raw = raw_calendar(delta, WINDOW, explain, {}, private_join=True).to_dict()
    assert raw["unread"] == [{"item_id": "x", "reason": "time"}]

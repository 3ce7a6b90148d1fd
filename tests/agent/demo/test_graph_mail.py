"""The demo's Graph over the organisation's mail: folders, messages, answers, new messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from agent.demo.server import DemoServer
from agent.demo.world import Handling, Processing
from agent.model.event import Response, ShowAs
from tests.agent.demo.test_graph import NOON, Client
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import ROOM, USER, booking, make_world

INBOX = f"/users/{ROOM}/mailFolders/inbox/messages"
EVENT = "microsoft.graph.eventMessage/event"


@pytest.fixture
def client(demo_certificates: Path) -> Iterator[Client]:
    with DemoServer(make_world(FakeClock()), directory=demo_certificates) as server:
        server.world.mail.set_handling(ROOM, Handling(Processing.UPDATE))
        client = Client(server)
        yield client
        client.session.close()


def invite(client: Client, subject: str = "Planning") -> None:
    client.server.world.mail.invite(ROOM, booking(subject, NOON, NOON + timedelta(hours=1), location="San Jose"))


def post(client: Client, path: str, **data: Any) -> requests.Response:
    return client.session.post(f"{client.server.authority}/v1.0/users/{ROOM}/{path}", json=data)


def first(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(INBOX, _expand=EVENT).json()["value"][0]
    return found


def test_request_is_told_with_its_event(client: Client) -> None:
    invite(client)
    message = first(client)
    assert message["@odata.type"] == "#microsoft.graph.eventMessageRequest"
    assert (message["meetingMessageType"], message["meetingRequestType"]) == ("meetingRequest", "newMeetingRequest")
    assert message["startDateTime"]["dateTime"] == "2026-11-23T12:00:00.0000000"
    assert message["from"]["emailAddress"] == {"name": "Ann Lee", "address": USER}
    event = message["event"]
    assert (event["showAs"], event["responseStatus"]["response"]) == ("tentative", "notResponded")
    assert "event" not in client.get(INBOX).json()["value"][0]


def test_newest_is_first_unless_told_otherwise(client: Client) -> None:
    for subject in "abc":
        invite(client, subject)
    assert [each["subject"] for each in client.get(INBOX).json()["value"]] == ["c", "b", "a"]
    page = client.get(INBOX, _orderby="receivedDateTime", _top="2").json()
    assert [each["subject"] for each in page["value"]] == ["a", "b"]
    assert [each["subject"] for each in client.get(page["@odata.nextLink"]).json()["value"]] == ["c"]


@pytest.mark.parametrize(
    ("verb", "response", "show_as"),
    [("accept", Response.ACCEPTED, ShowAs.BUSY), ("tentativelyAccept", Response.TENTATIVE, ShowAs.TENTATIVE)],
)
def test_answered_event_stands_and_the_request_stays(
    client: Client, verb: str, response: Response, show_as: ShowAs
) -> None:
    invite(client)
    event_id = quote(first(client)["event"]["id"], safe="")
    assert post(client, f"events/{event_id}/{verb}", comment="Fine.", sendResponse=True).status_code == 202
    (item,) = client.server.world.calendar(ROOM).items()
    assert (item.booking.response, item.booking.show_as) == (response, show_as)
    assert [each.body for each in client.server.world.mailbox(USER).inbox()] == ["Fine."]
    assert len(client.get(INBOX).json()["value"]) == 1


def test_declined_event_is_gone_and_nobody_is_told_where_that_is_asked(client: Client) -> None:
    invite(client)
    event_id = quote(first(client)["event"]["id"], safe="")
    assert post(client, f"events/{event_id}/decline", sendResponse=False).status_code == 202
    assert list(client.server.world.calendar(ROOM).items()) == []
    assert list(client.server.world.mailbox(USER).inbox()) == []
    assert first(client)["event"] is None


def test_own_and_cancelled_meetings_cannot_be_answered(client: Client) -> None:
    calendar = client.server.world.calendar(ROOM)
    own = calendar.book(replace(booking("own", NOON, NOON), organizer_address=""))
    off = calendar.cancel(calendar.book(booking("off", NOON, NOON)))
    for item_id in (own, off):
        assert post(client, f"events/{quote(item_id, safe='')}/accept").status_code == 400


def test_message_can_be_read_and_deleted_once(client: Client) -> None:
    invite(client)
    path = f"/users/{ROOM}/messages/{quote(first(client)['id'], safe='')}"
    assert client.get(path, _select="subject").json()["subject"] == "Planning"
    url = f"{client.server.authority}/v1.0{path}"
    assert [client.session.delete(url).status_code for _ in range(2)] == [204, 404]
    assert client.get(f"/users/{ROOM}/messages/nonsense").status_code == 400


def test_sent_message_arrives(client: Client) -> None:
    message = {
        "subject": "Hello",
        "body": {"contentType": "text", "content": "Text"},
        "toRecipients": [{"emailAddress": {"address": USER}}],
    }
    assert post(client, "sendMail", message=message, saveToSentItems=False).status_code == 202
    assert [each.subject for each in client.server.world.mailbox(USER).inbox()] == ["Hello"]
    assert client.get(f"/users/{ROOM}/mailFolders/sentitems/messages").json()["value"] == []
    assert post(client, "sendMail", message={"toRecipients": []}).status_code == 400
    assert post(client, "sendMail").status_code == 400


def test_app_without_the_roles_is_refused(client: Client) -> None:
    invite(client)
    applications = client.server.world.directory.applications
    applications[:] = [replace(each, handles_mail=False, sends_mail=False) for each in applications]
    other = Client(client.server)  # roles are in the token
    assert other.get(INBOX).status_code == 403
    assert post(other, "sendMail", message={}).status_code == 403
    assert other.get(f"/users/{ROOM}/events").status_code == 200
    other.session.close()


def test_folder_or_filter_that_is_not_there_is_refused(client: Client) -> None:
    assert client.get(f"/users/{ROOM}/mailFolders/drafts/messages").status_code == 404
    assert client.get(INBOX, _filter="isof('microsoft.graph.eventMessage')").status_code == 400

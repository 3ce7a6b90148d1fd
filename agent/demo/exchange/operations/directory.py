"""GetRoomLists, GetRooms and ResolveNames."""

from __future__ import annotations

from agent.demo import world as w
from agent.demo.exchange.callers import Call
from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.names import Element, boolean, m, mt, t
from agent.demo.exchange.responses import answer, success, warning
from agent.model.directory import Mailbox

_MOST = 100  # candidates of ResolveNames


def get_room_lists(call: Call) -> Element:
    lists = [t("Address", *_mailbox(found, "PublicDL")) for found in call.world.directory.room_lists()]
    return m("GetRoomListsResponse", m("ResponseCode", "NoError"), m("RoomLists", *lists), ResponseClass="Success")


def get_rooms(call: Call) -> Element:
    address = call.element.findtext(mt("m:RoomList/t:EmailAddress")) or ""
    if address.lower() in call.world.directory.closed_lists:
        raise EwsError("ErrorAccessDenied")
    try:
        members = call.world.directory.members(address)
    except w.UnknownMailbox as error:
        raise EwsError("ErrorNameResolutionNoResults") from error
    rooms = [t("Room", t("Id", *_mailbox(room, "Mailbox"))) for room in members]
    return m("GetRoomsResponse", m("ResponseCode", "NoError"), m("Rooms", *rooms), ResponseClass="Success")


def resolve_names(call: Call) -> Element:
    entries = [element.text or "" for element in call.element.iterfind(mt("m:UnresolvedEntry"))]
    if len(entries) != 1 or not entries[0]:
        raise schema_violation("One element 'UnresolvedEntry' is needed, and it must not be empty.")
    found = call.world.directory.resolve(entries[0])
    if not found:
        raise EwsError("ErrorNameResolutionNoResults")
    full = call.element.get("ReturnFullContactData") == "true"
    shown = [
        t("Resolution", t("Mailbox", *_mailbox(mailbox, "Mailbox")), _contact(call, mailbox) if full else None)
        for mailbox in found[:_MOST]
    ]
    resolutions = m(
        "ResolutionSet",
        *shown,
        TotalItemsInView=str(len(shown)),
        IncludesLastItemInRange=boolean(len(found) <= _MOST),
    )
    if len(found) == 1:
        return answer("ResolveNames", success("ResolveNames", resolutions))
    several = EwsError("ErrorNameResolutionMultipleResults")
    return answer("ResolveNames", warning("ResolveNames", several, resolutions))


def _contact(call: Call, mailbox: Mailbox) -> Element:
    """What the directory knows: of people a given name and a surname, of rooms neither."""
    person = call.world.directory.mailbox(mailbox.address).owner is w.Owner.USER
    given, _, surname = mailbox.name.partition(" ")
    return t(
        "Contact",
        t("DisplayName", mailbox.name),
        t("GivenName", given) if person else None,
        t("ContactSource", "ActiveDirectory"),
        t("Surname", surname) if person else None,
    )


def _mailbox(mailbox: Mailbox, kind: str) -> list[Element]:
    return [
        t("Name", mailbox.name),
        t("EmailAddress", mailbox.address),
        t("RoutingType", "SMTP"),
        t("MailboxType", kind),
    ]

"""Messages: listed by FindItem, read by GetItem, answered and sent by CreateItem, removed by DeleteItem."""

from __future__ import annotations

from collections.abc import Iterable

from agent.demo import world as w
from agent.demo.exchange.bodies import plain_text
from agent.demo.exchange.callers import Call
from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.folders import Folder, FolderKind
from agent.demo.exchange.mail_item import TAGS, mail_item
from agent.demo.exchange.names import Element, boolean, local, m, mt, t
from agent.demo.exchange.responses import answer, success
from agent.demo.exchange.restriction import extended_key, selected
from agent.demo.exchange.shape import ExtendedName, Shape
from agent.model.directory import Mailbox
from agent.model.event import ItemId, Response

FOLDERS = frozenset({FolderKind.INBOX, FolderKind.SENT})
ANSWERS = {
    "AcceptItem": (Response.ACCEPTED, "ErrorCalendarIsOrganizerForAccept"),
    "TentativelyAcceptItem": (Response.TENTATIVE, "ErrorCalendarIsOrganizerForTentative"),
    "DeclineItem": (Response.DECLINED, "ErrorCalendarIsOrganizerForDecline"),
}
CREATED = frozenset({*ANSWERS, "RemoveItem", "Message"})
_MOST = 1000  # of one page, as Exchange's throttling policy has it


def find_mail(call: Call, folder: Folder, shape: Shape) -> Element:
    """A page of an inbox or of sent items, chosen and sorted as asked; the oldest first when nothing is said."""
    folders = call.world.mailbox(folder.calendar.address)
    items = selected(call.element, folders.inbox() if folder.kind is FolderKind.INBOX else folders.sent())
    page = call.element.find(mt("m:IndexedPageItemView"))
    offset, most = 0, _MOST
    if page is not None:
        offset, most = _number(page, "Offset", 0), _number(page, "MaxEntriesReturned", _MOST)
    end = min(offset + min(most, _MOST), len(items))
    rows = [mail_item(item, folder, shape, brief=True) for item in items[offset:end]]
    attributes = {
        "IndexedPagingOffset": str(end),
        "TotalItemsInView": str(len(items)),
        "IncludesLastItemInRange": boolean(end >= len(items)),
    }
    return answer("FindItem", success("FindItem", m("RootFolder", t("Items", *rows), **attributes)))


def mail_of(call: Call, element: Element) -> w.MailItem | None:
    """The message an ItemId names in the caller's mailbox; None when it names none."""
    item_id = ItemId(element.get("Id") or "")
    if local(element) not in ("ItemId", "ReferenceItemId") or not item_id:
        return None
    folders = call.world.mailbox(call.own().address)
    return folders.item(item_id) if folders.has(item_id) else None


def shown_mail(call: Call, item: w.MailItem, shape: Shape) -> Element:
    """The message with its content."""
    sent = any(each.number == item.number for each in call.world.mailbox(call.own().address).sent())
    folder = Folder(call.own(), FolderKind.SENT if sent else FolderKind.INBOX)
    return success("GetItem", m("Items", mail_item(item, folder, shape, brief=False)))


def delete_mail(call: Call, item: w.MailItem) -> Element:
    call.world.mailbox(call.own().address).remove(item.item_id)
    return success("DeleteItem")


def create_mail(call: Call, element: Element) -> Element:
    """What `CREATED` names: an answer to a request or to a meeting, the end of a cancelled one, or a new message."""
    match local(element):
        case "Message":
            return _send(call, element)
        case "RemoveItem":
            _remove_cancelled(call, element)
            return success("CreateItem", m("Items"))
        case _:
            return _respond(call, element)


def _respond(call: Call, element: Element) -> Element:
    """Accept and tentative leave the meeting in the calendar, decline takes it out; the organizer hears of it."""
    calendar = call.own()
    response, refusal = ANSWERS[local(element)]
    reference = _reference(element)
    disposition = call.element.get("MessageDisposition")
    tell, keep = disposition != "SaveOnly", disposition == "SendAndSaveCopy"
    message, comment = mail_of(call, reference), _body(element)
    if message is not None:
        done = call.world.mail.answer(calendar.address, message.item_id, response, comment, tell=tell, keep=keep)
        return _left_behind(done)
    item = calendar.item(ItemId(reference.get("Id") or ""))
    if item.booking.organizer_address.lower() in ("", calendar.address.lower()):
        raise EwsError(refusal)
    if response is Response.DECLINED and item.booking.cancelled:
        raise EwsError("ErrorCalendarIsCancelledForDecline")
    return _left_behind(call.world.mail.answer_item(calendar.address, item, response, comment, tell=tell, keep=keep))


def _left_behind(done: w.Answered) -> Element:
    """The ids of the meeting and of the saved response, as Exchange gives them."""
    items = []
    if done.item is not None:
        items.append(t("CalendarItem", t("ItemId", Id=done.item.item_id, ChangeKey=done.item.change_key)))
    if done.sent is not None:
        items.append(t(TAGS[done.sent.kind], t("ItemId", Id=done.sent.item_id, ChangeKey=done.sent.change_key)))
    return success("CreateItem", m("Items", *items))


def _remove_cancelled(call: Call, element: Element) -> None:
    message = mail_of(call, _reference(element))
    if message is None:
        raise EwsError("ErrorItemNotFound")
    call.world.mail.remove_cancelled(call.own().address, message.item_id)


def _send(call: Call, element: Element) -> Element:
    disposition = call.element.get("MessageDisposition")
    if disposition not in ("SendOnly", "SendAndSaveCopy"):
        raise EwsError("ErrorInvalidOperation", "The demo Exchange keeps no drafts.")
    recipients = tuple(
        Mailbox(who.findtext(mt("t:Name")) or "", who.findtext(mt("t:EmailAddress")) or "")
        for kind in ("To", "Cc", "Bcc")
        for who in element.iterfind(mt(f"t:{kind}Recipients/t:Mailbox"))
    )
    if not recipients or not all("@" in who.address for who in recipients):
        raise EwsError("ErrorInvalidRecipients", "At least one recipient isn't valid.")
    sender = call.world.directory.mailbox(call.own().address)
    mail = w.NewMail(
        kind=w.MailKind.NOTE,
        subject=element.findtext(mt("t:Subject")) or "",
        sender=Mailbox(sender.name, sender.address),
        recipients=recipients,
        body=_body(element),
        properties=dict(_extended(element.iterfind(mt("t:ExtendedProperty")))),
    )
    call.world.mail.send(mail, keep=disposition == "SendAndSaveCopy")
    return success("CreateItem", m("Items"))


def _extended(elements: Iterable[Element]) -> Iterable[tuple[str, str]]:
    for element in elements:
        uri = element.find(mt("t:ExtendedFieldURI"))
        if uri is not None:
            yield extended_key(ExtendedName.read(uri)), element.findtext(mt("t:Value")) or ""


def _body(element: Element) -> str:
    """As plain text."""
    body = element.find(mt("t:Body"))
    if body is None or not body.text:
        return ""
    if body.get("BodyType") == "Text":
        return body.text
    return plain_text(body.text)


def _reference(element: Element) -> Element:
    reference = element.find(mt("t:ReferenceItemId"))
    if reference is None:
        raise schema_violation(f"The element '{local(element)}' needs a ReferenceItemId.")
    return reference


def _number(element: Element, name: str, default: int) -> int:
    text = element.get(name)
    if text is None:
        return default
    if not text.isdecimal():
        raise schema_violation(f"The '{name}' attribute is invalid.")
    return int(text)

"""Who asks and for which mailbox: impersonation and the folders it opens."""

from __future__ import annotations

from dataclasses import dataclass

from agent.demo import world as w
from agent.demo.exchange.errors import EwsError, SoapFault, schema_violation
from agent.demo.exchange.folders import Folder, FolderKind, read_folder_id
from agent.demo.exchange.names import Element, local, mt, t
from agent.demo.exchange.soap import Impersonation, SoapRequest
from agent.demo.exchange.subscriptions import Subscriptions

Principal = w.ServiceAccount | w.Application


@dataclass(frozen=True, slots=True)
class Call:
    """Everything an operation may look at. `mailbox` is the impersonated one's calendar, None without impersonation."""

    world: w.World
    caller: Principal
    request: SoapRequest
    mailbox: w.Calendar | None
    subscriptions: Subscriptions

    @property
    def element(self) -> Element:
        return self.request.element

    def own(self) -> w.Calendar:
        """The mailbox the call works in; without impersonation ErrorMissingEmailAddress is raised.

        The service account has no mailbox, and that is the code for "an account that does not have a mailbox" asking
        for a distinguished folder (Microsoft's reference of EWS response codes).
        """
        if self.mailbox is None:
            raise EwsError("ErrorMissingEmailAddress")
        return self.mailbox


def impersonated(world: w.World, caller: Principal, request: SoapRequest) -> w.Calendar | None:
    """The calendar of the impersonated mailbox, None without the header. Raises `SoapFault`.

    An application needs the header, a user may leave it out (OAuth faults as in ews-managed-api issues 212 and 245).
    """
    header = request.impersonation
    if header is None:
        if isinstance(caller, w.Application):
            raise SoapFault(
                "ErrorInvalidExchangeImpersonationHeaderData",
                "ExchangeImpersonation SOAP header must be present for this type of OAuth token.",
            )
        return None
    entry = _entry(world, header)
    if not world.directory.may_impersonate(caller, entry.address):
        raise SoapFault("ErrorImpersonateUserDenied")
    return world.calendar(entry.address)


def target_folder(call: Call, parent: str) -> Folder:
    """The first folder the request names in the element `parent`, such as m:ParentFolderIds or m:SyncFolderId."""
    container = call.element.find(mt(parent))
    if container is None or len(container) == 0:
        raise schema_violation(f"The element '{parent.removeprefix('m:')}' is missing or empty.")
    return folder_of(call, container[0])


def folder_of(call: Call, element: Element) -> Folder:
    """The folder a FolderId or DistinguishedFolderId names. Raises `EwsError`."""
    name = element.get("Id") or ""
    if local(element) == "DistinguishedFolderId":
        calendar = _named_mailbox(call, element.findtext(mt("t:Mailbox/t:EmailAddress")))
        try:
            return Folder(calendar, FolderKind(name))
        except ValueError:
            raise EwsError("ErrorFolderNotFound") from None
    known = read_folder_id(name)
    if known is None:
        raise EwsError("ErrorInvalidFolderId" if not name else "ErrorInvalidIdMalformed")
    calendar = call.own()
    if known[0] != calendar.guid:
        raise EwsError("ErrorFolderNotFound")
    return Folder(calendar, known[1])


def _named_mailbox(call: Call, address: str | None) -> w.Calendar:
    if address is None:
        return call.own()
    calendar = call.world.calendar(_known(call.world, address.strip()).address)
    if calendar is not call.mailbox:
        raise EwsError("ErrorAccessDenied")
    return calendar


def _entry(world: w.World, header: Impersonation) -> w.MailboxEntry:
    if header.kind == "SID":
        raise SoapFault("ErrorInvalidExchangeImpersonationHeaderData", "The SID is not known.")
    try:
        entry = _known(world, header.value)
    except EwsError as error:
        raise SoapFault(error.code, details=error.details) from error
    if entry.address.lower() in world.directory.without_mailbox:
        raise SoapFault("ErrorNonExistentMailbox")
    return entry


def _known(world: w.World, address: str) -> w.MailboxEntry:
    try:
        return world.directory.mailbox(address)
    except w.UnknownMailbox as error:
        entry = world.directory.primary_of(address)
        if entry is not None:
            raise EwsError(
                "ErrorNonPrimarySmtpAddress", details=(t("Value", entry.address, Name="Primary"),)
            ) from error
        raise EwsError("ErrorNonExistentMailbox") from error

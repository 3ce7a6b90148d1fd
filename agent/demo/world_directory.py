"""Who is in the demo organisation: mailboxes, room lists, the service account and the registered application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from agent.demo.world_values import UnknownMailbox
from agent.model.directory import Mailbox


class Owner(StrEnum):
    """Whose mailbox it is."""

    ROOM = "room"
    EQUIPMENT = "equipment"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxEntry:
    """A mailbox in the directory. `address` is the primary one, `aliases` receive mail, but open nothing."""

    name: str
    address: str
    owner: Owner
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    r"""A user who signs in with a password and has no mailbox.

    `impersonates`: addresses it may open; None means every room and no one else (a management scope of room mailboxes).
    `domain` is the NetBIOS name in `DOMAIN\user`.
    """

    username: str
    password: str = field(repr=False)
    domain: str = "CONTOSO"
    impersonates: frozenset[str] | None = None

    def answers_to(self, name: str) -> bool:
        r"""Whether `name` (user@domain, DOMAIN\user or user) is this account; case does not count."""
        user = self.username.partition("@")[0]
        return name.lower() in {self.username.lower(), user.lower(), f"{self.domain}\\{user}".lower()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A registered application, for OAuth. `certificate`: PEM of the certificate its assertions are signed for.

    `reads_calendars`, `writes_calendars`, `handles_mail` (Mail.ReadWrite), `sends_mail`, `reads_places`,
    `reads_settings`, `reads_applications`: whether it was given the roles that Graph asks for. `owners`: people who may
    change the registration.
    """

    tenant_id: str
    client_id: str
    secret: str = field(default="", repr=False)
    certificate: str = ""
    impersonates: frozenset[str] | None = None
    reads_calendars: bool = True
    writes_calendars: bool = True
    handles_mail: bool = True
    sends_mail: bool = True
    reads_places: bool = True
    reads_settings: bool = True
    reads_applications: bool = False
    owners: tuple[str, ...] = ()


class Directory:
    """Filled before the server starts; lookups ignore case and raise `UnknownMailbox`.

    `without_mailbox`: addresses of entries whose mailbox is not there yet, or never will be without a licence.
    `closed_lists`: room lists that show their rooms to nobody.
    """

    def __init__(self) -> None:
        self.accounts: list[ServiceAccount] = []
        self.applications: list[Application] = []
        self.without_mailbox: set[str] = set()
        self.closed_lists: set[str] = set()
        self._mailboxes: dict[str, MailboxEntry] = {}
        self._lists: dict[str, tuple[Mailbox, tuple[str, ...]]] = {}

    def add(self, entry: MailboxEntry) -> None:
        self._mailboxes[entry.address.lower()] = entry

    def add_room_list(self, name: str, address: str, rooms: Sequence[str]) -> None:
        self._lists[address.lower()] = (Mailbox(name, address), tuple(rooms))

    def mailbox(self, address: str) -> MailboxEntry:
        """The mailbox with this primary address."""
        try:
            return self._mailboxes[address.lower()]
        except KeyError:
            raise UnknownMailbox(f"nobody has the address {address!r}") from None

    def primary_of(self, alias: str) -> MailboxEntry | None:
        """The mailbox this address is only an alias of; None when there is none."""
        wanted = alias.lower()
        return next((e for e in self._mailboxes.values() if wanted in {a.lower() for a in e.aliases}), None)

    def rooms(self) -> Sequence[MailboxEntry]:
        return [entry for entry in self._mailboxes.values() if entry.owner is Owner.ROOM]

    def room_lists(self) -> Sequence[Mailbox]:
        return [mailbox for mailbox, _ in self._lists.values()]

    def members(self, room_list: str) -> Sequence[Mailbox]:
        """The rooms of a list."""
        try:
            addresses = self._lists[room_list.lower()][1]
        except KeyError:
            raise UnknownMailbox(f"no room list has the address {room_list!r}") from None
        return [Mailbox(entry.name, entry.address) for entry in map(self.mailbox, addresses)]

    def resolve(self, text: str) -> Sequence[Mailbox]:
        """Mailboxes one of whose words, or whose address, begins with the text; by name."""
        wanted = text.lower().removeprefix("smtp:")
        found = [
            Mailbox(entry.name, entry.address)
            for entry in self._mailboxes.values()
            if entry.address.lower().startswith(wanted)
            or entry.name.lower().startswith(wanted)
            or any(word.startswith(wanted) for word in entry.name.lower().split())
        ]
        return sorted(found, key=lambda mailbox: (mailbox.name, mailbox.address))

    def may_impersonate(self, who: ServiceAccount | Application, address: str) -> bool:
        if who.impersonates is not None:
            return address.lower() in {allowed.lower() for allowed in who.impersonates}
        return self.mailbox(address).owner is Owner.ROOM

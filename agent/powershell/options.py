"""What a script is asked for. Nothing that is no address, no GUID or no name gets into one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from agent.config.values import is_mail_address
from agent.errors import UsageError

MAX_VALUE = 320  # RFC 5321: 64 characters before the @, 255 after it

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ACCOUNT_NAME = r"[^\s\"/\\\[\]:;|=,+*?<>@]"  # Windows forbids these in account names
_ACCOUNT = re.compile(rf"(?:[\w.-]{{1,255}}\\)?{_ACCOUNT_NAME}{{1,64}}")


class Kind(StrEnum):
    """By which protocol the box reads the calendar."""

    EXCHANGE = "exchange"
    GRAPH = "graph"


class Tenant(StrEnum):
    ON_PREM = "on-prem"
    EXO = "exo"


class Scope(StrEnum):
    """Which mailboxes the box may open."""

    ROOM = "room"
    ROOMS = "rooms"
    ROOMS_AND_EQUIPMENT = "rooms-and-equipment"
    GROUP = "group"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is known of a box, and what it shall be allowed; what is empty the administrator fills in.

    `app_id` is the application (client) id, `object_id` that of its enterprise application. `tenant`: None is where
    `kind` is at home. `by_person`: the box signs in with a code, in a person's name. Raises UsageError for a value that
    cannot be one of its kind, naming the command's option.
    """

    kind: Kind
    tenant: Tenant | None = None
    mailbox: str = ""
    service_account: str = ""
    app_id: str = ""
    object_id: str = ""
    scope: Scope = Scope.ROOM
    group: str = ""
    room_list: str = ""
    process_requests: bool = False
    informs: bool = False
    by_person: bool = False

    def __post_init__(self) -> None:
        for value, (option, fits, expected) in zip(self._values(), _RULES, strict=True):
            if value and not (len(value) <= MAX_VALUE and value.isprintable() and fits(value)):
                raise UsageError(f"{option}: expected {expected}.")
        if self.kind is Kind.GRAPH and self.tenant is Tenant.ON_PREM:
            raise UsageError(
                "--tenant on-prem: Microsoft Graph does not reach mailboxes of Exchange Server. Use commands exchange; "
                "in a hybrid organisation leave --tenant out for rooms whose mailbox is in Exchange Online."
            )

    @property
    def online(self) -> bool:
        """Whether the mailbox is in Exchange Online."""
        return self.tenant is Tenant.EXO or self.kind is Kind.GRAPH

    def _values(self) -> tuple[str, ...]:
        return (self.mailbox, self.service_account, self.app_id, self.object_id, self.group, self.room_list)


def is_account(text: str) -> bool:
    r"""Whether this names an account: NAME@DOMAIN, DOMAIN\NAME or NAME."""
    return _is_mailbox(text) or _ACCOUNT.fullmatch(text) is not None


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def _is_mailbox(text: str) -> bool:
    return is_mail_address(text) and not _wild(text)


def _is_name(text: str) -> bool:
    return text == text.strip() and not _wild(text)


def _wild(text: str) -> bool:
    """Whether Exchange could take it for more than one recipient: several cmdlets read wildcards in an identity."""
    return "*" in text or "?" in text


_ADDRESS = "a mail address such as room@contoso.example, without a name, angle brackets or wildcards"
_ID = "a GUID such as 6233fba6-0198-4277-892f-9275bf728bcc"
_NAME = f"a name or an address, one line of at most {MAX_VALUE} characters without wildcards"
_RULES: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("--mailbox", _is_mailbox, _ADDRESS),
    ("--service-account", is_account, "an account such as svc-rooms@contoso.example or CONTOSO\\svc-rooms"),
    ("--app-id", is_guid, _ID),
    ("--object-id", is_guid, _ID),
    ("--group", _is_name, _NAME),
    ("--room-list", _is_name, _NAME),
)

"""What a room needs to join a meeting, and why it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoJoinReason(StrEnum):
    """Why a meeting has no Join button; the first that holds, in this order (XT-01)."""

    NOT_YET_SYNCED = "not_yet_synced"
    PRIVATE = "private"
    EXTERNAL_MAIL_BLOCKED = "external_mail_blocked"
    LINK_UNTRUSTED = "link_untrusted"
    LINK_UNDECODABLE = "link_undecodable"
    BODY_DELETED = "body_deleted"
    NO_LINK = "no_link"
    NOT_ONLINE = "not_online"


@dataclass(frozen=True, slots=True)
class DialIn:
    """`number`: "+" and digits. `conference_id`: digits only, None when the number reaches a person."""

    number: str
    conference_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinInfo:
    """How to join one meeting at one service. Fields follow the normalisation rules of the join case format.

    `known_host` is False when the host only has the shape of a self-hosted service: whether it is *trusted* is the
    room's policy, applied when the state is made. `alternatives` are the other candidates, best first, each without
    alternatives of its own.
    """

    provider: str
    provider_name: str
    url: str | None = None
    meeting_id: str | None = None
    passcode: str | None = None
    sip: str | None = None
    sip_direct: str | None = None
    h323: str | None = None
    dial_in: tuple[DialIn, ...] = ()
    known_host: bool = True
    alternatives: tuple[JoinInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinOutcome:
    """Either a way to join or the reason why there is none; never both."""

    join: JoinInfo | None
    reason: NoJoinReason | None

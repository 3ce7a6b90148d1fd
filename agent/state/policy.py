"""What the administrator decided about a room, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from zoneinfo import ZoneInfo

from agent.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPolicy:
    """The room and its rules. `show_subject`: full, organizer or busy. `untrusted`: confirm or hide."""

    name: str
    mailbox: str
    timezone: str
    language: str = "en"
    source: str = "ews"
    join_lead: timedelta = timedelta(minutes=10)
    show_subject: str = "full"
    private_join: bool = True
    trusted_hosts: tuple[str, ...] = ()
    untrusted: str = "confirm"

    @classmethod
    def of(cls, config: Config) -> Self:
        """The rules out of the configuration. A room without a name is called by its mailbox."""
        room, meetings, join = config.room, config.meetings, config.join
        return cls(
            name=room.name or room.mailbox.partition("@")[0],
            mailbox=room.mailbox,
            timezone=room.timezone,
            language=room.language,
            source=config.calendar.source,
            join_lead=timedelta(minutes=meetings.join_lead_min),
            show_subject=meetings.show_subject,
            private_join=meetings.private_join,
            trusted_hosts=join.trusted_hosts,
            untrusted=join.untrusted,
        )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def trusts(self, host: str) -> bool:
        """Whether a host is one of `trusted_hosts` or in the room's own mail domain, exactly or by dot-suffix."""
        own = self.mailbox.rpartition("@")[2]
        return any(
            host == trusted or host.endswith("." + trusted)
            for trusted in (*(name.lower().strip(".") for name in self.trusted_hosts), own.lower())
            if trusted
        )

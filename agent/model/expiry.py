"""What the room needs and what ends some day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Ending(StrEnum):
    """Things that end."""

    APP_CERTIFICATE = "app_certificate"  # with which the app signs in
    CLIENT_SECRET = "client_secret"  # noqa: S105  as the administrator wrote its last day down
    SERVER_CERTIFICATE = "server_certificate"  # the calendar server's, for TLS
    WEB_CERTIFICATE = "web_certificate"  # this box's own, for other machines
    EWS = "ews"  # Exchange Online's EWS itself


@dataclass(frozen=True, slots=True)
class Expiry:
    """What ends, and when, UTC."""

    what: Ending
    ends: datetime

    @property
    def day(self) -> str:
        """The day that people are told: of a client secret the last one, as it was written down, else the end's."""
        told = self.ends - timedelta(days=1) if self.what is Ending.CLIENT_SECRET else self.ends
        return f"{told:%Y-%m-%d}"

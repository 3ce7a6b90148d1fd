"""What of this box's configuration ends, read from its certificates now and then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from agent.app.box import Box
from agent.config.model import Ews, Graph
from agent.errors import ConfigError
from agent.model.expiry import Ending, Expiry
from agent.model.sync import SourceHealth

READ_EVERY_S = 3600.0
EWS_ENDS = datetime(2027, 4, 1, tzinfo=UTC)
"""Exchange Online's, worldwide (exchange.md 1.1). Of national clouds no date is known."""
_EXCHANGE_ONLINE = ("outlook.office365.com", "outlook.office.com")


class Expiries:
    """Keeps what it read for an hour: the files may be replaced, and nobody asks this fast."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._read: tuple[float, tuple[Expiry, ...]] | None = None

    def now(self, health: SourceHealth) -> Sequence[Expiry]:
        """Everything that is known to end."""
        moment = self._box.clock.monotonic()
        if self._read is None or moment - self._read[0] > READ_EVERY_S:
            self._read = moment, tuple(_of_files(self._box))
        if health.tls_ends is None:
            return self._read[1]
        return (*self._read[1], Expiry(Ending.SERVER_CERTIFICATE, health.tls_ends))


def _of_files(box: Box) -> Iterator[Expiry]:
    calendar, web = box.config.calendar, box.config.web
    sections: dict[str, Ews | Graph] = {"ews": calendar.ews, "graph": calendar.graph}
    for name in dict.fromkeys((calendar.source, calendar.fallback)):
        if name in sections:
            yield from _of_account(box, f"calendar.{name}", sections[name])
    if calendar.source == "ews" and (urlsplit(calendar.ews.endpoint).hostname or "") in _EXCHANGE_ONLINE:
        yield Expiry(Ending.EWS, EWS_ENDS)
    if web.remote_listen and web.certificate_file:
        ends = _web_certificate(Path(web.certificate_file))
        if ends is not None:
            yield Expiry(Ending.WEB_CERTIFICATE, ends)


def _of_account(box: Box, path: str, section: Ews | Graph) -> Iterator[Expiry]:
    if section.client_secret_expires:
        last = date.fromisoformat(section.client_secret_expires)
        yield Expiry(Ending.CLIENT_SECRET, datetime.combine(last, time(), UTC) + timedelta(days=1))
    if section.certificate_file:
        ends = _app_certificate(box, path, section.certificate_file, section.certificate_password_file)
        if ends is not None:
            yield Expiry(Ending.APP_CERTIFICATE, ends)


def _app_certificate(box: Box, section: str, file: str, password_file: str) -> datetime | None:
    """None when it cannot be read: signing in says why."""
    from agent.sources.transport.credential import UnusableCertificate, read_certificate

    try:
        content = box.secrets.read_bytes(f"{section}.certificate", file)
        password = box.secrets.read(f"{section}.certificate_password", password_file) if password_file else None
        return read_certificate(content, password).ends
    except (ConfigError, UnusableCertificate):
        return None


def _web_certificate(file: Path) -> datetime | None:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None

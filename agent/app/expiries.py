"""What of this box's configuration ends, read from its certificates now and then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from agent.app.accounts import account_of
from agent.app.box import Box
from agent.config.model import Ews, Graph
from agent.errors import ConfigError
from agent.model.expiry import Ending, Expiry
from agent.model.sync import SourceHealth
from agent.sources.endings import endings_of

READ_EVERY_S = 3600.0


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
            with suppress(ConfigError):  # nobody has named an endpoint yet
                yield from endings_of(account_of(box, name), sections[name].client_secret_expires)
    if web.remote_listen and web.certificate_file:
        ends = _web_certificate(Path(web.certificate_file))
        if ends is not None:
            yield Expiry(Ending.WEB_CERTIFICATE, ends)


def _web_certificate(file: Path) -> datetime | None:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None

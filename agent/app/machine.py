"""The machine a core runs on, looked at now and then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.app.box import Box
from agent.config import Config
from agent.model.machine import Machine
from agent.system.disk import storage_of
from agent.system.protection import protection_of
from agent.system.time_sync import synchronized
from agent.system.updates import read_updates
from agent.system.versions import versions

LOOK_EVERY_S = 15.0
VERSIONS_EVERY_S = 3600.0


class Machines:
    """Keeps what it saw: whoever asks for the status fifty times a second asks no file system that often."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._seen = Machine()
        self._looked: float | None = None
        self._versions_read: float | None = None

    def now(self) -> Machine:
        """The machine as it was a moment ago."""
        moment = self._box.clock.monotonic()
        if self._versions_read is None or moment - self._versions_read > VERSIONS_EVERY_S:
            self._versions_read = moment
            self._seen = replace(self._seen, versions=versions())
        if self._looked is None or moment - self._looked > LOOK_EVERY_S:
            self._looked = moment
            self._seen = replace(
                self._seen,
                storage=storage_of(self._box.places.state),
                clock_synchronized=synchronized(self._box.clock.now()),
                protection=protection_of(_secrets(self._box.config), self._box.places.state / "secrets"),
                updates=read_updates(),
            )
        return self._seen


def _secrets(config: Config) -> Iterator[tuple[str, str]]:
    """Key paths of secrets and the files that are named for them. A certificate's private key is one."""
    if config.network.proxy:
        yield "network.proxy_credentials", config.network.proxy_credentials_file
    sources = {config.calendar.source, config.calendar.fallback}
    for name, section in (("ews", config.calendar.ews), ("graph", config.calendar.graph)):
        if name in sources:
            for secret in ("password", "client_secret", "certificate", "certificate_password"):
                yield f"calendar.{name}.{secret}", getattr(section, f"{secret}_file", "")
    if config.web.remote_listen:
        yield "web.status_token", config.web.status_token_file

"""What the set-up needs of the program around it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from agent.config import Config
from agent.model.preflight import Check, PreflightReport
from agent.ports import CalendarSource, Secrets


class SignInPrompt(Protocol):
    """What a person is shown who signs a room in: a page, a code to enter there, and for how long."""

    @property
    def url(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def minutes(self) -> int: ...


class Surroundings(Protocol):
    """The program's side of the set-up. What blocks is called in threads."""

    def run_checks(
        self,
        config: Config,
        secrets: Secrets,
        *,
        scope: str,
        write: bool,
        other_mailbox: str,
        language: str,
        tell: Callable[[Check], None],
        cancelled: threading.Event,
    ) -> PreflightReport:
        """The preflight of a configuration that is not in effect; `scope`: network, account or room. Blocking; `tell`
        is called in the same thread. Ends soon after `cancelled` is set."""

    def directory(self, config: Config, secrets: Secrets) -> CalendarSource:
        """The source of such a configuration, for its room lists. Raises RoomAgentError."""

    def device_code(self, config: Config, secrets: Secrets) -> tuple[SignInPrompt, Callable[[], None]]:
        """Begin a person's sign-in; the function blocks until it is done, after which `secrets` keeps it. Both raise
        RoomAgentError."""

    def fingerprint(self) -> str:
        """SHA-256 of the certificate that a technician's browser is shown, in pairs of hex digits; empty: none."""

    def urls(self) -> Sequence[str]:
        """Where a technician's browser finds the wizard."""

    async def reconfigure(self) -> None:
        """Serve what the state directory holds now; done when it is served. Raises RoomAgentError when it cannot be:
        what was served before is then served again, and the caller puts its files back."""

    def audit(self, act: str, **facts: str) -> None:
        """Note what somebody did; `who` among the facts is `screen`, `network` or `admin`. No secret is among them."""

    def script(self, kind: str, config: Config, options: Mapping[str, str]) -> str:
        """The administrator's commands for this box. Raises CommandError."""

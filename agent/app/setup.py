"""The set-up over the real parts: the preflight, the configured source's directory, a person's sign-in."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.app.accounts import account_of, graph_account
from agent.app.box import Box
from agent.app.preflight import preflight_of
from agent.config import Config
from agent.errors import CommandError, UsageError
from agent.model.preflight import Check, PreflightReport
from agent.ports import CalendarSource, Clock, Secrets
from agent.preflight.context import Notes, Scope
from agent.setup.apply import Activation
from agent.setup.ports import SignInPrompt
from agent.setup.reset import finish
from agent.setup.service import SetupService
from agent.system.places import Places


def _nothing(act: str, **facts: str) -> None:
    del act, facts


def administrators_script(kind: str, config: Config, options: Mapping[str, str]) -> str:
    """What `room-agent commands` prints for this configuration; `options` by the names of its options. Raises
    CommandError for one that cannot be."""
    from agent import powershell

    values: dict[str, str | None] = {name.replace("-", "_"): value for name, value in options.items()}
    tenant, scope = values.pop("tenant", None), values.pop("scope", None)
    by_the_box = values.pop("process_requests", None) == "true"
    try:
        wanted = powershell.options_for(
            config, kind, values, tenant=tenant or None, scope=scope or "room", process_requests=by_the_box
        )
    except UsageError as error:
        raise CommandError(error.code, str(error), 422) from None
    return powershell.script(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """`agent.setup.ports.Surroundings`. The program gives `again`, which serves what the state directory holds now,
    where the wizard is found and by which certificate, and where acts are noted."""

    places: Places
    clock: Clock
    again: Callable[[], Awaitable[None]]
    found_at: Callable[[], Sequence[str]] = tuple
    certificate: Callable[[], str] = str
    note: Callable[..., None] = _nothing
    commands: Callable[[str, Config, Mapping[str, str]], str] = administrators_script

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
        return preflight_of(
            config,
            secrets,
            self.clock,
            scope=Scope(scope),
            write=write,
            other_mailbox=other_mailbox,
            wait=True,
            language=language,
            tell=tell,
            notes=Notes(cancelled=cancelled),
        )

    def directory(self, config: Config, secrets: Secrets) -> CalendarSource:
        from agent import sources

        return sources.open_source(account_of(self._box(config, secrets), config.calendar.source), self.clock)

    def device_code(self, config: Config, secrets: Secrets) -> tuple[SignInPrompt, Callable[[], None]]:
        from agent.sources.graph.signin import open_device_tokens
        from agent.sources.transport.session import Transport

        settings = graph_account(self._box(config, secrets))
        return open_device_tokens(settings, Transport(settings.http), self.clock).ask()

    def fingerprint(self) -> str:
        return self.certificate()

    def urls(self) -> Sequence[str]:
        return self.found_at()

    async def reconfigure(self) -> None:
        await self.again()

    def audit(self, act: str, **facts: str) -> None:
        self.note(act, **facts)

    def script(self, kind: str, config: Config, options: Mapping[str, str]) -> str:
        return self.commands(kind, config, options)

    def _box(self, config: Config, secrets: Secrets) -> Box:
        return Box(config, self.places, self.clock, secrets)


def make_setup(box: Box, again: Callable[[], Awaitable[None]], **more: Any) -> SetupService:
    """The set-up of a box whose program serves anew with `again`; `more` as in `Around`. A configuration that was named
    on the command line is only shown."""
    around = Around(places=box.places, clock=box.clock, again=again, **more)
    return SetupService(box.places.state, box.clock, around, box.config if box.places.managed else None)


def shown_setup(box: Box) -> SetupService:
    """The set-up of a box that is nobody's to change, such as the demo's: its settings page says so."""

    async def never() -> None:
        raise CommandError("setup.managed", "This box is not set up by its settings page.", 409)

    around = Around(places=box.places, clock=box.clock, again=never)
    return SetupService(box.places.state, box.clock, around, managed=box.config)


def settle(state: Path) -> bool:
    """Finish what a power cut interrupted, before a configuration is read or a database opened: a reset that was asked
    for (True), or an activation."""
    if finish(state):
        return True
    Activation(state).settle()
    return False

"""The set-up as the API knows it: pairing, answers, checks, activation. It outlives the core, which is rebuilt."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from agent.config import Config
from agent.errors import CommandError
from agent.ports import Clock
from agent.setup import flow
from agent.setup.account import Account
from agent.setup.answers import Answers
from agent.setup.changes import Changes
from agent.setup.checking import Checking
from agent.setup.draft import DraftStore
from agent.setup.effect import InEffect
from agent.setup.flow import SETTINGS, SETUP
from agent.setup.guard import Guard
from agent.setup.pin import FULL, Cost
from agent.setup.ports import Surroundings
from agent.setup.provision import Provision, is_in_effect
from agent.setup.sessions import Sessions
from agent.setup.turns import Turns
from agent.wire.room import instant
from agent.wire.setup import SCREEN, SetupCertificate, SetupState, SetupWelcome

T = TypeVar("T")
ADMIN = "admin"
"""Who the audit log names for what was asked for on the box itself."""
APPLIED, RESET = "setup.applied", "setup.reset"
"""What the administrator's commands are called there."""


class SetupService:
    """Over a state directory; `managed` is a configuration that was named on the command line and is only shown. Parts
    of their own are `checking` (the preflight of the answers) and `account` (what the account opens).

    In the event loop only; what blocks runs in threads. Methods raise CommandError for what cannot be done now.
    """

    def __init__(
        self, state: Path, clock: Clock, around: Surroundings, managed: Config | None = None, pin_cost: Cost = FULL
    ) -> None:
        self._state = state
        self._clock = clock
        self._around = around
        self._effect = InEffect(state, managed)
        self._changes = Changes(state, around)
        self.guard = Guard(clock, state)
        """Who knows the PIN; also for what asks for it elsewhere."""
        self._sessions = Sessions(clock)
        self._turns = Turns(self._effect)
        self._answers = Answers(self._effect, DraftStore(state / "setup"), clock, pin_cost)
        self.checking = Checking(self._effect, self._answers, around, self._turns)
        self.account = Account(self._effect, self._answers, around, self._turns, clock)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._begin()

    # --- who is at it ------------------------------------------------------------------------------------------------

    @property
    def mode(self) -> str:
        """`setup`, `settings` or `managed`, as in the wire contract."""
        return self._effect.mode

    @property
    def language(self) -> str:
        """The language of sentences for people."""
        return self._answers.language

    def welcome(self) -> SetupWelcome:
        """What the box's screen shows before anybody has begun."""
        if self.mode != SETUP:
            raise CommandError("setup.closed", "This box is set up; its settings are opened with the PIN.", 404)
        wait, now = self.guard.retry_after_s(SCREEN), self._clock.now()
        code, expires = self.guard.codes.shown(now)
        return SetupWelcome(
            urls=list(self._around.urls()),
            code=None if wait else code,
            expires=instant(expires),
            fingerprint=self._around.fingerprint(),
            retry_after_s=wait or None,
        )

    async def pair(self, peer: str, *, code: str, pin: str, take_over: bool) -> str:
        """Begin, with the code before the box is set up, else with the PIN: the new session's id. Somebody who is at it
        already is left alone unless `take_over`."""
        in_setup = self.mode == SETUP
        await (self.guard.code(code, peer) if in_setup else self.guard.pin(pin, peer))
        if self._sessions.owner is not None and not take_over:
            raise CommandError("setup.taken", "Somebody else is setting this box up; take over, or wait.", 409)
        if in_setup:
            self.guard.used()
        else:
            async with self._turns.one:
                await asyncio.to_thread(self._begin)
        token = self._sessions.open(peer)
        self._around.audit("setup.paired", who=self._who(), mode=self.mode)
        return token

    def owns(self, token: str, *, acts: bool = True) -> bool:
        """Whether this id is that of the session."""
        return self._sessions.owns(token, acts=acts)

    def leave(self) -> None:
        """The session ends; the draft stays."""
        self._sessions.close()
        self.checking.stop()

    # --- questions and answers ---------------------------------------------------------------------------------------

    def state(self, token: str, peer: str) -> SetupState:
        """Where the set-up is, for the bearer of a session's id; for others only that it is there."""
        owner = self._sessions.owner
        wait = self.guard.retry_after_s(peer)
        outside = SetupState(
            mode=self.mode,
            access="none" if owner is None else "others",
            owner=owner,
            retry_after_s=wait or None,
            language=self.language,
        )
        if not self._sessions.owns(token, acts=False):
            return outside
        return replace(
            outside,
            access="yours",
            step=flow.current(self._answers.draft),
            steps=flow.steps(self._answers.draft),
            answers={step: dict(values) for step, values in self._answers.draft.answers.items()},
            kept=self._answers.kept(),
            checked="running" if self.checking.running else flow.checked(self._answers.draft),
            checks=list(self.checking.found),
        )

    async def submit(self, step: str, raw: Mapping[str, object]) -> None:
        """As `Answers.submit`."""
        async with self._turns.changing():
            await self._answers.submit(step, raw)

    async def back(self, step: str) -> None:
        """As `Answers.back`."""
        async with self._turns.changing():
            await self._answers.back(step)

    async def make_certificate(self) -> SetupCertificate:
        """A new certificate for the app registration; its public part."""
        async with self._turns.changing():
            await self._answers.make_certificate()
        self._around.audit("setup.certificate_made", who=self._who())
        return self.certificate()

    def certificate(self) -> SetupCertificate:
        """As `Answers.certificate`."""
        return self._answers.certificate()

    # --- into effect -------------------------------------------------------------------------------------------------

    async def activate(self) -> None:
        """Put the answers into effect. Where the box cannot serve with them, the old ones stay in effect.

        Begun, it is brought to its end, whether anybody still waits for it or not.
        """
        await asyncio.shield(self._later(self._activate()))

    async def provision(self, wanted: Provision) -> bool:
        """Put a file of the administrator's into effect, as `setup apply` does; whether anything changed."""
        return await asyncio.shield(self._later(self._provision(wanted)))

    async def reset(self, pin: str, *, admin: bool) -> None:
        """Forget everything. `admin`: asked for on this machine by root or the agent's own user, who need no PIN."""
        async with self._turns.changing():
            if self.mode == SETTINGS and not admin:
                await self.guard.pin(pin, self._who())
            self._around.audit(RESET, who=ADMIN if admin else self._who())
            await self._changes.ask_to_forget()
        self._later(self._forget())

    async def reset_by_key(self) -> None:
        """The same, confirmed on the screen by somebody who has just switched the box on; it is noted already."""
        async with self._turns.changing():
            await self._changes.ask_to_forget()
        self._later(self._forget())

    async def ended(self) -> None:
        """What was begun in the background is done, for a process that ends."""
        self.checking.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _activate(self) -> None:
        async with self._turns.changing():
            draft, before, who = self._answers.draft, self.mode, self._who()
            if not flow.complete(draft):
                unchecked = draft.mailbox and not flow.passed(draft, flow.ROOM)
                code = "setup.not_checked" if unchecked else "setup.incomplete"
                raise CommandError(code, "These answers are not complete, or have not passed their checks yet.", 409)
            await self._changes.put(lambda generation: self._effect.planned(draft, self._answers.store, generation))
            self._around.audit("setup.activated", who=who, mode=before)
            if before == SETUP:
                self._sessions.close()
            await asyncio.to_thread(self._begin)

    async def _provision(self, wanted: Provision) -> bool:
        async with self._turns.changing():
            if await asyncio.to_thread(is_in_effect, self._effect, wanted):
                return False
            await self._changes.put(wanted.planned)
            self._around.audit(APPLIED, who=ADMIN)
            self._sessions.close()
            await asyncio.to_thread(self._begin)
            return True

    async def _forget(self) -> None:
        async with self._turns.one:
            self.checking.stop()
            self._sessions.close()
            await self._changes.forget()
            self.guard.forget()
            self.checking.forget()
            self.account.forget()
            await asyncio.to_thread(self._begin)

    # --- the draft ---------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._answers.begin()
        self.checking.take_up()

    def _who(self) -> str:
        owner = self._sessions.owner
        return owner.place if owner else "nobody"

    def _later(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

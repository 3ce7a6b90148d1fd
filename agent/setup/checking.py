"""The preflight of the answers as they are, and what its verdict says of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from agent.errors import CommandError
from agent.model.preflight import Check, PreflightReport
from agent.setup import flow
from agent.setup.answers import Answers
from agent.setup.checks import CheckRun, Done
from agent.setup.effect import InEffect
from agent.setup.flow import Verdict
from agent.setup.ports import Surroundings
from agent.setup.turns import Turns
from agent.wire.setup import SetupCheck


class Checking:
    """Over a draft: runs its checks, one run at a time, and keeps their verdict with it."""

    def __init__(self, effect: InEffect, answers: Answers, around: Surroundings, turns: Turns) -> None:
        self._effect = effect
        self._answers = answers
        self._around = around
        self._turns = turns
        self._run = CheckRun()

    @property
    def running(self) -> bool:
        return self._run.running

    @property
    def found(self) -> Sequence[SetupCheck]:
        """The checks of the run under way or the last one."""
        return self._run.checks

    async def start(self, scope: str, *, write: bool, other_mailbox: str) -> None:
        """Begin; in the background. Raises CommandError."""
        async with self._turns.one:
            draft = self._answers.draft
            if not flow.reachable(draft, "network" if scope == "network" else "preflight"):
                raise CommandError("setup.step_closed", "An earlier step has to be done first.", 409)
            if scope == flow.ROOM and not draft.mailbox and draft.source != "demo":
                raise CommandError("setup.step_closed", "Name the room's mailbox first.", 409)
            config, secrets = await asyncio.to_thread(self._effect.trial, draft, self._answers.store)
            language = self._answers.language

            def work(tell: Callable[[Check], None], cancelled: threading.Event) -> PreflightReport:
                return self._around.run_checks(
                    config, secrets, scope=scope, write=write, other_mailbox=other_mailbox, language=language,
                    tell=tell, cancelled=cancelled,
                )  # fmt: skip

            self._run.start(work, partial(self._checked, scope, flow.account_hash(draft), draft.mailbox))

    def stop(self) -> None:
        """As `CheckRun.stop`."""
        self._run.stop()

    def events(self) -> AsyncIterator[SetupCheck | Done | None]:
        """As `CheckRun.events`."""
        return self._run.events()

    def take_up(self) -> None:
        """Show what was found for the draft that is taken up now; a run under way goes on."""
        if not self._run.running:
            self._run = CheckRun(self._answers.checks)

    def forget(self) -> None:
        """End the run under way and show nothing of it."""
        self._run.stop()
        self._run = CheckRun()

    async def _checked(self, scope: str, account: str, mailbox: str, done: Done) -> None:
        if scope == "network" or done.ok is None:
            return
        verdict = Verdict(scope=scope, account=account, mailbox=mailbox if scope == flow.ROOM else "", ok=done.ok)
        async with self._turns.one:
            await self._answers.judge(verdict, self._run.checks)

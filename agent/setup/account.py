"""What the account under set-up opens: the directory of rooms, a person's sign-in; and commands about its rights."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from agent.errors import CommandError
from agent.ports import CalendarSource, Clock
from agent.setup import flow
from agent.setup.answers import Answers
from agent.setup.directory import DirectoryReader
from agent.setup.effect import InEffect
from agent.setup.ports import Surroundings
from agent.setup.sign_in import SignIn
from agent.setup.to_config import SIGN_IN
from agent.setup.turns import Turns


class Account:
    """The account that a draft names. Methods raise CommandError."""

    def __init__(self, effect: InEffect, answers: Answers, around: Surroundings, turns: Turns, clock: Clock) -> None:
        self._effect = effect
        self._answers = answers
        self._around = around
        self._turns = turns
        self._clock = clock
        self._directory: tuple[str, DirectoryReader] | None = None
        self._sign_in = SignIn()

    @property
    def directory(self) -> DirectoryReader:
        """The rooms that it can see."""
        draft = self._answers.draft
        if not flow.reachable(draft, "preflight") or draft.source == "demo":
            raise CommandError("setup.step_closed", "The account has to be given first.", 409)
        account = flow.account_hash(draft)
        if self._directory is None or self._directory[0] != account:

            def opened() -> CalendarSource:
                return self._around.directory(*self._effect.trial(draft, self._answers.store))

            self._directory = account, DirectoryReader(opened)
        return self._directory[1]

    @property
    def username(self) -> str:
        """Its name, for commands; empty for an app."""
        return str(self._answers.draft.answers.get("account", {}).get("username", ""))

    async def begin_sign_in(self) -> dict[str, str]:
        """What a person opens and enters; waits for them in the background."""
        async with self._turns.changing():
            draft = self._answers.draft
            auth = draft.answers.get("account", {}).get("auth")
            if draft.source != "graph" or auth != "device_code":
                raise CommandError("setup.step_closed", "Choose signing in with a code in the account step first.", 409)
            mark = await asyncio.to_thread(self._answers.store.stage, SIGN_IN, b"", awaited=True)
            trial = replace(draft, marks={**draft.marks, SIGN_IN: mark})
            config, secrets = await asyncio.to_thread(self._effect.trial, trial, self._answers.store)
            return await self._sign_in.begin(
                lambda: self._around.device_code(config, secrets), self._clock, partial(self._signed_in, mark)
            )

    def sign_in_state(self) -> dict[str, str]:
        """`{state, code, title, detail}` of the last one."""
        return self._sign_in.state(self._answers.language)

    def script(self, kind: str, options: Mapping[str, str]) -> str:
        """The administrator's commands."""
        config, _ = self._effect.trial(self._answers.draft, self._answers.store)
        return self._around.script(kind, config, options)

    def forget(self) -> None:
        """Whatever was read or is waited for."""
        self._directory, self._sign_in = None, SignIn()

    async def _signed_in(self, mark: str) -> None:
        async with self._turns.one:
            if self._answers.store.path(SIGN_IN, mark).is_file():  # else the draft is another one by now
                await self._answers.mark(SIGN_IN, mark)

"""A person's sign-in with a code, while the technician looks on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from agent.errors import CommandError, RoomAgentError
from agent.ports import Clock
from agent.setup.ports import SignInPrompt
from agent.texts import say
from agent.wire.room import instant

_BEGIN_WITHIN_S = 60.0


class SignIn:
    """The last one, or the one that waits."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._state = "failed"
        self._code = "calendar.sign_in_needed"

    async def begin(
        self,
        ask: Callable[[], tuple[SignInPrompt, Callable[[], None]]],
        clock: Clock,
        done: Callable[[], Awaitable[None]],
    ) -> dict[str, str]:
        """`{url, code, expires}`; `done` is called when the person has signed in. A new one replaces one that waits:
        whose code is not used ends by itself. Raises CommandError."""
        try:
            async with asyncio.timeout(_BEGIN_WITHIN_S):
                prompt, wait = await asyncio.to_thread(ask)
        except TimeoutError:
            raise CommandError("calendar.timeout", "The sign-in service did not answer in time.", 504) from None
        except RoomAgentError as error:
            raise CommandError(error.code, str(error), 502) from error
        self._state, self._code = "waiting", ""
        self._task = asyncio.create_task(self._wait(wait, done))
        expires = clock.now() + timedelta(minutes=prompt.minutes)
        return {"url": prompt.url, "code": prompt.code, "expires": instant(expires)}

    def state(self, language: str) -> dict[str, str]:
        """How it goes, in sentences where it failed."""
        failed = self._state == "failed"
        return {
            "state": self._state,
            "code": self._code,
            "title": say(language, self._code) if failed else "",
            "detail": say(language, self._code, "detail") if failed else "",
        }

    async def _wait(self, wait: Callable[[], None], done: Callable[[], Awaitable[None]]) -> None:
        mine = asyncio.current_task()
        try:
            await asyncio.to_thread(wait)
            if mine is self._task:
                await done()
                self._state = "done"
        except RoomAgentError as error:
            if mine is self._task:
                self._state, self._code = "failed", error.code

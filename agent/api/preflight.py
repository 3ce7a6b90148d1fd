"""`POST /api/v1/doctor`: a preflight for the administrator's shell, told while it goes on.

The answer is one JSON object a line: `{"doing": id}` when a check begins, the check when it is done, and at the end
`{"ok": …, "language": …}`; with `code` and `detail` where the preflight itself could not be done. Empty lines are signs
of life. One at a time; it ends when nobody listens any more.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from agent.api.parts import Doctor
from agent.api.peer import Role
from agent.api.problems import problem
from agent.api.room import NO_STORE
from agent.errors import CommandError, RoomAgentError
from agent.model.preflight import Check
from agent.preflight.context import Notes, Scope, Wishes

LIFE_S = 10.0
NDJSON = "application/x-ndjson"

log = structlog.get_logger()


class DoctorBody(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    write: bool = False
    other_mailbox: str = Field("", max_length=320, pattern=r"^[^\s@]*(@[^\s@]+)?$")
    wait: bool = False
    scope: Scope = Scope.ROOM


def preflight_routes(doctor: Doctor | None, language: str) -> APIRouter:
    """The route; the front does not pass it on. `doctor` is None while nothing is set up."""
    router = APIRouter(prefix="/api/v1")
    busy = threading.Lock()

    @router.post("/doctor")
    async def consult(body: DoctorBody, request: Request) -> Response:
        if request.scope["state"]["role"] is not Role.ADMIN:
            return problem(403, "peer.refused", "Only root and the agent's own user may ask for a preflight.")
        if doctor is None:
            raise CommandError("setup.no_config", "This room is not set up yet; there is nothing to check.", 409)
        if not busy.acquire(blocking=False):
            raise CommandError("preflight.busy", "Another preflight is going on; wait for its end.", 409)
        run = _Run(doctor, Wishes(**body.model_dump()), language, busy.release)
        return StreamingResponse(run.lines(), media_type=NDJSON, headers=NO_STORE)

    return router


class _Run:
    """A preflight in a thread of its own, and what is to be told of it."""

    def __init__(self, doctor: Doctor, wishes: Wishes, language: str, done: Callable[[], None]) -> None:
        self._doctor, self._wishes, self._language, self._done = doctor, wishes, language, done
        self._notes = Notes()
        self._loop = asyncio.get_running_loop()
        self._told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        threading.Thread(target=self._work, name="doctor", daemon=True).start()

    async def lines(self) -> AsyncIterator[str]:
        """All lines, the last of which has `ok`. When it is given up, the preflight is too."""
        try:
            while True:
                try:
                    line = await asyncio.wait_for(self._told.get(), LIFE_S)
                except TimeoutError:
                    yield "\n"
                    continue
                yield json.dumps(line, ensure_ascii=False) + "\n"
                if "ok" in line:
                    return
        finally:
            self._notes.cancelled.set()

    def _work(self) -> None:
        last: dict[str, Any] = {"ok": False, "language": self._language}
        try:
            last["ok"] = self._doctor(self._wishes, self._tell, self._begin, self._notes).ok
        except RoomAgentError as error:
            last |= {"code": error.code, "detail": str(error)}
        except Exception:  # the thread's end is told, whatever it is
            log.exception("doctor.failed")
            last |= {"code": "agent.internal", "detail": "The preflight failed; the agent's log names the place."}
        finally:
            self._done()
            self._say(last)

    def _tell(self, check: Check) -> None:
        self._say(asdict(check))

    def _begin(self, id_: str) -> None:
        self._say({"doing": id_})

    def _say(self, line: dict[str, Any]) -> None:
        with suppress(RuntimeError):  # the agent has stopped meanwhile, nobody listens
            self._loop.call_soon_threadsafe(self._told.put_nowait, line)

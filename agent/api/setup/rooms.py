"""The organisation's rooms, and rooms as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from agent.api.room import NO_STORE
from agent.api.setup.asking import Asking, answer, body_of
from agent.errors import CommandError
from agent.model.directory import Mailbox
from agent.setup import rooms
from agent.setup.directory import unreadable_list
from agent.texts import say


def room_routes(router: APIRouter, asking: Asking) -> APIRouter:
    """Lists, rooms, names, and CSV in and out."""
    setup = asking.setup
    owner = Depends(asking.owner)

    @router.get("/room-lists", dependencies=[owner])
    async def room_lists() -> Response:
        found = await setup.account.directory.read()
        language, username = setup.language, setup.account.username
        unreadable = [unreadable_list(each, code, language, username) for each, code in found.unreadable]
        return answer({"lists": _mailboxes(found.lists), "unreadable": unreadable})

    @router.get("/rooms", dependencies=[owner])
    async def rooms_of(address: Annotated[str, Query(alias="list", max_length=320)]) -> Response:
        return answer({"rooms": _mailboxes(await setup.account.directory.rooms(address))})

    @router.get("/resolve", dependencies=[owner])
    async def resolve(name: Annotated[str, Query(max_length=100)]) -> Response:
        return answer({"rooms": _mailboxes(await setup.account.directory.resolve(name))})

    @router.get("/rooms.csv", dependencies=[owner])
    async def rooms_csv() -> Response:
        content = rooms.written((await setup.account.directory.read()).all_rooms())
        headers = {**NO_STORE, "Content-Disposition": 'attachment; filename="rooms.csv"'}
        return Response(content.encode(), media_type="text/csv; charset=utf-8", headers=headers)

    @router.post("/rooms-csv", dependencies=[owner])
    async def read_csv(request: Request) -> Response:
        body = await body_of(request, rooms.MAX_CSV + 64 * 1024)
        text = body.get("csv")
        if not isinstance(text, str) or set(body) != {"csv"}:
            raise CommandError("request.invalid", "csv: expected the text of a CSV file.", 422)
        found, problems = rooms.read(text)
        errors = [{"line": each.line, "code": each.code, "title": say(setup.language, each.code)} for each in problems]
        return answer({"rooms": [asdict(each) for each in found], "errors": errors})

    return router


def _mailboxes(found: Sequence[Mailbox]) -> list[dict[str, str]]:
    return [asdict(each) for each in found]

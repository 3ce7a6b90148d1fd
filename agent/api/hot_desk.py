"""The commands of hot desking: show another mailbox for a while."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field, SecretStr

from agent.api.parts import Parts
from agent.api.room import Body, Whole
from agent.config.values import Mailbox
from agent.errors import CommandError
from agent.state.hot_desk import MOST_MINUTES, SHOW_MAILBOX, HotDesk, Wanted


class ShowMailboxBody(Body):
    mailbox: Mailbox = Field(min_length=3, max_length=254)
    minutes: Whole = Field(ge=1, le=MOST_MINUTES)
    pin: SecretStr = Field(min_length=1, max_length=100)


def hot_desk_routes(parts: Parts) -> APIRouter:
    """Routes over the part that shows mailboxes."""
    router = APIRouter(prefix="/api/v1/commands")

    @router.post("/show-mailbox", status_code=202)
    async def show_mailbox(body: ShowMailboxBody) -> dict[str, str]:
        desk, wanted = _desk(parts), Wanted(mailbox=body.mailbox, minutes=body.minutes)
        await desk.allow(wanted, body.pin.get_secret_value())
        return {"id": parts.commands.accept(SHOW_MAILBOX, lambda command_id: desk.show(command_id, wanted))}

    return router


def _desk(parts: Parts) -> HotDesk:
    if parts.hot_desk is None:
        raise CommandError("command.not_offered", "This agent shows no other mailboxes.", 404)
    return parts.hot_desk

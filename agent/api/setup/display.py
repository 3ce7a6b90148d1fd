"""The screen during the set-up: its sockets and inputs, and an input's picture to look at."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Depends
from starlette.responses import Response

from agent import wire
from agent.api.commands import ShowInputBody
from agent.api.parts import Parts
from agent.api.setup.asking import Asking, answer
from agent.errors import CommandError
from agent.state.ways import SHOW_INPUT, display_absent


def display_routes(router: APIRouter, asking: Asking, parts: Parts) -> APIRouter:
    """What the display reports, and an order to it."""

    @router.get("/display", dependencies=[Depends(asking.onlooker)])
    async def display() -> Response:
        facts = parts.desk.facts
        outputs = [asdict(each) for each in facts.outputs or ()]
        return answer({"outputs": outputs, "inputs": [asdict(each) for each in facts.inputs]})

    @router.post("/show-input", status_code=202, dependencies=[Depends(asking.owner)])
    async def show_input(body: ShowInputBody) -> dict[str, str]:
        facts = parts.desk.facts
        if body.input not in {each.name for each in facts.inputs}:
            raise CommandError("input.unknown", "This room has no input of this name; reload the list.", 404)
        if not facts.shows:
            raise display_absent()

        async def work(order_id: str) -> None:
            await parts.desk.show_input(wire.ShowInput(order_id=order_id, input=body.input))

        return {"id": parts.commands.accept(SHOW_INPUT, work)}

    return router

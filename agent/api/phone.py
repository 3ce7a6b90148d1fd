"""QR codes with which people take a meeting to their phone. They carry the link: for loopback only, and never kept."""

from __future__ import annotations

import io

from fastapi import APIRouter
from starlette.responses import Response

from agent.api.parts import Parts
from agent.api.room import NO_STORE, ready_state
from agent.state.phone import told_to_phone

MEDIA_TYPE = "image/svg+xml"


def phone_routes(parts: Parts) -> APIRouter:
    """`/api/v1/meetings/{id}/qr/{way}`."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/meetings/{meeting_id}/qr/{way}")
    async def code(meeting_id: str, way: str) -> Response:
        text = told_to_phone(ready_state(parts), meeting_id, way)
        return Response(picture(text), media_type=MEDIA_TYPE, headers=NO_STORE)

    return router


def picture(text: str) -> bytes:
    """The code as SVG, black on white with its quiet zone, so that it can be read in dark mode too."""
    import segno  # noqa: PLC0415  in rooms where nobody takes out a phone it is never needed

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, omitsize=True
    )
    return out.getvalue()

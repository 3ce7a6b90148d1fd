"""The wizard's API on this side of the socket: as the rest of the API, with the technician's session."""

from __future__ import annotations

import io
import re

from fastapi import Request
from starlette.responses import Response

from agent.front.problems import NO_QR, UNKNOWN_PATH, problem
from agent.front.session_passage import SessionPassage
from agent.wire import SETUP_STEPS

LONGEST_QR = 300
SHOWABLE = re.compile(r"https?://[!-~]+", re.ASCII)


class SetupPassage(SessionPassage):
    """The endpoints below `/api/v1/setup`."""

    async def step(self, request: Request) -> Response:
        """Answer a step."""
        if request.path_params["step"] not in SETUP_STEPS:
            return problem(UNKNOWN_PATH)
        return await self.write(request)

    async def qr_code(self, request: Request) -> Response:
        """A web address for a phone's camera."""
        text = request.query_params.get("text", "")
        if len(text) > LONGEST_QR or not SHOWABLE.fullmatch(text):
            return problem(NO_QR)
        return Response(picture(text), media_type="image/svg+xml")


def picture(text: str) -> bytes:
    """The code as SVG, black on white with its quiet zone, so that it can be read in dark mode too."""
    import segno  # noqa: PLC0415  needed by a box that is being set up alone

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, omitsize=True
    )
    return out.getvalue()

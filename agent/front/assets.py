"""The pages' files, read once at start: what is not in the table does not exist, so no path can lead elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response

from agent.front.bundle import bundle, spare

MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file ready to be sent."""

    content: bytes
    media_type: str
    etag: str

    def answer(self, request: Request) -> Response:
        """The file, or 304 when the client has it."""
        headers = {"ETag": self.etag}
        known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
        if self.etag in known or "*" in known:
            return Response(status_code=304, headers=headers)
        return Response(self.content, headers=headers, media_type=self.media_type)


SHEETS = ("tokens", "base", "stage", "control", "actions", "panel", "sheet", "typed", "welcome")
"""The home page's style sheets in their order."""
WIZARD_SHEETS = ("tokens", "wizard/page", "wizard/fields", "wizard/choices", "wizard/checks", "wizard/parts")
"""Those of the wizard."""
OPS_SHEETS = (
    "tokens",
    "wizard/page",
    "wizard/fields",
    "ops/frame",
    "ops/small",
    "ops/overview",
    "ops/parts",
    "ops/chart",
    "ops/lists",
)
"""Those of the page for operations."""
PAGES = (
    ("page", "js/main.js", SHEETS),
    ("setup", "js/setup/main.js", WIZARD_SHEETS),
    ("ops", "js/ops/main.js", OPS_SHEETS),
)


def load_assets() -> Mapping[str, Asset]:
    """Files by their path below `/static/`: script and style sheet of each page in one piece, and pictures."""
    sources = dict(_below(resources.files("agent.front").joinpath("static"), ""))
    modules = {path: content.decode() for path, content in sources.items() if path.endswith(".js")}
    served = {path: content for path, content in sources.items() if not path.endswith((".js", ".css"))}
    for name, entry, sheets in PAGES:
        served[f"{name}.js"] = spare(bundle(modules, entry)).encode()
        served[f"{name}.css"] = spare("\n".join(sources[f"css/{sheet}.css"].decode() for sheet in sheets)).encode()
    return {path: _asset(path, content) for path, content in sorted(served.items())}


def _below(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _below(entry, f"{prefix}{entry.name}/")
        elif entry.name.rpartition(".")[2] in MEDIA_TYPES:
            yield prefix + entry.name, entry.read_bytes()


def _asset(path: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Asset(content, MEDIA_TYPES[path.rpartition(".")[2]], f'"{digest}"')

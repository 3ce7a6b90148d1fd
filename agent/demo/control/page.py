"""The page itself and its files, read once at start: what is not in the table does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from agent.demo.control.settings import ControlSettings
from agent.demo.control.texts import texts
from agent.demo.day import PEOPLE
from agent.demo.invitations import Delivery, Service
from agent.demo.world import Frequency

MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    media_type: str


def load_assets() -> Mapping[str, Asset]:
    """Every servable file of `static/` by its name."""
    found = (entry for entry in files("agent.demo.control").joinpath("static").iterdir())
    return {
        entry.name: Asset(entry.read_bytes(), MEDIA_TYPES[suffix])
        for entry in found
        if (suffix := entry.name.rpartition(".")[2]) in MEDIA_TYPES
    }


def render_page(settings: ControlSettings, token: str, files_served: Iterable[str]) -> str:
    """The page's HTML; what the room is doing comes over the API."""
    loader = PackageLoader("agent.demo.control")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("control.html").render(
        texts=texts(),
        token=token,
        room=settings.room,
        home_url=settings.home_url,
        people=PEOPLE,
        services=list(Service),
        deliveries=list(Delivery),
        frequencies=list(Frequency),
        scripts=sorted(name for name in files_served if name.endswith(".js")),
    )

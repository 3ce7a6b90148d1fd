"""A box for the page alone: no display, no core."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from display.demo.accidents import Accident
from display.demo.box import Changes
from display.demo.cables import Laptop, Shows
from display.demo.picture import Frame


class FakeBox:
    """Keeps what it is asked for. `report` is what the core would say."""

    def __init__(self, names: Iterable[str] = ("hdmi", "vga"), jpeg: bytes = b"") -> None:
        self.names = tuple(names)
        self.changes = Changes()
        self.frame = Frame(1, jpeg)
        self.reset()

    def reset(self) -> None:
        self.laptops = {name: Laptop() for name in self.names}
        self.acts: list[Mapping[str, Any]] = []
        self.caused: list[Accident] = []
        self.victims: set[Accident] = {Accident.HOME, Accident.SHELL}
        self.report: dict[str, Any] = {
            "screen": "home",
            "inputs": [
                {"name": name, "label": name.upper(), "kind": name, "state": "no_cable", "showing": False}
                for name in self.laptops
            ],
            "notices": [],
        }

    @property
    def over(self) -> bool:
        return self.changes.over

    def state(self) -> Mapping[str, Any]:
        laptops = {
            name: {"plugged": one.plugged, "shows": one.shows.value} for name, one in sorted(self.laptops.items())
        }
        return {"room": self.report, "laptops": laptops, "victims": sorted(self.victims), "restarts": 0}

    async def next_change(self) -> None:
        await self.changes.next(0.1)

    async def newer(self, than: int, within_s: float) -> Frame | None:
        if than == self.frame.number:
            await self.changes.next(min(within_s, 0.5))
        return self.frame if self.frame.number != than and self.frame.jpeg else None

    def act(self, acts: Sequence[Mapping[str, Any]]) -> bool:
        self.acts += acts
        return all("do" in each for each in acts)

    def plug(self, name: str, *, plugged: bool) -> None:
        self.laptops[name] = Laptop(plugged, self.laptops[name].shows)
        self._sees(name, "live" if plugged else "no_cable")

    def show(self, name: str, shows: Shows) -> None:
        self.laptops[name] = Laptop(self.laptops[name].plugged, shows)
        self.changes.changed()

    def cause(self, accident: Accident) -> bool:
        if accident in self.victims:
            self.caused.append(accident)
        return accident in self.victims

    def _sees(self, name: str, signal: str) -> None:
        for each in self.report["inputs"]:
            if each["name"] == name:
                each |= {"state": signal, "showing": signal == "live"}
        self.report["screen"] = "content" if any(one["showing"] for one in self.report["inputs"]) else "home"
        self.changes.changed()

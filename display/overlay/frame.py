"""What every overlay is laid out with: the screen, its measure, a language. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from display.model import Geometry
from display.overlay.fit import Measure, lines, one_line
from display.overlay.layout import TOUCH_PX, Kind, Layout, Part, mirror, mirrored, rem
from display.overlay.state import Action
from display.texts import Say

LARGE, BODY, TITLE = 1.375, 1.125, 1.75  # sizes of text, and below of space, in rem
LINE = 1.35
GAP, PAD, MARGIN = 0.625, 1.25, 1.25
TARGET = 3.25
ICON = 1.5  # of the text beside it


@dataclass(frozen=True, slots=True)
class Button:
    """A button before it has a place."""

    text: str
    action: Action
    icon: str = ""
    kind: Kind = Kind.BUTTON


@dataclass(frozen=True, slots=True)
class Frame:
    """A screen and a language. Laid out from left to right; `layout` mirrors where the language asks for it."""

    screen: Geometry
    language: str
    rtl: bool
    say: Say
    measure: Measure

    @property
    def rem(self) -> float:
        return rem(self.screen)

    @property
    def target(self) -> int:
        """The height of what one touches, and its least width."""
        return max(self.px(TARGET), TOUCH_PX)

    def px(self, rems: float) -> int:
        """A length of the home page in pixels of this screen."""
        return round(rems * self.rem)

    def button_width(self, button: Button) -> int:
        """How wide a button wants to be."""
        if not button.text:
            return self.target
        text = self.measure(button.text, self.px(BODY), bold=True)
        icon = self.px(BODY * ICON + GAP) if button.icon else 0
        return max(round(text) + icon + 2 * self.px(PAD) + 1, self.target)

    def button(self, button: Button, x: int, y: int, width: int | None = None) -> Part:
        """A button in its place; its words are cut where `width` is less than it wants."""
        width = self.button_width(button) if width is None else width
        room = width - (self.button_width(button) - self.measure(button.text, self.px(BODY), bold=True))
        return Part(
            button.kind,
            Geometry(width, self.target, x, y),
            text=one_line(button.text, room, self.px(BODY), self.measure, bold=True) if button.text else "",
            icon=button.icon,
            action=button.action,
            size=self.px(BODY),
            bold=True,
            centred=True,
        )

    def text(self, kind: Kind, text: str, box: Geometry, size: float, *, bold: bool = False) -> Part:
        """One line in a box, cut where it does not fit."""
        said = one_line(text, box.width, self.px(size), self.measure, bold=bold)
        return Part(kind, box, text=said, size=self.px(size), bold=bold)

    def paragraph(
        self, kind: Kind, text: str, place: Geometry, size: float, *, bold: bool = False, most: int = 4
    ) -> Sequence[Part]:
        """Lines one below the other from the top of `place`, which gives their width."""
        height = self.px(size * LINE)
        found = lines(text, place.width, self.px(size), self.measure, bold=bold, most=most)
        return [
            self.text(kind, line, Geometry(place.width, height, place.x, place.y + row * height), size, bold=bold)
            for row, line in enumerate(found)
        ]

    def layout(self, name: str, box: Geometry, parts: Iterable[Part], *, edge: str = "") -> Layout:
        """The finished overlay."""
        if self.rtl:
            return Layout(
                name, mirror(box, self.screen), mirrored(parts, self.screen), self.rem, self.language, self.rtl, edge
            )
        return Layout(name, box, tuple(parts), self.rem, self.language, self.rtl, edge)


def bottom(parts: Iterable[Part], otherwise: int) -> int:
    """Where the lowest part ends."""
    return max((part.box.y + part.box.height for part in parts), default=otherwise)

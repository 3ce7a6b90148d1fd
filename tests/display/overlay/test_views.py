"""Whatever there is to tell, on whatever screen, in whatever language: it fits, and it can be touched."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import cast

import pytest

from display.model import Geometry
from display.overlay.fit import Measure
from display.overlay.layout import TOUCH_PX, Kind, Layout, Part, action_at
from display.overlay.state import (
    Action,
    ContentBar,
    HomeBar,
    MeetingBar,
    Offer,
    Opening,
    OverlayState,
    SafePage,
    Starting,
    Unsupported,
)
from display.overlay.typeset import Typesetter
from display.overlay.views import layouts
from display.texts import languages, right_to_left
from tests.gallery.overlay import SCREENS, STATES

SIZES = {
    **SCREENS,
    "portrait-720": Geometry(720, 1280),
    "second screen": Geometry(1920, 1080, 1920, 0),
    "old": Geometry(1024, 768),
    "wide": Geometry(3440, 1440),
}
LONG = "A provider whose name goes on and on, with Überlängenverhältnisse, and then some more of it for good measure"
NAMES = {
    "bar": OverlayState(bar=MeetingBar(provider_name=LONG, volume=100, content=LONG), offer=Offer(label=LONG)),
    "content": OverlayState(bar=ContentBar(label=LONG, in_meeting=True, volume=1, black=True), bar_on_top=True),
    "message": OverlayState(message=Unsupported(label=LONG, width=4096, height=2160)),
    "opening": OverlayState(message=Opening(provider_name=LONG)),
    "page": OverlayState(message=SafePage(room_name=LONG, time="10:09 AM", code=LONG)),
    "empty": OverlayState(bar=MeetingBar(content=""), message=Opening(), offer=Offer(label="")),
    "nothing known": OverlayState(message=Starting()),
}
BUTTONS = frozenset({Kind.BUTTON, Kind.PRIMARY, Kind.DANGER})


def laid_out(state: OverlayState, screen: Geometry, language: str) -> tuple[Layout, ...]:
    return layouts(state, screen, language, measuring(language))


@cache
def measuring(language: str) -> Measure:
    return cast("Measure", cache(Typesetter(language, rtl=right_to_left(language)).width))


def inside(box: Geometry, other: Geometry) -> bool:
    return (
        other.x <= box.x
        and other.y <= box.y
        and box.x + box.width <= other.x + other.width
        and box.y + box.height <= other.y + other.height
    )


def overlap(one: Geometry, other: Geometry) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def grounds(part: Part) -> bool:
    return part.kind in {Kind.PANEL, Kind.PAGE}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", sorted(languages()))
def test_everything_is_on_the_screen_apart_from_each_other_and_large_enough(size: str, language: str) -> None:
    screen, measure = SIZES[size], measuring(language)
    for name, state in {**STATES, **NAMES}.items():
        for layout in layouts(state, screen, language, measure):
            where = (name, layout.name)
            assert inside(layout.box, screen), where
            parts = [part for part in layout.parts if not grounds(part)]
            assert all(inside(part.box, layout.box) for part in parts), where
            assert not [pair for pair in combinations(parts, 2) if overlap(pair[0].box, pair[1].box)], where
            assert all(min(part.box.width, part.box.height) >= TOUCH_PX for part in parts if part.action), where
            assert all(
                measure(part.text, part.size, bold=part.bold) <= part.box.width + 1 for part in parts if part.text
            ), where


def test_bar_and_offer_do_not_cover_each_other() -> None:
    for on_top in (False, True):
        state = OverlayState(bar=HomeBar(), offer=Offer(label="HDMI"), bar_on_top=on_top)
        offered, bar = laid_out(state, SCREENS["1080p"], "en")
        assert not overlap(offered.box, bar.box)


def test_a_page_leaves_nothing_else() -> None:
    state = OverlayState(message=Starting(), bar=HomeBar(), offer=Offer(label="HDMI"))
    assert [layout.name for layout in laid_out(state, SCREENS["1080p"], "en")] == ["page"]


def test_words_that_are_cut_keep_their_beginning() -> None:
    (bar,) = laid_out(OverlayState(bar=MeetingBar(provider_name=LONG)), SCREENS["1080p"], "en")
    title = next(part for part in bar.parts if part.kind is Kind.TEXT)
    assert "A provider whose name" in title.text
    assert title.text.endswith("…")


def test_arabic_is_the_mirror_image() -> None:
    state, screen = OverlayState(bar=MeetingBar(provider_name="Zoom", volume=64)), SCREENS["1080p"]
    (english,), (arabic,) = laid_out(state, screen, "en"), laid_out(state, screen, "ar")

    def order(layout: Layout) -> list[Action]:
        return [part.action for part in sorted(layout.parts, key=lambda part: part.box.x) if part.action]

    assert order(arabic) == list(reversed(order(english)))
    assert english.parts[1].box.x - english.box.x == arabic.box.x + arabic.box.width - (
        arabic.parts[1].box.x + arabic.parts[1].box.width
    )


def test_a_touch_finds_its_button_and_nothing_beside_it() -> None:
    (bar,) = laid_out(OverlayState(bar=MeetingBar(volume=5, content="HDMI")), SCREENS["1080p"], "en")
    for part in bar.parts:
        if part.action:
            box = part.box
            assert action_at(bar, box.x, box.y) is part.action
            assert action_at(bar, box.x + box.width - 1, box.y + box.height - 1) is part.action
            assert action_at(bar, box.x - 1, box.y) is None
    assert action_at(bar, bar.box.x + 1, bar.box.y + 1) is None


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (OverlayState(bar=MeetingBar()), {"home", "leave"}),
        (OverlayState(bar=MeetingBar(volume=0)), {"home", "leave", "volume_up", "volume_down"}),
        (OverlayState(bar=MeetingBar(content="HDMI")), {"home", "leave", "show_content"}),
        (OverlayState(bar=MeetingBar(content="HDMI", showing=True)), {"home", "leave", "hide_content"}),
        (OverlayState(bar=ContentBar(label="HDMI")), {"home"}),
        (OverlayState(bar=ContentBar(label="HDMI", in_meeting=True)), {"home", "back"}),
        (OverlayState(bar=HomeBar()), {"back", "leave"}),
        (OverlayState(bar=HomeBar(returns=False)), {"leave"}),
        (OverlayState(offer=Offer(label="HDMI")), {"show_content", "hide_content"}),
        (OverlayState(message=Opening()), {"leave"}),
        (OverlayState(message=Unsupported(label="HDMI")), set()),
    ],
)
def test_every_state_offers_what_can_be_done_in_it(state: OverlayState, actions: set[str]) -> None:
    (layout,) = laid_out(state, SCREENS["1080p"], "en")
    assert {part.action for part in layout.parts if part.action} == actions


@pytest.mark.parametrize("volume", [-5, 0, 100, 900])
def test_a_volume_beyond_its_range_is_drawn_within(volume: int) -> None:
    (bar,) = laid_out(OverlayState(bar=MeetingBar(volume=volume)), SCREENS["1080p"], "en")
    level = next(part for part in bar.parts if part.kind is Kind.LEVEL)
    assert level.value == min(max(volume, 0), 100)


def test_the_size_of_a_picture_is_told_where_it_is_known() -> None:
    def said(width: int) -> str:
        (layout,) = laid_out(
            OverlayState(message=Unsupported(label="VGA", width=width, height=1200)), SCREENS["1080p"], "en"
        )
        return " ".join(part.text for part in layout.parts)

    assert "1600×1200" in said(1600)
    assert "×1200" not in said(0)

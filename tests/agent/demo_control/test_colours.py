"""Text can be read in both colour schemes: WCAG 2.2 AA, 4.5:1 for text and 3:1 for signs and borders of fields."""

from __future__ import annotations

import re

import pytest

from agent.demo.control.page import load_assets

LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in load_assets()["tokens.css"].content.decode().split("@media (prefers-color-scheme: dark)")
)
TEXT = [
    *((ink, ground) for ink in ("text", "muted") for ground in ("ground", "surface", "raised", "accent-soft")),
    *((ink, f"{ink}-soft") for ink in ("good", "bad", "warn")),
    *((ink, "surface") for ink in ("good", "bad", "accent")),
    ("surface", "good"),
    ("surface", "bad"),
    ("surface", "text"),
    ("on-accent", "accent"),
    ("accent", "raised"),
    ("accent", "accent-soft"),
    ("text", "bad-soft"),
]
SIGNS = ["line-strong", "teams", "zoom", "webex", "meet", "skype", "in-person", "accent", "bad"]


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out_from_its_ground(scheme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(scheme[ink], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sign", SIGNS)
def test_signs_stand_out_from_the_surface(scheme: dict[str, str], sign: str) -> None:
    assert contrast(scheme[sign], scheme["surface"]) >= 3

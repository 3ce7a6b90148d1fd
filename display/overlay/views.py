"""From what is to be told to where each of its parts is: one layout per window. Pure."""

from __future__ import annotations

from display.model import Geometry
from display.overlay.bars import bar
from display.overlay.cards import card, offer
from display.overlay.fit import Measure
from display.overlay.frame import Frame
from display.overlay.layout import Layout
from display.overlay.pages import page
from display.overlay.state import OverlayState, SafePage, Starting
from display.texts import choose, right_to_left, speaker


def layouts(state: OverlayState, screen: Geometry, language: str, measure: Measure) -> tuple[Layout, ...]:
    """What the shell draws on a screen, from back to front. A page covers the screen; nothing stands over it."""
    spoken = choose(language)
    frame = Frame(screen, spoken, right_to_left(spoken), speaker(language), measure)
    message = state.message
    if isinstance(message, Starting | SafePage):
        return (page(frame, message),)
    found = []
    if message is not None:
        found.append(card(frame, message))
    if state.offer is not None:
        found.append(offer(frame, state.offer, low=state.bar_on_top and state.bar is not None))
    if state.bar is not None:
        found.append(bar(frame, state.bar, on_top=state.bar_on_top))
    return tuple(found)

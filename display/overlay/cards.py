"""Cards over whatever is on the screen: messages in its middle, the offer of a picture in a corner. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from display.model import Geometry
from display.overlay.frame import BODY, GAP, LARGE, LINE, MARGIN, PAD, TITLE, Button, Frame, bottom
from display.overlay.layout import Kind, Layout, Part, moved
from display.overlay.state import (
    Action,
    NoPicture,
    Offer,
    Opening,
    Protected,
    Reset,
    ResetQuestion,
    ScreenLost,
    Unsupported,
)

_WIDEST = 38.0  # rem
_SIGN = 3.0
_OFFER_TEXT = 28.0

Card = Opening | Unsupported | NoPicture | Protected | ScreenLost | Reset | ResetQuestion


@dataclass(frozen=True, slots=True)
class _Words:
    sign: str  # an icon; none: a spinner
    title: str
    detail: str = ""
    buttons: tuple[Button, ...] = ()


def card(frame: Frame, wanted: Card) -> Layout:
    """A message: its sign at the beginning, words beside it, buttons below."""
    words = _words(frame, wanted)
    pad, sign = frame.px(PAD * 1.5), frame.px(_SIGN)
    beside = sign + frame.px(PAD)
    most = min(frame.px(_WIDEST), frame.screen.width - 2 * frame.px(MARGIN)) - 2 * pad - beside
    wish = max(frame.measure(words.title, frame.px(TITLE), bold=True), frame.measure(words.detail, frame.px(LARGE)))
    width = min(round(wish) + 1, most)
    place = Geometry(width, 0, beside, 0)
    title = frame.paragraph(Kind.TEXT, words.title, place, TITLE, bold=True, most=3)
    below = Geometry(width, 0, beside, bottom(title, 0) + frame.px(GAP / 2))
    detail = frame.paragraph(Kind.SOFT, words.detail, below, LARGE, most=5)
    first = Geometry(sign, sign, 0, max(frame.px(TITLE * LINE) - sign, 0) // 2)
    mark = Part(Kind.ICON if words.sign else Kind.SPINNER, first, icon=words.sign, size=sign * 0.8)
    parts = [mark, *title, *detail]
    y = bottom(parts, 0) + frame.px(PAD)
    for button in words.buttons:  # one below the other: two in a row fit no narrow screen and no long language
        parts.append(frame.button(button, beside, y, min(frame.button_width(button), width)))
        y += frame.target + frame.px(GAP)
    return _centred(frame, "message", parts, beside + width, pad)


def _words(frame: Frame, wanted: Card) -> _Words:
    say = frame.say
    match wanted:
        case Opening():
            name = wanted.provider_name
            title = say("opening.title", provider=name) if name else say("opening.meeting")
            return _Words("", title, buttons=(Button(say("opening.cancel"), Action.LEAVE, "close"),))
        case Unsupported():
            size = f"{wanted.width}×{wanted.height}"
            key = "unsupported.size" if wanted.width and wanted.height else "unsupported.detail"
            return _Words("warning", say("unsupported.title"), say(key, label=wanted.label, size=size))
        case NoPicture():
            return _Words("laptop", say("no_picture.title", label=wanted.label), say("no_picture.detail"))
        case Protected():
            return _Words("lock", say("protected.title", label=wanted.label), say("protected.detail"))
        case ScreenLost():
            return _Words("warning", say("screen_lost.title"), say("screen_lost.detail", label=wanted.label))
        case Reset() | ResetQuestion():
            return _reset(frame, wanted)


def _reset(frame: Frame, wanted: Reset | ResetQuestion) -> _Words:
    say = frame.say
    if isinstance(wanted, Reset):
        return _Words("warning", say("reset.title"), say("reset.detail", seconds=max(wanted.seconds, 0)))
    keep = Button(say("opening.cancel"), Action.KEEP, "close")
    go = Button(say("reset.go"), Action.RESET, "", Kind.DANGER)
    return _Words("warning", say("reset.title"), say("reset.ask"), buttons=(keep, go))


def _centred(frame: Frame, name: str, parts: list[Part], width: int, pad: int) -> Layout:
    box = Geometry(width + 2 * pad, bottom(parts, 0) + 2 * pad)
    x = frame.screen.x + (frame.screen.width - box.width) // 2
    y = frame.screen.y + (frame.screen.height - box.height) // 2
    box = Geometry(box.width, box.height, x, y)
    return frame.layout(name, box, [Part(Kind.PANEL, box), *(moved(part, x + pad, y + pad) for part in parts)])


def offer(frame: Frame, wanted: Offer, *, low: bool = False) -> Layout:
    """A laptop's picture to be had, in the upper corner at the end (in the lower one, if a bar is above)."""
    say, pad, gap = frame.say, frame.px(PAD), frame.px(GAP)
    title, hint = say("offer.title", label=wanted.label), say("offer.detail")
    show = Button(say("offer.show"), Action.SHOW_CONTENT, "", Kind.PRIMARY)
    fixed = 2 * frame.target + 2 * pad + 2 * gap + frame.button_width(show)
    wish = max(frame.measure(title, frame.px(LARGE), bold=True), frame.measure(hint, frame.px(BODY)))
    room = frame.screen.width - 2 * frame.px(MARGIN) - 2 * pad - fixed
    width = max(min(round(wish) + 1, room, frame.px(_OFFER_TEXT)), frame.px(4))
    high, low_line = frame.px(LARGE * LINE), frame.px(BODY * LINE)
    left, top = frame.target + gap, (frame.target - high - low_line) // 2
    buttons = left + width + 2 * pad
    parts = [
        Part(Kind.ICON, Geometry(frame.target, frame.target, 0, 0), icon="laptop", size=frame.px(LARGE * 1.4)),
        frame.text(Kind.TEXT, title, Geometry(width, high, left, top), LARGE, bold=True),
        frame.text(Kind.SOFT, hint, Geometry(width, low_line, left, top + high), BODY),
        frame.button(show, buttons, 0),
        frame.button(Button("", Action.HIDE_CONTENT, "close"), buttons + frame.button_width(show) + gap, 0),
    ]
    whole = left + width + 2 * pad + frame.button_width(show) + gap + frame.target
    box_width, box_height = whole + 2 * pad, frame.target + 2 * pad
    x = frame.screen.x + frame.screen.width - frame.px(MARGIN) - box_width
    y = frame.screen.y + (frame.screen.height - frame.px(MARGIN) - box_height if low else frame.px(MARGIN))
    box = Geometry(box_width, box_height, x, y)
    placed = [Part(Kind.PANEL, box), *(moved(part, x + pad, y + pad) for part in parts)]
    return frame.layout("offer", box, placed, edge="bottom" if low else "top")

"""The slim bar over a meeting, over a laptop's picture, over the home screen while a meeting runs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from display.model import Geometry
from display.overlay.frame import BODY, GAP, LARGE, LINE, MARGIN, PAD, Button, Frame
from display.overlay.layout import Kind, Layout, Part, moved
from display.overlay.state import Action, Bar, ContentBar, HomeBar, MeetingBar
from display.texts import Say, apart

_NAME_LEAST, _NAME_ENOUGH, _NAME_MOST = 9.0, 19.0, 34.0  # the words on the left, in rem
_LEVEL = 5.0


@dataclass(frozen=True, slots=True)
class _Words:
    icon: str
    title: str
    detail: str
    buttons: tuple[Button, ...]
    volume: int | None = None


def bar(frame: Frame, wanted: Bar, *, on_top: bool = False) -> Layout:
    """The bar in the middle of the lower edge (or the upper one): one row where it fits, else words above buttons."""
    words = _words(frame.say, wanted)
    pad, margin = frame.px(PAD), frame.px(MARGIN)
    room = frame.screen.width - 2 * (margin + pad)
    controls = _controls_width(frame, words)
    name = min(_name_width(frame, words), frame.px(_NAME_MOST))
    one_row = min(name, frame.px(_NAME_ENOUGH)) + 2 * pad + controls <= room
    inner = min(name + 2 * pad + controls, room) if one_row else room
    left = frame.screen.x + (frame.screen.width - inner) // 2
    if one_row:
        parts = [*_name(frame, words, left, pad, inner - controls - 2 * pad)]
        parts += _controls(frame, words, left + inner - controls, pad)
    else:
        parts = [*_stacked(frame, words, left, inner)]
    height = max(part.box.y + part.box.height for part in parts) + pad
    top = frame.screen.y + (margin if on_top else frame.screen.height - margin - height)
    box = Geometry(inner + 2 * pad, height, left - pad, top)
    placed = [moved(part, 0, top) for part in parts]
    return frame.layout("bar", box, [Part(Kind.PANEL, box), *placed], edge="top" if on_top else "bottom")


def _words(say: Say, wanted: Bar) -> _Words:
    leave = Button(say("bar.leave"), Action.LEAVE, "leave", Kind.DANGER)
    home = Button(say("bar.home"), Action.HOME, "home")
    match wanted:
        case MeetingBar():
            content = _content(say, wanted)
            title = apart(wanted.provider_name) if wanted.provider_name else say("bar.meeting")
            return _Words("meeting", title, say("bar.running"), (*content, home, leave), wanted.volume)
        case ContentBar():
            back = (Button(say("bar.back"), Action.BACK, "back", Kind.PRIMARY),) if wanted.in_meeting else ()
            hint = say("bar.content.black") if wanted.black else ""
            return _Words("laptop", say("bar.content", label=wanted.label), hint, (*back, home), wanted.volume)
        case HomeBar():
            back = (Button(say("bar.return"), Action.BACK, "meeting", Kind.PRIMARY),) if wanted.returns else ()
            title = apart(wanted.provider_name) if wanted.provider_name else say("bar.meeting")
            return _Words("meeting", title, say("bar.running"), (*back, leave))
        case _:
            assert_never(wanted)


def _content(say: Say, wanted: MeetingBar) -> tuple[Button, ...]:
    if wanted.content is None:
        return ()
    if wanted.showing:
        return (Button(say("bar.hide", label=wanted.content), Action.HIDE_CONTENT, "laptop"),)
    return (Button(say("bar.show", label=wanted.content), Action.SHOW_CONTENT, "laptop", Kind.PRIMARY),)


def _name_width(frame: Frame, words: _Words) -> int:
    title = frame.measure(words.title, frame.px(LARGE), bold=True)
    detail = frame.measure(words.detail, frame.px(BODY))
    return frame.target + frame.px(GAP) + round(max(title, detail)) + 1


def _name(frame: Frame, words: _Words, x: int, y: int, width: int) -> Sequence[Part]:
    """Icon, title and what is said below it, as high as a button."""
    icon = Part(Kind.ICON, Geometry(frame.target, frame.target, x, y), icon=words.icon, size=frame.px(LARGE * 1.4))
    left = x + frame.target + frame.px(GAP)
    room = width - (left - x)
    high, low = frame.px(LARGE * LINE), frame.px(BODY * LINE)
    if not words.detail:
        box = Geometry(room, high, left, y + (frame.target - high) // 2)
        return [icon, frame.text(Kind.TEXT, words.title, box, LARGE, bold=True)]
    top = y + (frame.target - high - low) // 2
    return [
        icon,
        frame.text(Kind.TEXT, words.title, Geometry(room, high, left, top), LARGE, bold=True),
        frame.text(Kind.SOFT, words.detail, Geometry(room, low, left, top + high), BODY),
    ]


def _volume_width(frame: Frame) -> int:
    return 2 * frame.target + frame.px(_LEVEL) + 2 * frame.px(GAP)


def _controls_width(frame: Frame, words: _Words) -> int:
    widths = [frame.button_width(button) for button in words.buttons]
    if words.volume is not None:
        widths.append(_volume_width(frame) + frame.px(GAP))
    return sum(widths) + frame.px(GAP) * (len(widths) - 1)


def _volume(frame: Frame, volume: int, x: int, y: int) -> Sequence[Part]:
    quieter = frame.button(Button("", Action.VOLUME_DOWN, "quieter"), x, y)
    left = x + frame.target + frame.px(GAP)
    level = Part(Kind.LEVEL, Geometry(frame.px(_LEVEL), frame.target, left, y), value=min(max(volume, 0), 100))
    louder = frame.button(Button("", Action.VOLUME_UP, "louder"), left + frame.px(_LEVEL + GAP), y)
    return [quieter, level, louder]


def _controls(frame: Frame, words: _Words, x: int, y: int) -> list[Part]:
    parts: list[Part] = []
    if words.volume is not None:
        parts += _volume(frame, words.volume, x, y)
        x += _volume_width(frame) + 2 * frame.px(GAP)
    for button in words.buttons:
        parts.append(frame.button(button, x, y))
        x += frame.button_width(button) + frame.px(GAP)
    return parts


def _stacked(frame: Frame, words: _Words, left: int, width: int) -> Sequence[Part]:
    """Words, volume and buttons in rows of their own, the buttons of a row equally wide."""
    y, gap = frame.px(PAD), frame.px(GAP)
    volume = 0 if words.volume is None else _volume_width(frame)
    beside = volume and frame.px(_NAME_LEAST) + frame.px(PAD) + volume <= width
    parts = [*_name(frame, words, left, y, width - volume - frame.px(PAD) if beside else width)]
    if words.volume is not None:
        y += 0 if beside else frame.target + gap
        parts += _volume(frame, words.volume, left + width - volume if beside else left, y)
    for row in _rows(frame, words.buttons, width):
        y += frame.target + gap
        each = (width - gap * (len(row) - 1)) // len(row)
        parts += [frame.button(button, left + index * (each + gap), y, each) for index, button in enumerate(row)]
    return parts


def _rows(frame: Frame, buttons: Sequence[Button], width: int) -> list[list[Button]]:
    rows: list[list[Button]] = []
    for button in buttons:
        wider = [*rows[-1], button] if rows else []
        widest = max((frame.button_width(each) for each in wider), default=0)
        if wider and widest * len(wider) + frame.px(GAP) * (len(wider) - 1) <= width:
            rows[-1] = wider
        else:
            rows.append([button])
    return rows

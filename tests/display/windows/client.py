"""A program with windows, for the tests of the window manager: one JSON line on stdin per request, one answer each.

{"do": "open", "color": "#aa0000", "class": ["a", "room-home"], "dialog_of": id, "pid": 1} → {"window": id}
{"do": "close" | "unmap" | "resize" | "fullscreen" | "activate", "window": id} → {}
{"do": "keys"} → {"keys": ["ctrl+d", ...]}: what was typed into its windows so far, since it was asked last
"""

from __future__ import annotations

import json
import select
import sys
from typing import Any

from Xlib import XK, X, Xatom
from Xlib.display import Display
from Xlib.protocol import event

_brushes: dict[int, Any] = {}
_typed: list[str] = []
_MODIFIERS = {"shift": X.ShiftMask, "ctrl": X.ControlMask, "alt": X.Mod1Mask}


def opened(shown: Display, request: dict[str, Any]) -> int:
    root = shown.screen().root
    color = int(request["color"].lstrip("#"), 16)
    window = root.create_window(
        10, 10, 200, 100, 0, shown.screen().root_depth, event_mask=X.ExposureMask | X.KeyPressMask
    )
    _brushes[window.id] = window.create_gc(foreground=color)
    if request.get("class", True):
        window.set_wm_class(*request.get("class", ["x", "x"]))
    if "pid" in request:
        window.change_property(shown.intern_atom("_NET_WM_PID"), Xatom.CARDINAL, 32, [request["pid"]])
    if "dialog_of" in request:
        window.set_wm_transient_for(shown.create_resource_object("window", request["dialog_of"]))
    window.map()
    return int(window.id)


def told(shown: Display, window: Any, kind: str, data: list[int]) -> None:
    message = event.ClientMessage(window=window, client_type=shown.intern_atom(kind), data=(32, data))
    shown.screen().root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)


def named(shown: Display, pressed: Any) -> str:
    """A key with its modifiers: "ctrl+d"."""
    modifiers = [name for name, mask in _MODIFIERS.items() if pressed.state & mask]
    keysym = shown.keycode_to_keysym(pressed.detail, 0)
    name = next((name[3:] for name in dir(XK) if name.startswith("XK_") and getattr(XK, name) == keysym), str(keysym))
    return "+".join([*modifiers, name])


def paint(shown: Display) -> None:
    while shown.pending_events():
        happened = shown.next_event()
        if happened.type == X.KeyPress:
            _typed.append(named(shown, happened))
        if happened.type == X.Expose and happened.window.id in _brushes:
            happened.window.fill_rectangle(_brushes[happened.window.id], 0, 0, 4_000, 4_000)
        shown.sync()  # here, since it reads events too, which nobody would wait for after the loop


def act(shown: Display, request: dict[str, Any]) -> dict[str, Any]:
    window = shown.create_resource_object("window", request.get("window", 0))
    match request["do"]:
        case "open":
            return {"window": opened(shown, request)}
        case "keys":
            typed = list(_typed)
            _typed.clear()
            return {"keys": typed}
        case "close":
            window.destroy()
        case "unmap":
            window.unmap()
        case "resize":
            window.configure(x=5, y=5, width=50, height=50)
        case "fullscreen":
            told(shown, window, "_NET_WM_STATE", [0, shown.intern_atom("_NET_WM_STATE_FULLSCREEN"), 0, 0, 0])
        case "activate":
            told(shown, window, "_NET_ACTIVE_WINDOW", [1, 0, 0, 0, 0])
    return {}


def main() -> None:
    shown = Display()
    while True:
        paint(shown)
        ready, _, _ = select.select([sys.stdin.fileno(), shown.fileno()], [], [])
        if sys.stdin.fileno() in ready:
            line = sys.stdin.readline()
            if not line:
                break
            answer = act(shown, json.loads(line))
            shown.sync()
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Facts about the display → its checks in the status document. Pure.

They warn and never fail: the home screen shows the room and joins meetings without a display.
"""

from __future__ import annotations

from collections.abc import Iterable

from agent.state.check import Check
from agent.state.display import DisplayFacts, Trouble
from agent.state.troubles import SILENT, sentences, severity_of

OUTPUTS = frozenset({"display.mode_refused", "display.no_output"})
INPUTS = ("display.input_", "display.edid_", "display.player_", "display.no_player")
_NO_SLEEP = "display.sleep_unavailable"
_NOT_SEEN = "display.not_seen"


def display_checks(display: DisplayFacts) -> list[Check]:
    """Whether it is there and works, its screens, its inputs."""
    troubles = [each for each in display.troubles if severity_of(each.code) == "warning"]
    outputs = [each for each in troubles if each.code in OUTPUTS]
    inputs = [each for each in troubles if each.code.startswith(INPUTS)]
    others = [each for each in troubles if each not in outputs and each not in inputs]
    return [_present(display, others), _outputs(display, outputs), _inputs(display, inputs)]


def _present(display: DisplayFacts, troubles: list[Trouble]) -> Check:
    if display.silent_since is not None:
        troubles = [Trouble(SILENT, "", display.silent_since)]
    return _check("display:present", troubles, "display.ok" if display.present else _NOT_SEEN, value=display.present)


def _outputs(display: DisplayFacts, troubles: list[Trouble]) -> Check:
    known = display.outputs
    connected = None if known is None else sum(each.connected for each in known)
    code = _NOT_SEEN if known is None else "display.outputs_ok" if connected else "display.no_output"
    if code == "display.no_output" and not troubles:
        return Check(key="display:outputs", status="warn", code=code, value=connected, unit="connected",
                     output=sentences("en", code)[0])  # fmt: skip
    if code == "display.outputs_ok" and any(each.code == _NO_SLEEP for each in display.troubles):
        code = _NO_SLEEP
    return _check("display:outputs", troubles, code, value=connected, unit="connected")


def _inputs(display: DisplayFacts, troubles: list[Trouble]) -> Check:
    live = sum(each.state == "live" for each in display.inputs) if display.present else None
    code = "display.inputs_ok" if display.present else _NOT_SEEN
    return _check("display:inputs", troubles, code, value=live, unit="live")


def _check(
    key: str, troubles: Iterable[Trouble], code: str, *, value: float | bool | None, unit: str | None = None
) -> Check:
    """The first trouble, or that all is well."""
    first = next(iter(troubles), None)
    if first is None:
        return Check(key=key, status="pass", code=code, value=value, unit=unit)
    title = sentences("en", first.code)[0]
    part = (
        first.part if first.code in OUTPUTS or first.code.startswith(INPUTS) else ""
    )  # a window's name is a page's text
    return Check(
        key=key, status="warn", code=first.code, value=value, unit=unit, since=first.since, output=title, part=part
    )

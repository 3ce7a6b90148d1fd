"""Everything the shell knows at one moment, and what follows from it for choice and report. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.wire import DisplayConfig, DisplayProblem, DisplayReport, Input, OutputReport, WindowReport
from display.choose import Asked, Facts, Guest, Screen, Wish
from display.debounce import Phase
from display.inputs.watched import InputNow
from display.model import Call, Connector, Role, Signal
from display.overlay.state import Reset, ResetQuestion

TOLD_S = 120.0
"""For how long the core is told of a touch."""
LABEL, MOST = 200, 32
"""Characters of a text and entries of a list that the core takes: what is longer costs its end, not the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`home`, `meeting`: whether their windows are there; `playing`: the input whose picture is on the player's
    window; `touched`: when somebody touched the screen last, and at which share of its height; `typed`: when somebody
    used a keyboard last, or a presenter that is one; `hand`: when somebody did either here; monotonic seconds.
    `home_since`: since when the home screen's window has been missing; None while it is there. `clock`: the room's
    time of the day, as people read it. `reset`: what there is to say about a new set-up."""

    config: DisplayConfig = DisplayConfig()  # noqa: RUF009  frozen
    call: Call = Call()  # noqa: RUF009
    home: bool = False
    meeting: bool = False
    inputs: Sequence[InputNow] = ()
    playing: str | None = None
    black: bool = False
    asked: Asked = Asked(Wish.NOTHING)  # noqa: RUF009
    volume: int | None = None
    now: float = 0.0
    touched: float = float("-inf")
    touched_at: float = 0.5
    typed: float = float("-inf")
    hand: float = float("-inf")
    home_since: float | None = None
    home_code: str | None = None
    clock: str = ""
    awake: bool = True
    reset: Reset | ResetQuestion | None = None


def guests(inputs: Sequence[InputNow]) -> list[Guest]:
    """The inputs as far as the choice of a screen goes."""
    return [Guest(each.name, each.shows, each.popup_wanted, each.likely) for each in inputs]


def facts(known: Known) -> Facts:
    """What the choice of a screen depends on."""
    return Facts(
        call=known.call.state,
        call_seen=known.meeting and known.call.ready,
        call_unseen=known.call.ready and bool(known.call.program) and not known.meeting,
        inputs=guests(known.inputs),
        playing=known.playing,
        preview=known.config.content == "preview",
        wish=known.asked.wish,
        wished=known.asked.wished,
    )


def reported_inputs(inputs: Sequence[InputNow], screen: Screen) -> list[Input]:
    """The inputs as the core is told of them. One that flickers but still shows its picture is live; one that is black
    is so while people see it black."""
    shown = screen.play if screen.front is Role.CONTENT else None
    return [
        Input(
            name=each.name,
            label=each.label[:LABEL],
            kind=each.kind,
            state=Signal.LIVE if _flickers(each, shown) else each.signal,
            showing=each.name == shown,
        )
        for each in inputs[:MOST]
    ]


def _flickers(each: InputNow, shown: str | None) -> bool:
    black = each.signal is Signal.PROTECTED and each.name == shown
    return each.shows and each.phase is Phase.LINGERING and not black


def report(
    known: Known,
    screen: Screen,
    *,
    connectors: Sequence[Connector],
    windows: Sequence[WindowReport],
    problems: Sequence[DisplayProblem],
    versions: Mapping[str, str],
) -> DisplayReport:
    """What the core is told. It holds no title and no address: nothing of what a page says."""
    names = {Role.HOME: "home", Role.MEETING: "meeting", Role.CONTENT: "content"}
    return DisplayReport(
        screen=names[screen.front],
        shown=screen.play if screen.front is Role.CONTENT else None,
        awake=known.awake,
        inputs=reported_inputs(known.inputs, screen),
        outputs=[reported_output(each) for each in connectors[:MOST]],
        windows=list(windows[:MOST]),
        problems=list(problems),
        touched_s_ago=_ago(known),
        versions=dict(versions),
    )


def _ago(known: Known) -> int | None:
    ago = known.now - known.hand
    return int(ago) if 0 <= ago <= TOLD_S else None


def reported_output(connector: Connector) -> OutputReport:
    """A socket for a screen as the core is told of it."""
    return OutputReport(
        name=connector.name,
        connected=connector.connected,
        enabled=connector.mode is not None,
        mode=str(connector.mode) if connector.mode else None,
        screen=connector.screen[:LABEL] if connector.screen else None,
        primary=connector.primary,
    )

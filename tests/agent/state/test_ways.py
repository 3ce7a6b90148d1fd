"""Which commands there are, and the input that somebody means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent import wire
from agent.errors import CommandError
from agent.state.project import Inputs, project
from agent.state.ways import input_to_show
from tests.builders import MORNING, policy


def state(launcher: str) -> wire.RoomState:
    made = project(Inputs(policy=policy(), showing=launcher == "display"), MORNING).state
    inputs = [
        wire.Input(name=name, label="", kind="hdmi", state=state, showing=False)
        for name, state in (("hdmi", "live"), ("vga", "no_signal"), ("black", "protected"))
    ]
    return replace(made, inputs=inputs)


def test_inputs_are_offered_while_a_display_takes_orders() -> None:
    assert state("browser").commands == ["join", "refresh"]
    assert state("display").commands == ["join", "refresh", "show-input"]


@pytest.mark.parametrize("name", ["hdmi", "black"])
def test_an_input_with_a_picture_or_one_that_was_black_can_be_shown_by_a_display(name: str) -> None:
    assert input_to_show(state("display"), name).name == name


@pytest.mark.parametrize(
    ("launcher", "name", "code", "status"),
    [
        ("display", "dvi", "input.unknown", 404),
        ("display", "vga", "input.not_live", 409),
        ("browser", "vga", "input.not_live", 409),
        ("browser", "hdmi", "display.absent", 503),
    ],
)
def test_any_other_says_why_not(launcher: str, name: str, code: str, status: int) -> None:
    with pytest.raises(CommandError) as caught:
        input_to_show(state(launcher), name)
    assert (caught.value.code, caught.value.status) == (code, status)

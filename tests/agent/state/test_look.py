"""The look of the screen: from the configuration to the wire."""

from __future__ import annotations

from typing import Any

from agent import wire
from agent.config import Config
from agent.model.picture import Picture
from agent.state.look import look_of, notices
from agent.state.project import Inputs, project, setup_state
from tests.builders import MORNING, policy

LOGO = Picture(b"logo", "image/png")


def look(images: dict[str, Picture] | None = None, **sections: Any) -> wire.Look:
    return look_of(Config.model_validate(sections), images or {})


def test_an_untouched_configuration_moves_the_picture_and_nothing_else() -> None:
    assert look() == wire.Look(shift=True)


def test_everything_configured_is_on_the_wire() -> None:
    shown = look(
        {"logo": LOGO},
        display={"theme": "contrast", "burn_in_shift": False, "dim_from": "22:00", "dim_until": "06:30"},
        branding={"logo_file": "/logo.png", "background_file": "/unusable", "color": "#0A5C8F"},
    )

    assert shown == wire.Look(
        theme="contrast",
        dim_from="22:00",
        dim_until="06:30",
        color="#0a5c8f",
        logo=f"/api/v1/look/logo?v={LOGO.version}",
    )


def test_the_state_carries_the_look_before_and_after_setting_up() -> None:
    mine = look(display={"theme": "dark"})
    told = notices(["logo"], MORNING, "en")

    assert project(Inputs(policy=policy(), look=mine), MORNING).state.look == mine
    state = setup_state("en", MORNING, look=mine, notices=told)
    assert (state.look, [notice.code for notice in state.notices]) == (mine, ["setup.no_config", "look.image_unusable"])


def test_a_notice_names_the_keys_of_images_that_cannot_be_shown() -> None:
    assert notices([], MORNING, "en") == []
    (notice,) = notices(["logo", "background"], MORNING, "de")
    assert (notice.code, notice.severity) == ("look.image_unusable", "info")
    assert "branding.logo_file, branding.background_file" in notice.detail

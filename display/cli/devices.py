"""Commands about the content inputs: what is there, and what an empty grabber shows."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from display.cli.options import ConfigFile, Core, Json, StateDir, places

if TYPE_CHECKING:
    from agent.wire import DisplayConfig
    from display.places import Places


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(inputs)
    app.command("learn-no-signal")(learn_no_signal)


def inputs(as_json: Json = False, config: ConfigFile = None, state_dir: StateDir = None, core: Core = None) -> None:
    """List video devices: which input each one is, its signal, or why it is none.

    Asks the devices themselves, also while the display runs.
    """
    from display.app.inputs import list_inputs, table

    where = places(state_dir, core, serves=False)
    found = list_inputs(_configured(where, config), where.state)
    print(json.dumps(found, indent=2) if as_json else table(found))


def learn_no_signal(
    name: Annotated[str, typer.Argument(help="The input; not needed when there is one.")] = "",
    as_json: Json = False,
    config: ConfigFile = None,
    state_dir: StateDir = None,
    core: Core = None,
) -> None:
    """Remember the picture a grabber shows when nothing is plugged in.

    Unplug the laptop first. The picture counts for every grabber of this model.
    """
    from display.app.learning import learn_no_signal as learn

    where = places(state_dir, core, serves=False)
    learned = learn(_configured(where, config), where.state, name or None)
    if as_json:
        print(json.dumps(learned.as_json(), indent=2))
    else:
        print(learned.text, file=sys.stderr if learned.code else sys.stdout)
    raise typer.Exit(1 if learned.code else 0)


def _configured(where: Places, file: Path | None) -> DisplayConfig:
    from display.app.configured import ConfigUnreadable, configured

    try:
        return configured(where, file)
    except ConfigUnreadable as error:
        print(f"room-display: {error}", file=sys.stderr)
        raise typer.Exit(2) from None

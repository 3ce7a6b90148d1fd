"""Commands that stay: run, home, meeting, demo."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from display.cli.options import ConfigFile, Core, LogLevel, Screen, StateDir, level, places


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(home)
    app.command()(meeting)
    app.command()(demo)


def run(
    config: ConfigFile = None,
    state_dir: StateDir = None,
    core: Core = None,
    display: Screen = None,
    no_browsers: Annotated[
        bool, typer.Option("--no-browsers", help="Home and meeting are processes of their own; do not start them.")
    ] = False,
    log_level: LogLevel = "info",
) -> None:
    """Own the screen: windows, inputs, outputs, player.

    Starts the home and the meeting browser too, unless they run already; they outlive a shell that is killed. Ends when
    the X server is gone.
    """
    from display.app.start import replace_with_shell

    del config  # the core has it; the option is there for scripts that give it to every command
    replace_with_shell(places(state_dir, core), display, browsers=not no_browsers, log_level=level(log_level))


def home(
    config: ConfigFile = None,
    state_dir: StateDir = None,
    core: Core = None,
    display: Screen = None,
    log_level: LogLevel = "info",
) -> None:
    """Keep the home screen's browser running.

    Starts it when the home page is served, watches it, starts it again.
    """
    from display.app.home import run_home

    del config
    raise typer.Exit(run_home(places(state_dir, core), display, log_level=level(log_level)))


def meeting(
    config: ConfigFile = None,
    state_dir: StateDir = None,
    core: Core = None,
    display: Screen = None,
    local_pages: Annotated[
        bool, typer.Option("--local-pages", hidden=True, envvar="ROOM_DISPLAY_LOCAL_PAGES", help="For developers.")
    ] = False,
    browser_flags: Annotated[
        str, typer.Option("--browser-flags", hidden=True, envvar="ROOM_DISPLAY_MEETING_FLAGS", help="For developers.")
    ] = "[]",
    log_level: LogLevel = "info",
) -> None:
    """Drive the meeting's browser.

    Opens what the agent orders, helps before joining, sees when the meeting is over. The meeting goes on while the
    shell is restarted.
    """
    from display.app.meeting import run_meeting

    del config
    flags = [str(flag) for flag in json.loads(browser_flags)]
    raise typer.Exit(
        run_meeting(places(state_dir, core), display, log_level=level(log_level), local_pages=local_pages, flags=flags)
    )


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page that shows the screen.")] = 8090,
    size: Annotated[str, typer.Option(metavar="WxH", help="Size of the screen.")] = "1280x720",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    window: Annotated[
        bool, typer.Option("--window", help="The screen is a window on the desktop too (Xephyr).")
    ] = False,
    config: ConfigFile = None,
    state_dir: StateDir = None,
    log_level: LogLevel = "error",
) -> None:
    """Show a whole box on this computer.

    A screen of its own with the home screen on it, and a page with that screen, a cable to plug in and a few accidents.
    """
    from display.app.demo import run_demo

    raise typer.Exit(
        run_demo(
            config,
            state_dir,
            port=port,
            size=size,
            no_browser=no_browser,
            log_level=level(log_level),
            window=window,
        )
    )

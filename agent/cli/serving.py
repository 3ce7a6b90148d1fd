"""Commands that stay: run, demo, front."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.options import ConfigFile, LogLevel, StateDir
from agent.errors import UsageError


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(demo)
    app.command()(front)


def run(
    config: ConfigFile = None,
    state_dir: StateDir = None,
    no_front: Annotated[
        bool, typer.Option("--no-front", help="Serve the unix socket only; the front is a process of its own.")
    ] = False,
    log_level: LogLevel = "info",
) -> None:
    """Run the agent.

    Reads the room's calendar and serves the home screen until it is stopped. Without a configuration it runs in set-up
    mode.
    """
    from agent.app.programs import run_agent

    raise typer.Exit(run_agent(config, state_dir, front=not no_front, log_level=_level(log_level)))


def demo(
    source: Annotated[str, typer.Option(help="Protocol between the agent and the demo server: ews or graph.")] = "ews",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the home screen.")] = 8080,
    control_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the control page.")] = 8081,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    config: ConfigFile = None,
    state_dir: StateDir = None,
    log_level: LogLevel = "error",
) -> None:
    """Show the product with a demo Exchange.

    A room's day to play with and nothing to set up: prints the addresses of the home screen and of the page on which
    meetings are booked, moved and cancelled.
    """
    from agent.app.demo import run_demo

    if source not in ("ews", "graph"):
        raise UsageError(f"--source {source}: expected ews or graph.")

    def started(home: str, control: str) -> None:
        print(f"Home screen: {home}\nDemo Exchange: {control}", flush=True)
        if not no_browser and _has_desktop():
            webbrowser.open(home)

    ports = {"port": port, "control_port": control_port}
    raise typer.Exit(run_demo(config, state_dir, source=source, **ports, started=started, log_level=_level(log_level)))


def front(
    core: Annotated[Path, typer.Option("--core", metavar="SOCKET", help="The core's unix socket.")],
    config: ConfigFile = None,
    state_dir: StateDir = None,
    log_level: LogLevel = "info",
) -> None:
    """Serve pages and API in a process of its own.

    For a core that runs with --no-front. Everything it needs to know comes from there; it may run as another user, with
    the sockets that systemd passes as screen, wizard and remote.
    """
    from agent.app.programs import run_front

    raise typer.Exit(run_front(core, config, state_dir, log_level=_level(log_level)))


def _level(name: str) -> str:
    if name.lower() not in ("debug", "info", "warning", "error"):
        raise UsageError(f"--log-level {name}: expected debug, info, warning or error.")
    return name.lower()


def _has_desktop() -> bool:
    """Whether a browser would get a window; without one a text browser would take over the terminal."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))

"""The command with which a person signs a room in: sign-in."""

from __future__ import annotations

import typer

from agent.cli.options import ConfigFile, StateDir


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sign-in")(sign_in)


def sign_in(config: ConfigFile = None, state_dir: StateDir = None) -> None:
    """Sign this room in with a code.

    For calendar.graph.auth = "device_code": shows a page and a code to enter there, in any browser, and waits. The
    sign-in is kept in the state directory; a running agent takes it up within a minute.
    """
    from agent.app.sign_in import sign_in_with_code

    def show(url: str, code: str, minutes: int) -> None:
        print(f"Open {url} in any browser and enter the code {code} within {minutes} minutes.", flush=True)

    sign_in_with_code(config, state_dir, show)
    print("Signed in.")

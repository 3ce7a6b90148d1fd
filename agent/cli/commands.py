"""commands: the PowerShell with which an Exchange administrator gives a box its rights."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from agent.cli.options import ConfigFile, StateDir

_BOM = "\ufeff"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("commands")(commands)


def commands(
    kind: Annotated[str, typer.Argument(metavar="exchange|graph", help="How the box reads the calendar.")],
    *,
    mailbox: Annotated[str | None, typer.Option(metavar="ADDRESS", help="The room's primary mail address.")] = None,
    service_account: Annotated[
        str | None, typer.Option(metavar="NAME", help="The service account: NAME@DOMAIN or DOMAIN\\NAME.")
    ] = None,
    app_id: Annotated[str | None, typer.Option(metavar="GUID", help="The app's application (client) id.")] = None,
    object_id: Annotated[
        str | None, typer.Option(metavar="GUID", help="The object id of the app's enterprise application.")
    ] = None,
    scope: Annotated[
        str,
        typer.Option(
            metavar="SCOPE",
            help="What the box may open: room (this one only), rooms, rooms-and-equipment, group or none (everything).",
        ),
    ] = "room",
    group: Annotated[str | None, typer.Option(metavar="GROUP", help="For --scope group: its address or name.")] = None,
    room_list: Annotated[
        str | None, typer.Option(metavar="LIST", help="A room list to put the room in, by address or name.")
    ] = None,
    process_requests: Annotated[
        bool, typer.Option("--process-requests", help="The box answers meeting requests, not Exchange.")
    ] = False,
    tenant: Annotated[
        str | None, typer.Option(metavar="on-prem|exo", help="Exchange Server, or Exchange Online (Microsoft 365).")
    ] = None,
    config: ConfigFile = None,
    state_dir: StateDir = None,
) -> None:
    """Print the administrator's PowerShell.

    One script that makes the room's mailbox and gives this box the least rights it needs, with explanations. What no
    option says comes from the configuration, else the script has a line to fill in. It is printed, never run.
    """
    from agent import config as configuration
    from agent import powershell
    from agent.system import places

    found = places.find(config, state_dir).config
    effective = configuration.load(found, complete=False) if found else configuration.Config.default()

    values = {
        "mailbox": mailbox,
        "service_account": service_account,
        "app_id": app_id,
        "object_id": object_id,
        "group": group,
        "room_list": room_list,
    }
    options = powershell.options_for(
        effective, kind, values, tenant=tenant, scope=scope, process_requests=process_requests
    )
    script = powershell.script(options)
    if not script.isascii() and not sys.stdout.isatty():
        print(_BOM, end="")  # Windows PowerShell reads a file without one in its code page: other names, other quotes
    print(script, end="")

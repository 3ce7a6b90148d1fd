"""What somebody asks for in words, completed by what a box's configuration knows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from agent.config.model import Config
from agent.errors import UsageError
from agent.powershell.options import Kind, Options, Scope, Tenant, is_account, is_guid

VALUES = ("mailbox", "service_account", "app_id", "object_id", "group", "room_list")

_Choice = TypeVar("_Choice", bound=StrEnum)


def options_for(
    config: Config,
    kind: str,
    values: Mapping[str, str | None],
    *,
    tenant: str | None = None,
    scope: str = Scope.ROOM,
    process_requests: bool = False,
) -> Options:
    """The options of a script. `values`: those of `VALUES` that were given; None and what is missing comes from the
    configuration where it knows, whether a person signs in too; an object id asks for an app's rights all the same.
    Raises UsageError, which names the command's option."""
    way = _choice(Kind, kind, "exchange|graph")
    place = _choice(Tenant, tenant, "--tenant") if tenant is not None else _home(config, way)
    given = {key: value for key, value in values.items() if value is not None}
    for key in given.keys() - set(VALUES):
        raise UsageError(f"{_option(key)}: there is no such option.")
    for key, value in given.items():
        if not value:
            raise UsageError(f"{_option(key)}: expected a value, found nothing.")
    return Options(
        kind=way,
        tenant=place,
        scope=_choice(Scope, scope, "--scope"),
        process_requests=process_requests or config.meetings.process_requests,
        informs=config.meetings.inform_organizer,
        by_person=way is Kind.GRAPH and config.calendar.graph.auth == "device_code" and "object_id" not in given,
        **(_known(config, way, place) | given),
    )


def _known(config: Config, kind: Kind, tenant: Tenant) -> dict[str, str]:
    """What the configuration says, where it can stand in a command; else the administrator fills it in."""
    known = {"mailbox": config.room.mailbox}
    username = config.calendar.ews.username
    if tenant is Tenant.ON_PREM and is_account(username):
        known["service_account"] = username
    client_id = (config.calendar.graph if kind is Kind.GRAPH else config.calendar.ews).client_id
    if tenant is Tenant.EXO and is_guid(client_id):
        known["app_id"] = client_id
    return known


def _home(config: Config, kind: Kind) -> Tenant:
    """Where the mailbox is, when nobody says: only Exchange Online has Graph, and OAuth for EWS as we speak it."""
    calendar = config.calendar
    graph_alone = calendar.source == "graph" and not calendar.ews.endpoint
    online = kind is Kind.GRAPH or graph_alone or calendar.ews.auth == "oauth"
    return Tenant.EXO if online else Tenant.ON_PREM


def _choice(choices: type[_Choice], text: str, option: str) -> _Choice:
    try:
        return choices(text)
    except ValueError as error:
        raise UsageError(f"{option}: expected one of {', '.join(choices)}.") from error


def _option(key: str) -> str:
    return f"--{key.replace('_', '-')}"

"""What a script says about itself. Never a value of the caller's."""

from __future__ import annotations

from agent.powershell.lines import Lines, note
from agent.powershell.options import Kind, Options, Scope
from agent.powershell.tenant import retirement

_WAYS = {
    (Kind.EXCHANGE, False): "Exchange Server, through Exchange Web Services",
    (Kind.EXCHANGE, True): "Exchange Online, through Exchange Web Services",
    (Kind.GRAPH, True): "Exchange Online, through Microsoft Graph",
}


def head(options: Options) -> Lines:
    """For which way this is, what it does, and how errors are treated."""
    return [
        *note(
            f"Room agent: the rights of a room's box. For {_WAYS[options.kind, options.online]}.",
            "Read it, save it as a file (NAME.ps1) and run that. It stops at the first error; pasted lines do not. "
            "It can be run again: what is there already stays.",
        ),
        *(retirement() if options.online and options.kind is Kind.EXCHANGE else ()),
        "$ErrorActionPreference = 'Stop'",
    ]


def unused(options: Options) -> Lines:
    """Options that were given and change nothing here, by name."""
    ids = bool(options.app_id or options.object_id)
    ignored = {
        "--app-id and --object-id: Exchange Server knows no apps": ids and not options.online,
        "--scope: a person opens the calendars they have rights to": options.by_person
        and options.scope is not Scope.ROOM,
        "--group: it needs --scope group": bool(options.group) and options.scope is not Scope.GROUP,
    }
    return [line for reason, given in ignored.items() if given for line in note(f"Not used here: {reason}.")]


def lost_by(options: Options) -> Lines:
    """What a box cannot do within the scope (PX-03)."""
    match options.scope:
        case Scope.ROOM:
            return note(
                "This room only, the least there is. What is lost by it: on this box another room can be chosen, or a "
                "mailbox shown for a while (hot desking), only after this script was run for that mailbox as well. The "
                "same filter by user principal name, where that is the address: UserPrincipalName -eq '...'."
            )
        case Scope.ROOMS:
            return note(
                "All room mailboxes: one account or app can serve every box, and each box can open every room. Rooms "
                "kept as equipment mailboxes are left out, and so are people for hot desking."
            )
        case Scope.ROOMS_AND_EQUIPMENT:
            return note(
                "All room and equipment mailboxes: one account or app can serve every box, and each box can open all "
                "of them, vehicles and projectors too. People for hot desking are left out."
            )
        case Scope.GROUP:
            return note(
                "The members of the group: whoever may change the group decides what the box can open. Only direct "
                "members count, not those of a group in the group. A room that is to be added becomes a member."
            )
        case Scope.NONE:
            return []


def after(options: Options) -> Lines:
    """How long it takes, and what the box does meanwhile (PX-12)."""
    if options.by_person:
        return note(
            "It may take up to an hour until everything knows. The box keeps trying by itself. Then sign the room in "
            "(in its settings, or by room-agent sign-in) and run room-agent doctor on the box."
        )
    if not options.online:
        wait = "It may take up to an hour until every server knows; a new mailbox may need 15 minutes."
    elif options.kind is Kind.GRAPH:
        wait = "It takes 30 minutes to 2 hours until everything knows; the check above answers at once."
    else:
        wait = "It takes 30 minutes to 2 hours for the role and up to 24 hours for the list of EWS apps."
    return note(
        f"{wait} The box keeps trying by itself. Then run room-agent doctor on the box: it proves that the room can be "
        "opened and, with a mailbox named, that another cannot."
    )

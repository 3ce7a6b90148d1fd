"""The top of a script: what the administrator fills in and may choose."""

from __future__ import annotations

import re
from dataclasses import fields

from agent.powershell.lines import Lines, note, when
from agent.powershell.options import Options
from agent.powershell.terms import Term, Terms

_EXAMPLE = r"contoso\.example|00000000-0000"
_CHOICES = (
    ("Equipment", "$false", "$true: the mailbox is made as equipment, not as a room"),
    ("AccountMailbox", "$true", "$false: the service account gets no mailbox; it needs none to read rooms"),
    ("ManyBoxes", "$false", "$true: throttling limits of its own for an account that serves many boxes"),
    ("RoomList", "''", ""),
    ("RoomsCsv", "''", "a CSV file of rooms for the room list; empty: none"),
    ("ListOwner", "''", "who may read and keep the room list, besides those who do; empty: no change"),
    ("Delegate", "''", "whoever may look into the room's mailbox for an inquiry; empty: nobody"),
    ("OtherMailbox", "''", "a mailbox that the box must NOT be able to open, to prove it; empty: not tried"),
)


def fill_in(known: Terms, body: str) -> Lines:
    """A variable for each value that the script uses and nobody gave; it stops while examples stand in them."""
    unknown = {each.variable: each for each in _all(known) if not each.text and each.example}
    used = [each for variable, each in unknown.items() if _uses(body, variable)]
    if not used:
        return []
    checked = ", ".join(f"${each.variable}" for each in used)
    unchanged = when(f"{checked} -match '{_EXAMPLE}'", "throw 'Fill in the values at the top of the script first.'")
    return ["", *note("Fill in:"), *(each.definition for each in used), *unchanged]


def choices(options: Options, body: str) -> Lines:
    """What may be changed, with what happens where it is not."""
    hints = {"RoomList": "the address of a room list for this room; empty: none"}
    known = ("RoomList",) if options.room_list else ()
    chosen = [
        f"${variable} = {value}  # {hint or hints[variable]}"
        for variable, value, hint in _CHOICES
        if variable not in known and _uses(body, variable)
    ]
    return ["", *note("May be changed:"), *chosen]


def _all(known: Terms) -> list[Term]:
    return [getattr(known, each.name) for each in fields(known)]


def _uses(body: str, variable: str) -> bool:
    return re.search(rf"\${variable}\b", body) is not None

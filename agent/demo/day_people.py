"""Who works and meets in the demo organisation."""

from __future__ import annotations

from agent.demo.world import Handling, Processing, World
from agent.model.directory import Mailbox

ROOM = Mailbox("San Jose", "sjroom@contoso.example")
OTHER_ROOMS = (
    Mailbox("Oakland", "oakroom@contoso.example"),
    Mailbox("Berkeley", "bkroom@contoso.example"),
    Mailbox("München", "mucroom@contoso.example"),
)
ROOM_LISTS = (
    (Mailbox("Bay Area", "rooms-bayarea@contoso.example"), (ROOM, *OTHER_ROOMS[:2])),
    (Mailbox("Europe", "rooms-europe@contoso.example"), OTHER_ROOMS[2:]),
)
MAYA = Mailbox("Maya Chen", "maya.chen@contoso.example")
TOMAS = Mailbox("Tomás Alvarez", "tomas.alvarez@contoso.example")
PRIYA = Mailbox("Priya Natarajan", "priya.natarajan@contoso.example")
JONAS = Mailbox("Jonas Weber", "jonas.weber@contoso.example")
AIKO = Mailbox("田中 愛子", "aiko.tanaka@contoso.example")
OMAR = Mailbox("Omar Haddad", "omar.haddad@contoso.example")
GRACE = Mailbox("Grace Okafor", "grace.okafor@contoso.example")
LANGUAGES = {TOMAS.address: "es-ES", JONAS.address: "de-DE", AIKO.address: "ja-JP", OMAR.address: "ar-EG"}
"""Of those who do not write in English: what their messages declare."""
PEOPLE = (MAYA, TOMAS, PRIYA, JONAS, AIKO, OMAR, GRACE)


def open_organisation(world: World) -> None:
    """Add people, rooms and room lists; the service account is the caller's to add.

    Rooms accept whatever they are invited to, double bookings as well: a demo is there to be played with.
    """
    for room in (ROOM, *OTHER_ROOMS):
        world.add_room(room.address, room.name)
        world.mail.set_handling(room.address, Handling(Processing.AUTO, allow_conflicts=True))
    for person in PEOPLE:
        world.add_user(person.address, person.name)
    for room_list, rooms in ROOM_LISTS:
        world.directory.add_room_list(room_list.name, room_list.address, [room.address for room in rooms])

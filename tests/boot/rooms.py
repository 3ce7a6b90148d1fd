"""A room that is set up, and one that is not any more. Its calendar server is never there: a box without a network."""

from __future__ import annotations

from tests.boot.box import Box

STATE = "/var/lib/room-agent"
KEY = "calendar.ews.password"
SEALED = f"/etc/credstore.encrypted/room-agent.{KEY}"
SECRET = "correct horse battery staple"
CONFIG = """[room]
mailbox = "room@contoso.example"
name = "Boot"
timezone = "Europe/Berlin"
[calendar.ews]
endpoint = "https://mail.contoso.example/EWS/Exchange.asmx"
username = "service@contoso.example"
password_file = "secrets/calendar.ews.password"
"""
TOKEN_FILE = 'status_token_file = "secrets/web.status_token"\n'


def set_up(box: Box, web: str = "") -> None:
    """Write what the wizard would, and start the core with it."""
    box.run("install", "-d", "-m", "700", "--owner=room-agent", "--group=room-agent", f"{STATE}/secrets")
    box.write(f"{STATE}/secrets/{KEY}", f"{SECRET}\n", owner="room-agent")
    if web:
        box.write(f"{STATE}/secrets/web.status_token", f"{'t' * 43}\n", owner="room-agent")
    box.write(f"{STATE}/config.toml", f"{CONFIG}[web]\n{TOKEN_FILE}{web}" if web else CONFIG, owner="room-agent")
    box.systemctl("restart", "room-agent.service")
    box.wait_ready("room-agent")


def forget(box: Box) -> None:
    """The box as it came out of its carton."""
    box.systemctl("stop", "room-agent.service")
    box.run("sh", "-c", f"rm -rf {STATE}/* /etc/credstore.encrypted/*")
    box.systemctl("start", "room-agent.service")
    box.wait_ready("room-agent")

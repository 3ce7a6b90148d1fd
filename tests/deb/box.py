"""A box: the system, the packages as built, versions of them, and what is asked of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.deb import variants
from tests.deb.debian import Debian
from tests.deb.server import Server
from tests.deb.variants import Change

UPGRADE = "/usr/lib/room-agent/libexec/room-upgrade"
KEPT = "/var/lib/room-upgrade/state.json"
DATABASE = "/var/lib/room-agent/room.db"
ASK = """import sys, time; sys.path.insert(0, '/usr/lib/room-agent/libexec'); from room_upgrade import agent
end = time.monotonic() + 60
while agent.ask('/readyz')[0] != 200 and time.monotonic() < end: time.sleep(0.2)
print(*agent.ask('/readyz'), sep='\\n')
"""
STARTED = "systemctl start room-agent.service; python3 -IB /test/ask.py"


class Box:
    """The system, the packages as built, and versions of them."""

    def __init__(self, system: Debian, packages: list[Path]) -> None:
        self.system, self.packages = system, packages
        self.version = packages[0].name.split("_")[1]
        self.before: set[str] = set()
        self.install_s = 0.0
        self.folder = system.path("/test/packages")
        self.folder.mkdir(parents=True)
        system.path("/test/bin").mkdir()
        for program in ("systemctl", "serving"):
            shutil.copy2(Path(__file__).with_name(program), system.path(f"/test/bin/{program}"))
        system.path("/test/ask.py").write_text(ASK)
        system.path("/etc/dpkg/dpkg.cfg.d").mkdir(exist_ok=True)
        system.path("/etc/dpkg/dpkg.cfg.d/test").write_text(
            "force-unsafe-io\n"
        )  # a kill loses nothing that was written

    def bring(self, version: str, change: Change = variants.unchanged) -> list[str]:
        """Both packages in another version; their names in the system."""
        made = [variants.variant(each, version, change, self.folder) for each in self.packages]
        return [f"/test/packages/{each.name}" for each in made]

    def installed(self) -> dict[str, str]:
        """Version by package, of those wholly installed."""
        listed = self.system.shell("dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\\n' 'room-*' || true")
        rows = [line.split() for line in listed.splitlines()]
        return {row[0]: row[1] for row in rows if len(row) == 3 and row[2] == "installed"}

    def upgrade(self, files: list[str], *, status: int) -> dict[str, Any]:
        """Guarded, with the agent running before; what the state says of it afterwards."""
        self.system.shell(
            f"systemctl start room-agent.service; for n in $(seq 100); do [ -S /run/room-agent/core.sock ] && break; "
            f"sleep 0.2; done; {UPGRADE} install {' '.join(files)}",
            status=status,
        )
        return self.last()

    def last(self) -> dict[str, Any]:
        """The last outcome that the agent may read."""
        state = json.loads(self.system.path("/run/room-upgrade/state.json").read_text())
        last: dict[str, Any] = state["last"]
        return last

    def night(self, *, status: int, serving: str = "files") -> dict[str, Any]:
        """The timer's program, with the agent running before and the package servers there; what root keeps of it."""
        program = (
            f"{STARTED}; status=0; serving {serving} {UPGRADE} night || status=$?; "
            "systemctl stop room-agent.service; exit $status"
        )
        self.system.shell(program, status=status, within_s=900)
        kept: dict[str, Any] = json.loads(self.system.path(KEPT).read_text())
        return kept

    @cached_property
    def server(self) -> Server:
        """The package servers that this box knows."""
        return Server(self.system)

    def kept(self, version: str) -> list[Path]:
        """The files of a version that was brought before."""
        return sorted(self.folder.glob(f"room-*_{version}_*.deb"))

    def meetings(self) -> list[str]:
        """Ids in the database."""
        with closing(sqlite3.connect(f"file:{self.system.path(DATABASE)}?mode=ro&immutable=1", uri=True)) as database:
            return [row[0] for row in database.execute("SELECT meeting_id FROM meeting ORDER BY meeting_id")]

    def ready(self) -> dict[str, Any]:
        """What the agent answers to /readyz when it is started, as its user, and then stopped."""
        printed = self.system.shell(f"{STARTED}; systemctl stop room-agent.service")
        status, _, answer = printed.strip().partition("\n")
        assert status == "200", printed + self.system.shell("tail -20 /var/log/room-agent.log")
        return {"status": status, "answer": answer}

"""The program around the set-up, scripted: `agent.setup.ports.Surroundings`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.config import Config
from agent.errors import MailboxNotFound, RoomAgentError
from agent.model.directory import Mailbox
from agent.model.preflight import Check, PreflightReport, Status
from agent.ports import CalendarSource, Secrets
from agent.setup.ports import SignInPrompt
from agent.sources.transport.device_code import Prompt
from tests.fakes.source import ScriptedSource


def check(id_: str = "network.dns", status: Status = Status.PASS) -> Check:
    return Check(id=id_, status=status, code=f"{id_}_ok", title="T", detail="D", cure="", who=None, command=None)


class ListedRooms(ScriptedSource):
    """A directory of rooms by list; a list without an answer may not be read."""

    def __init__(self, lists: Mapping[str, Sequence[Mailbox] | None]) -> None:
        super().__init__()
        self._lists = lists

    def room_lists(self) -> Sequence[Mailbox]:
        return [Mailbox(name.partition("@")[0], name) for name in self._lists]

    def rooms(self, room_list: str) -> Sequence[Mailbox]:
        found = self._lists[room_list]
        if found is None:
            raise MailboxNotFound("calendar.mailbox_unknown", "no such list")
        return found

    def resolve(self, name: str) -> Sequence[Mailbox]:
        rooms = [room for found in self._lists.values() for room in found or ()]
        return [room for room in rooms if room.name.startswith(name)]


@dataclass
class FakeSurroundings:
    """What it was asked, and what it answers next. `gate` holds a run of checks up until it is set."""

    verdicts: list[Status] = field(default_factory=list)
    gate: threading.Event | None = None
    configs: list[Config] = field(default_factory=list)
    secrets: list[Secrets] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    asked: list[tuple[bool, str, str]] = field(default_factory=list)
    lists: Mapping[str, Sequence[Mailbox] | None] = field(default_factory=dict)
    trouble: RoomAgentError | None = None
    audited: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    reconfigured: int = 0
    refuses: list[RoomAgentError] = field(default_factory=list)
    on_reconfigure: Callable[[], None] = lambda: None
    signs_in: Callable[[Secrets], None] = lambda _: None

    def run_checks(
        self,
        config: Config,
        secrets: Secrets,
        *,
        scope: str,
        write: bool,
        other_mailbox: str,
        language: str,
        tell: Callable[[Check], None],
        cancelled: threading.Event,
    ) -> PreflightReport:
        self.configs.append(config)
        self.secrets.append(secrets)
        self.scopes.append(scope)
        self.asked.append((write, other_mailbox, language))
        checks = [check(), check("ews.sign_in", self.verdicts.pop(0) if self.verdicts else Status.PASS)]
        for each in checks:
            tell(each)
        if self.gate is not None:
            assert self.gate.wait(10) or cancelled.is_set()
        return PreflightReport(tuple(checks))

    def directory(self, config: Config, secrets: Secrets) -> CalendarSource:
        self.configs.append(config)
        self.secrets.append(secrets)
        if self.trouble is not None:
            raise self.trouble
        return ListedRooms(self.lists)

    def device_code(self, config: Config, secrets: Secrets) -> tuple[SignInPrompt, Callable[[], None]]:
        self.configs.append(config)
        return Prompt("https://login.example/device", "ABCD-EFGH", 15), lambda: self.signs_in(secrets)

    def fingerprint(self) -> str:
        return "AA:BB"

    def urls(self) -> Sequence[str]:
        return ["https://192.0.2.7:8443/setup"]

    async def reconfigure(self) -> None:
        self.reconfigured += 1
        self.on_reconfigure()
        if self.refuses:
            raise self.refuses.pop(0)

    def audit(self, act: str, **facts: str) -> None:
        self.audited.append((act, facts))

    def script(self, kind: str, config: Config, options: Mapping[str, str]) -> str:
        return f"# {kind} for {config.room.mailbox} {sorted(options)}"

"""How long a set-up takes where nobody has to think, and how soon a change of the settings is seen."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from agent.demo.server import DemoServer
from tests.bench.figures import Figure
from tests.system.agent_process import AgentProcess, agent_command
from tests.system.technician import PIN, Technician, answers, new_box, organisation, shows_meetings, wizard_url

RUNS = 3


def figures(directory: Path) -> list[Figure]:
    found = []
    with DemoServer(organisation(), directory=directory / "certificates") as server:
        for source in ("ews", "graph"):
            runs = [_set_up(directory / f"{source}-{number}", server, source) for number in range(RUNS)]
            whole, checks, filled = (statistics.median(each) for each in zip(*runs, strict=True))
            found += [
                Figure(f"set-up by API, {source}: paired → list filled", f"{whole:.2f} s", "≤ 5 s"),
                Figure(f"preflight, {source}", f"{checks:.2f} s", "≤ 2 s"),
                Figure(f"activate → first meetings, {source}", f"{filled:.2f} s", "≤ 2 s"),
            ]
        changed, doctor = _settings(directory / "settings", server)
    return [
        *found,
        Figure("settings saved → in effect", f"{changed:.2f} s", "≤ 2 s"),
        Figure("room-agent doctor beside the agent", f"{doctor:.2f} s", "≤ 3 s"),
    ]


def _set_up(directory: Path, server: DemoServer, source: str) -> tuple[float, float, float]:
    """Seconds of the whole way, of the preflight, and from the activation to the list."""
    directory.mkdir()
    with new_box(directory) as agent:
        wizard_url(agent)
        technician, given = Technician(agent).pair(), answers(server, source)
        begun = time.perf_counter()
        technician.walk(given, "preflight")
        checks = _timed(technician.check)
        technician.walk(given)
        filled = _timed(lambda: _activate(technician, agent))
        return time.perf_counter() - begun, checks, filled


def _activate(technician: Technician, agent: AgentProcess) -> None:
    assert technician.activate().status_code == 200
    shows_meetings(agent)


def _settings(directory: Path, server: DemoServer) -> tuple[float, float]:
    """Seconds from the order until another language is on the screen with its meetings; seconds of a doctor's visit."""
    directory.mkdir()
    with new_box(directory) as agent:
        technician = Technician(agent).pair()
        technician.walk(answers(server))
        _activate(technician, agent)
        technician = Technician(agent, on_screen=True).pair(pin=PIN, take_over=True)

        def change(language: str) -> None:
            technician.answer("language", language=language, timezone="Europe/Berlin")
            assert technician.activate().status_code == 200
            agent.room(lambda room: room["room"]["language"] == language and bool(room["meetings"]))

        changed = [_timed(partial(change, language)) for language in ("de", "en", "fr", "es", "it")]
        visit = agent_command("doctor", "--json", "--state-dir", str(agent.state_dir))
        doctor = [_timed(lambda: _ran(visit)) for _ in range(RUNS)]
    return statistics.median(changed), statistics.median(doctor)


def _ran(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun

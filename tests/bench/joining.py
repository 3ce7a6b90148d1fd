"""Join data: typical and hostile invitations, growth, memory, and ten thousand in a row."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from agent.meetings.case_format import join_info_jsonl, trusts_nobody
from agent.meetings.extract import extract
from agent.model.event import Invitation
from tests.bench.figures import Figure
from tests.bench.hostile import SHAPES, hostile
from tests.bench.invitations import generated
from tests.bench.naive import links

_HOSTILE = 600_000
_SMALL, _LARGE = 10_000, 5_000_000
_LINES = 10_000
_TYPICAL = 15_000
_MIB = 1024 * 1024
_Input = TypeVar("_Input")


def figures() -> list[Figure]:
    return [*_typical(), *_hostile(), _memory(), *_many()]


def typical_mail() -> str:
    """About 15 kB of HTML as Outlook writes it: some paragraphs, then a Teams block."""
    paragraph = (
        "<p class=MsoNormal><span lang=EN-US style='font-size:11.0pt;font-family:\"Calibri\",sans-serif'>"
        "Please read the paper before we meet.<o:p></o:p></span></p>\n"
    )
    block = (
        "<div>________________________________________________________________________________</div>"
        "<div><span style='font-size:24px'>Microsoft Teams meeting</span></div>"
        '<div><a href="https://teams.microsoft.com/l/meetup-join/19%3ameeting_MzI0NmQ5%40thread.v2/0?context=%7b%7d">'
        "Join</a></div><div>Meeting ID: <span>271 956 146 895 1</span></div><div>Passcode: <span>aB3dE6</span></div>"
    )
    head = "<html><head><style>" + "p.MsoNormal{margin:0}\n" * 60 + "</style></head><body>"
    return head + paragraph * ((_TYPICAL - len(head) - len(block)) // len(paragraph)) + block + "</body></html>"


def _typical() -> list[Figure]:
    mail = typical_mail()
    assert extract(Invitation(body=mail, body_type="html")).join is not None
    ours = statistics.median(_seconds(extract, Invitation(body=mail, body_type="html")) for _ in range(200))
    naive = statistics.median(_seconds(links, mail) for _ in range(200))
    return [
        Figure(f"join data of {len(mail) / 1000:.0f} kB of HTML", f"{ours * 1000:.2f} ms", "at most 3 ms, median"),
        Figure("the same, to a naive search", f"{ours / naive:.2f} times", "all patterns, one after another"),
    ]


def _hostile() -> list[Figure]:
    times = {shape: _best(shape, _HOSTILE) for shape in SHAPES}
    worst = max(times, key=lambda shape: times[shape])
    growths = {shape: _growth(shape) for shape in SHAPES}
    steepest = max(growths, key=lambda shape: growths[shape])
    naive = max(_seconds(links, hostile(shape, _HOSTILE)) for shape in SHAPES)
    return [
        Figure(f"600 kB, worst of {len(SHAPES)}: {worst}", f"{times[worst] * 1000:.0f} ms", "at most 150 ms"),
        Figure("600 kB, median of them", f"{statistics.median(times.values()) * 1000:.0f} ms", ""),
        Figure("600 kB, worst, to a naive search's worst", f"{times[worst] / naive:.2f} times", "below 1"),
        Figure(f"5 MB to 10 kB, worst: {steepest}", f"{growths[steepest]:.0f} times", "at most 500, as the size"),
    ]


def _growth(shape: str) -> float:
    return _best(shape, _LARGE, 1) / max(_best(shape, _SMALL, 5), 0.0005)


def _best(shape: str, size: int, rounds: int = 3) -> float:
    invitation = Invitation(body=hostile(shape, size), body_type="html")
    return min(_seconds(extract, invitation) for _ in range(rounds))


def _memory() -> Figure:
    """The most that a process of its own grows while it reads 5 MB, by shape."""
    factors = {shape: _grown(shape) / _LARGE for shape in SHAPES}
    most = max(factors, key=lambda shape: factors[shape])
    return Figure(f"memory for 5 MB, most: {most}", f"{factors[most]:.1f} times", "at most 10, of the input")


def _grown(shape: str) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.joining", shape], capture_output=True, text=True, check=True, timeout=120
    )
    return int(done.stdout)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _many() -> list[Figure]:
    lines = list(generated(_LINES))
    answers: list[str] = []
    before = _peak()
    start = time.perf_counter()
    status = join_info_jsonl(_observed(lines), answers.append, extract, trusts_nobody)
    seconds = time.perf_counter() - start
    read = [json.loads(answer) for answer in answers]
    joinable = sum(answer["joinable"] for answer in read)
    errors = sum("error" in answer for answer in read)
    assert status == 0, "every line is answered"
    size = sum(map(len, lines)) / _MIB
    grown = (_peak() - before) / _MIB
    return [
        Figure(f"{len(read)} generated invitations ({size:.0f} MiB)", f"{seconds:.1f} s", "through join-info --jsonl"),
        Figure("of them joinable, with errors", f"{joinable}, {errors}", "no errors"),
        Figure("memory they took", f"{grown:.0f} MiB", "with all answers kept"),
    ]


def _observed(lines: Iterable[str]) -> Iterable[str]:
    """With progress for whoever waits."""
    for number, line in enumerate(lines):
        if number % 2_000 == 0:
            sys.stderr.write(f"  join data: {number} of {_LINES} invitations\n")
        yield line


def _seconds(work: Callable[[_Input], object], on: _Input) -> float:
    start = time.perf_counter()
    work(on)
    return time.perf_counter() - start


def _print_growth(shape: str) -> None:
    """How many bytes this process grows over what it held, at the most. Source: proc(5), clear_refs."""
    extract(Invitation(body=typical_mail(), body_type="html"))
    invitation = Invitation(body=hostile(shape, _LARGE), body_type="html")
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = _kilobytes("VmRSS")
    extract(invitation)
    sys.stdout.write(str((_kilobytes("VmHWM") - before) * 1024))


def _kilobytes(field: str) -> int:
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{field}:"))


if __name__ == "__main__":
    _print_growth(sys.argv[1])

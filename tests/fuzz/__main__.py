"""python -m tests.fuzz [--seconds N] [--replay FILE]: fuzz the extractor, or show what one input does."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "data" / "fuzz"
WORK = ROOT / "build" / "fuzz"
_SEED = 4_000
"""Bytes of a kept invitation up to which it is a seed: a fuzzer gets nowhere with long ones."""


def main() -> int:
    asked = _arguments()
    if asked.replay is not None:
        return _replay(asked.replay)
    if asked.keep:
        return _keep()
    try:
        atheris = importlib.import_module("atheris")  # only `make fuzz` installs it
    except ImportError:
        sys.stderr.write("Missing: atheris, which `make fuzz` installs. It has packages for CPython 3.11 to 3.13.\n")
        return 2
    with atheris.instrument_imports(include=["agent.meetings", "agent.model"]):
        from tests.fuzz import invariants  # noqa: PLC0415  # instrumented while it is imported
    from tests.fuzz.inputs import invitation_of  # noqa: PLC0415

    found, made = WORK / "corpus", WORK / "findings"
    for folder in (found, made):
        folder.mkdir(parents=True, exist_ok=True)
    _seed(found)

    def one(data: bytes) -> None:
        invariants.check(invitation_of(data))

    options = ["-timeout=10", "-max_len=6000", "-rss_limit_mb=2048", "-print_final_stats=1"]
    words = [f"-dict={Path(__file__).parent / 'words.dict'}", f"-artifact_prefix={made}{os.sep}"]
    atheris.Setup(
        [sys.argv[0], *options, *words, f"-max_total_time={asked.seconds}", str(found), str(KEPT)],
        one,
    )
    atheris.Fuzz()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--replay", type=Path, help="an input: say what it breaks")
    parser.add_argument("--keep", action="store_true", help="take new inputs of the last run into tests/data/fuzz")
    return parser.parse_args()


def _replay(file: Path) -> int:
    from tests.fuzz import invariants  # noqa: PLC0415
    from tests.fuzz.inputs import invitation_of  # noqa: PLC0415

    outcome = invariants.check(invitation_of(file.read_bytes()))
    sys.stdout.write(f"{file}: holds, {outcome.join.provider if outcome.join else outcome.reason}\n")
    return 0


def _keep() -> int:
    from tests.fuzz.keeping import keep  # noqa: PLC0415

    new = keep(WORK / "corpus", KEPT)
    sys.stdout.write(f"{len(new)} inputs that take a new way are in {KEPT.relative_to(ROOT)} now.\n")
    return 0


def _seed(folder: Path) -> None:
    """Every short invitation of the kept cases."""
    from tests.agent.meetings.cases import INVITES, invitation, load  # noqa: PLC0415
    from tests.fuzz.inputs import data_of  # noqa: PLC0415

    for path in INVITES.rglob("*.json"):
        data = data_of(invitation(load(path)))
        if len(data) <= _SEED:
            (folder / f"{path.parent.name}-{path.stem}").write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())

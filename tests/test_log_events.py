"""Events of the log have names that stay, and stand in deploy/docs/logs.md with the ids that find them."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from agent.system.journal import message_id

ROOT = Path(__file__).parent.parent
DOCUMENT, MARK = ROOT / "deploy" / "docs" / "logs.md", "<!-- events -->\n"
METHODS = frozenset({"debug", "info", "warning", "error", "critical", "exception"})
PRIORITY = {"debug": "7", "info": "6", "warning": "4", "error": "3", "exception": "3", "critical": "2"}


@cache
def events() -> dict[str, str]:
    """Level by event, of all calls of a logger in the agent."""
    found = {}
    for path in sorted((ROOT / "agent").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_logger(node.func):
                for name in ast.walk(node.args[0]):
                    if isinstance(name, ast.Constant) and isinstance(name.value, str):
                        found[name.value] = node.func.attr
    return found


def _is_logger(function: ast.Attribute) -> bool:
    return function.attr in METHODS and isinstance(function.value, ast.Name) and function.value.id in ("log", "_log")


def table() -> str:
    lines = [f"| `{name}` | {PRIORITY[level]} | `{message_id(name)}` |" for name, level in sorted(events().items())]
    return "\n".join(["| Event | Priority | `MESSAGE_ID` |", "|---|---|---|", *lines])


def test_every_event_stands_in_the_documents_with_the_id_that_finds_it() -> None:
    assert DOCUMENT.read_text("utf-8").partition(MARK)[2].strip() == table()


def test_events_are_names_and_no_prose() -> None:
    assert len(events()) > 40
    for name in events():
        assert re.fullmatch(r"[a-z][a-z_]*(\.[a-z_]+)*", name), name


def write() -> None:
    """The table into the document: `python -m tests.test_log_events` after a new event."""
    head, mark, _ = DOCUMENT.read_text("utf-8").partition(MARK)
    DOCUMENT.write_text(f"{head}{mark}{table()}\n", "utf-8")


if __name__ == "__main__":
    write()

"""Lines of a script. Comments hold sentences of ours and never a value; no command is broken over two lines, since a
space behind a backtick, as mail and chat leave it, would make two commands of it. All of it is ASCII."""

from __future__ import annotations

from textwrap import indent, wrap

Lines = list[str]

_WIDTH = 110


def note(*sentences: str) -> Lines:
    """A comment, a paragraph for each argument."""
    return [f"# {line}" for sentence in sentences for line in wrap(sentence, _WIDTH, break_on_hyphens=False)]


def section(title: str, *blocks: Lines) -> str:
    """A part of the script with its headline."""
    return "\n".join(
        [f"# ---- {title} {'-' * (_WIDTH - 6 - len(title))}", *(line for block in blocks for line in block)]
    )


def when(condition: str, *lines: str) -> Lines:
    """Lines that run where a PowerShell condition holds."""
    return [f"if ({condition}) {{", *(indent(line, "    ") for line in lines), "}"]


def either(condition: str, then: str, otherwise: str) -> Lines:
    """One line or the other."""
    return [f"if ({condition}) {{", f"    {then}", "} else {", f"    {otherwise}", "}"]


def unless_found(query: str, *lines: str) -> Lines:
    """Lines that run where a Get- command finds nothing: the script may be run again."""
    return when(f"-not ({query} -ErrorAction SilentlyContinue)", *lines)


def names(*each: str) -> str:
    """Names of properties, as one argument."""
    return ", ".join(f"'{one}'" for one in each)


def warning(sentence: str) -> str:
    """A command that warns whoever runs the script. The sentence is ours and has no quotes."""
    return f"Write-Warning '{sentence}'"

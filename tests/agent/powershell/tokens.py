"""A small reader of PowerShell (about_Parsing, about_Quoting_Rules), for as much of it as our scripts use.

What it does not know it refuses, so that a value which gets out of its quotes cannot go unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

SINGLE, DOUBLE = "'\u2018\u2019\u201a\u201b", '"\u201c\u201d\u201e'
KEYWORDS = ("if", "else", "throw")
_TOKENS = re.compile(
    rf"""
      (?P<comment>\#[^\n]*)
    | (?P<newline>\n)
    | (?P<space>[ ]+)
    | (?P<single>[{SINGLE}](?:[^{SINGLE}]|[{SINGLE}]{{2}})*+[{SINGLE}])
    | (?P<double>[{DOUBLE}](?:[^{DOUBLE}`]|`.|[{DOUBLE}]{{2}})*+[{DOUBLE}])
    | (?P<variable>\$[A-Za-z_]\w*)
    | (?P<type>\[string\])
    | (?P<index>\[\d+(?:\.\.\d+)?\])
    | (?P<member>(?<=[\w)\]])\.[A-Za-z]\w*)
    | (?P<open>@?[({{])
    | (?P<close>[)}}])
    | (?P<operator>\+=|[=,;|+])
    | (?P<dashed>-[A-Za-z]+)
    | (?P<word>[A-Za-z][\w-]*\*?|\d+)
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`value` of a string is what PowerShell takes it for; of anything else it is its text."""

    kind: str
    value: str


class Refused(ValueError):
    """The text is not of our language."""


@dataclass(slots=True)
class Command:
    """A cmdlet as it is called: the number of arguments behind each parameter, commas not counted."""

    name: str
    parameters: dict[str, int] = field(default_factory=dict)
    positional: int = 0


def tokens(script: str) -> list[Token]:
    """All tokens but spaces and comments. Raises Refused."""
    found, at = [], 0
    while at < len(script):
        match = _TOKENS.match(script, at)
        if match is None:
            raise Refused(f"nothing known at {script[at : at + 40]!r}")
        at = match.end()
        kind = str(match.lastgroup)
        if kind not in ("space", "comment"):
            found.append(_token(kind, match[0]))
    return found


def _token(kind: str, text: str) -> Token:
    if kind == "single":
        return Token("string", re.sub(f"([{SINGLE}])[{SINGLE}]", r"\1", text[1:-1]))
    if kind == "double":
        if re.search(r"[$`]", text):
            raise Refused(f"PowerShell would act upon {text!r}")
        return Token("string", re.sub(f"([{DOUBLE}])[{DOUBLE}]", r"\1", text[1:-1]))
    return Token(kind, text)


@dataclass(slots=True)
class _Frame:
    closer: str
    fresh: bool = True  # a statement begins here
    command: Command | None = None
    parameter: str | None = None
    comma: bool = False

    def argument(self) -> None:
        self.fresh = False
        if self.command is not None and not self.comma:
            if self.parameter is None:
                self.command.positional += 1
            else:
                self.command.parameters[self.parameter] += 1
        self.comma = False

    def end(self) -> None:
        self.fresh, self.command, self.parameter, self.comma = True, None, None, False


def commands(script: str) -> Sequence[Command]:
    """Every cmdlet that the script calls, wherever it stands. Raises Refused, also for what is not balanced."""
    reader = _Reader()
    for token in tokens(script):
        reader.read(token)
    if len(reader.frames) != 1:
        raise Refused("something is left open")
    return reader.found


class _Reader:
    """Follows brackets and statements; a word at the beginning of a statement is a command."""

    def __init__(self) -> None:
        self.frames = [_Frame("")]
        self.found: list[Command] = []

    def read(self, token: Token) -> None:
        frame = self.frames[-1]
        match token.kind:
            case "open":
                frame.argument()
                closer = {"(": ")", "{": "}"}[token.value[-1]]
                self.frames.append(_Frame(closer, fresh=token.value != "@{"))
            case "close":
                self._close(frame, token.value)
            case "newline" | "operator":
                self._separator(frame, token)
            case "dashed" if frame.command is not None:
                self._parameter(frame, frame.command, token.value[1:])
            case "word" if frame.fresh:
                self._word(frame, token.value)
            case "type":
                frame.fresh = False
            case "string" | "variable" | "word" | "dashed":
                frame.argument()

    def _close(self, frame: _Frame, closer: str) -> None:
        if frame.closer != closer or frame.comma:
            raise Refused(f"{closer} does not close what is open")
        self.frames.pop()

    def _separator(self, frame: _Frame, token: Token) -> None:
        if token.kind == "newline" and (frame.comma or frame.closer == ")"):
            raise Refused("a line ends in the middle of a command")
        if token.value in "|;\n":
            frame.end()
        frame.comma = token.value == ","
        frame.fresh = token.value in ("|", ";", "\n", "=", "+=")

    def _parameter(self, frame: _Frame, command: Command, name: str) -> None:
        if name in command.parameters:
            raise Refused(f"{command.name}: -{name} stands there twice")
        command.parameters[name] = 0
        frame.parameter = name

    def _word(self, frame: _Frame, word: str) -> None:
        frame.fresh = word == "else"
        if word not in KEYWORDS:
            frame.command = Command(word)
            self.found.append(frame.command)


def shape(found: Sequence[Token]) -> list[Token]:
    """The tokens with nothing in their strings."""
    return [Token(each.kind, "") if each.kind == "string" else each for each in found]


def strings(found: Sequence[Token]) -> list[str]:
    return [each.value for each in found if each.kind == "string"]

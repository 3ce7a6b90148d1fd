"""The steps as the core sends them: JSON into frozen values. What is not understood is left out, nothing here raises,
and everything has a limit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TOTAL_S = 60.0
"""Seconds after which all help ends."""

_KINDS = ("click", "fill", "set", "wait_gone")
_MOST_STEPS, _MOST_FINDS, _MOST_WORDS, _MOST_HOSTS, _MOST_TIMES = 30, 12, 60, 60, 5
_WORD, _CSS = 120, 300
_WITHIN_S = 20.0
_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_ROLE = re.compile(r"[a-z]{1,20}")
_HOST = re.compile(r"(?:\*\.)?[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,9}")


@dataclass(frozen=True, slots=True)
class Find:
    """One way to find an element; all that is given must hold. `names`: its accessible name, `text`: the words directly
    in it; one of them, whole, whatever the case."""

    css: str = ""
    role: str = ""
    names: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do.

    do         "click" the element until it is gone; "fill" it with the value called `value`; "set" a switch to `state`;
               "wait_gone": nothing is done, what comes after waits until it is not there
    find       ways to find the element, first match counts
    hosts      where, by pattern: the page itself and the frame the element is in
    within_s   seconds since the last thing done, after which the step is given up
    after      steps that come first; an optional one only if its element is there
    optional   giving it up is no failure, unless one of `required_after` was done
    times      how often it may be done
    """

    id: str
    do: str
    find: tuple[Find, ...]
    hosts: tuple[str, ...]
    within_s: float = _WITHIN_S
    after: tuple[str, ...] = ()
    optional: bool = False
    required_after: tuple[str, ...] = ()
    value: str = ""
    state: bool = True
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """The page shows that the meeting was left: something of `find` is there, nothing of `without`."""

    id: str
    find: tuple[Find, ...]
    without: tuple[Find, ...]
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    steps: tuple[Step, ...] = ()
    left: tuple[Sign, ...] = ()


def read(raw: object) -> Rules:
    """What is usable of a list of steps; those with `do` "left" are signs."""
    steps: dict[str, Step] = {}
    signs: list[Sign] = []
    for one in _items(raw, _MOST_STEPS):
        if not isinstance(one, Mapping):
            continue
        name, hosts, finds = _matched(_ID, one.get("id")), _hosts(one.get("hosts")), _finds(one.get("find"))
        if not name or not hosts or not finds or name in steps:
            continue
        if one.get("do") == "left":
            signs.append(Sign(id=name, find=finds, without=_finds(one.get("without")), hosts=hosts))
        elif one.get("do") in _KINDS:
            steps[name] = Step(
                id=name,
                do=str(one["do"]),
                find=finds,
                hosts=hosts,
                within_s=_number(one.get("within_s"), _WITHIN_S, TOTAL_S),
                after=tuple(step for step in _words(one.get("after"), _MOST_STEPS) if step in steps),
                optional=one.get("optional") is True,
                required_after=_words(one.get("required_after"), _MOST_STEPS),
                value=_matched(_ID, one.get("value")),
                state=one.get("state") is not False,
                times=int(_number(one.get("times"), 1, _MOST_TIMES)),
            )
    return Rules(tuple(steps.values()), tuple(signs))


def _finds(raw: object) -> tuple[Find, ...]:
    return tuple(found for one in _items(raw, _MOST_FINDS) if (found := _find(one)))


def _find(raw: object) -> Find | None:
    if not isinstance(raw, Mapping):
        return None
    css = raw.get("css")
    css = css if isinstance(css, str) and len(css) <= _CSS else ""
    found = Find(
        css,
        _matched(_ROLE, raw.get("role")),
        _words(raw.get("names"), _MOST_WORDS),
        _words(raw.get("text"), _MOST_WORDS),
    )
    return found if css or found.names or found.text else None


def _hosts(raw: object) -> tuple[str, ...]:
    return tuple(one for one in _words(raw, _MOST_HOSTS) if _HOST.fullmatch(one))


def _words(raw: object, most: int) -> tuple[str, ...]:
    return tuple(one for one in _items(raw, most) if isinstance(one, str) and 0 < len(one.strip()) <= _WORD)


def _items(raw: object, most: int) -> Sequence[object]:
    return raw[:most] if isinstance(raw, list | tuple) else ()


def _matched(pattern: re.Pattern[str], raw: object) -> str:
    return raw if isinstance(raw, str) and pattern.fullmatch(raw) else ""


def _number(raw: object, otherwise: float, most: float) -> float:
    usable = isinstance(raw, int | float) and not isinstance(raw, bool) and raw >= 1
    return float(min(raw, most)) if isinstance(raw, int | float) and usable else otherwise

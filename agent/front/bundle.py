"""The page's modules as one script, put together when the front starts: forty requests cost more than all the rest.

Each module becomes a function that is called once; what it imports are constants inside it, what it exports is what it
returns. `spare` leaves out what only people read, and every line keeps its place. Only the forms of import and export
that the page uses are understood, anything else is an error: a test puts the bundle together.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w./-]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*|\bimport\(.*|\bimport\.meta\b.*", re.MULTILINE)
_NOT_A_LETTER = re.compile(r"\W")
_COMMENT = re.compile(r"^ *(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^ +", re.MULTILINE)


def bundle(modules: Mapping[str, str], entry: str) -> str:
    """The modules that `entry` needs, each after what it needs itself, as one script.

    `modules`: sources by path. Raises ValueError for a module that is missing, needs itself, or is written otherwise.
    """
    placed: dict[str, str] = {}
    _place(entry, modules, placed, ())
    return "\n".join(placed.values())


def spare(source: str) -> str:
    """A script or style sheet without comments that have lines of their own, and without indentation."""
    return _INDENTED.sub("", _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source))


def _place(path: str, modules: Mapping[str, str], placed: dict[str, str], waiting: tuple[str, ...]) -> None:
    if path in placed:
        return
    if path in waiting or path not in modules:
        msg = f"{path}: {'needs itself' if path in waiting else 'is missing'}, from {' → '.join(waiting)}"
        raise ValueError(msg)
    source = modules[path]
    for _, target in _IMPORT.findall(source):
        _place(_resolved(path, target), modules, placed, (*waiting, path))
    placed[path] = _scoped(path, source)


def _scoped(path: str, source: str) -> str:
    exported = _EXPORT.findall(source)
    body = _EXPORT.sub("", _IMPORT.sub(lambda found: _constants(path, found[1], found[2]), source))
    other = _OTHER.search(body)
    if other:
        msg = f"{path}: cannot be bundled: {other[0]}"
        raise ValueError(msg)
    given = f"return {{ {', '.join(exported)} }};\n" if exported else ""
    return f"const {_name(path)} = (() => {{\n{body}{given}}})();\n"


def _constants(path: str, names: str, target: str) -> str:
    """`a as b` is `a: b` in a pattern; line breaks stay, so that lines can be counted."""
    return f"const {{{names.replace(' as ', ': ')}}} = {_name(_resolved(path, target))};"


def _resolved(path: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _name(path: str) -> str:
    return "$" + _NOT_A_LETTER.sub("_", path.removesuffix(".js"))

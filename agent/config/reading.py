"""From a file to a `Config`, or to one `ConfigError` that names everything wrong with it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from agent.config.checks import cross_check
from agent.config.model import Config
from agent.config.problems import Problem, from_validation, place, without
from agent.errors import ConfigError

CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY"
_MAX_BYTES = 1024 * 1024
_MAX_PROBLEMS = 50


def load(
    path: Path, environ: Mapping[str, str] = os.environ, *, complete: bool = True, besides: Collection[str] = ()
) -> Config:
    """The configuration in a file. Names of files in it become absolute, relative to this one; they need not exist.

    `complete` False is for those who need single values only: what there is must be good, anything may be missing.
    `besides`: tables in the same file that somebody else reads, with `table`.
    Raises `ConfigError` whose message has a line for each problem: file, key path, value, what is expected.
    """
    data = {name: value for name, value in _parse(path, _decode(path, _read(path))).items() if name not in besides}
    context = {"folder": path.absolute().parent}
    credentials = _credential_names(environ)
    try:
        config = Config.model_validate(data, context=context)
    except ValidationError as error:
        raise _refusal(path, [*from_validation(error, Config, data), *_more(error, data, credentials)]) from None
    problems = cross_check(config, credentials) if complete else []
    if problems:
        raise _refusal(path, problems)
    return config


def table(path: Path, name: str) -> Mapping[str, object]:
    """One table of a file as it stands there; empty where there is none. Raises `ConfigError`."""
    found = _parse(path, _decode(path, _read(path))).get(name, {})
    if not isinstance(found, dict):
        raise ConfigError(f"{path}: {name}: expected a table [{name}]")
    return found


def _more(error: ValidationError, data: Mapping[str, object], credentials: Collection[str]) -> list[Problem]:
    """What the sections without a wrong value have besides, so that one reading is enough to correct everything."""
    wrong = [place(detail["loc"]) for detail in error.errors(include_url=False, include_input=False)]
    try:
        rest = Config.model_validate(without(data, wrong))
    except ValidationError:
        return []
    suspect = {str(location[0]) for location in wrong}
    return [problem for problem in cross_check(rest, credentials) if problem.key.partition(".")[0] not in suspect]


def _refusal(path: Path, problems: Sequence[Problem]) -> ConfigError:
    lines = [f"{path}: {problem}" for problem in problems[:_MAX_PROBLEMS]]
    if len(problems) > _MAX_PROBLEMS:
        lines.append(f"{path}: and {len(problems) - _MAX_PROBLEMS} more")
    return ConfigError("\n".join(lines))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        hint = "there is no such file; config.example.toml shows what belongs in it"
        raise ConfigError(f"{path}: {hint}", "config.missing") from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: this is a directory, expected a file in TOML", "config.unreadable") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"{path}: cannot be read: {reason}", "config.unreadable") from error
    if len(content) > _MAX_BYTES:
        raise ConfigError(f"{path}: larger than {_MAX_BYTES // 1024} KiB; this cannot be a configuration")
    return content


def _decode(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ConfigError(f"{path}: this file is UTF-16; save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = content.rfind(b"\n", 0, error.start) + 1
        line, column = content.count(b"\n", 0, start) + 1, error.start - start + 1
        raise ConfigError(f"{path}: not UTF-8 (at line {line}, column {column}); save the file as UTF-8") from None


def _parse(path: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: syntax, and whole numbers of thousands of digits
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ConfigError(f"{path}: not valid TOML: {reason}") from None


def _credential_names(environ: Mapping[str, str]) -> list[str]:
    try:
        return [entry.name for entry in Path(environ[CREDENTIALS_DIRECTORY]).iterdir()]
    except (KeyError, OSError):
        return []

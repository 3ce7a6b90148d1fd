"""Rules of the repository itself: what has to agree with what, so that nobody has to remember it."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from agent.config import Config, load
from agent.config.schema import all_keys

ROOT = Path(__file__).parent.parent
CODE_LINES = 450
TEXT_SUFFIXES = {".py", ".js", ".css", ".html", ".sh", ".toml", ".md", ".json", ".lock", ".mako", ".xml", ".svg", ""}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or may be committed; where git cannot tell, everything but caches and environments."""
    if shutil.which("git"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if listed.returncode == 0:
            return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())
    hidden = re.compile(r"/(\.(?!ci/)[^/]+|__pycache__|build|dist|[^/]*\.egg-info)/")
    return tuple(p for p in ROOT.rglob("*") if p.is_file() and not hidden.search(f"/{p.relative_to(ROOT)}"))


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def requirement_names(lines: list[str]) -> list[str]:
    return [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower().replace("_", "-") for line in lines]


@cache
def dependencies() -> tuple[str, ...]:
    return tuple(requirement_names(tomllib.loads(text_of("pyproject.toml"))["project"]["dependencies"]))


# --- configuration ---------------------------------------------------------------------------------------------------


def test_the_example_configuration_is_the_defaults() -> None:
    assert load(ROOT / "config.example.toml", {}) == Config.default()


def test_the_example_configuration_has_every_key_one_a_line_with_a_sentence() -> None:
    lines = text_of("config.example.toml").splitlines()
    section, described = "", set()
    for before, line in zip(["", *lines], lines, strict=False):
        if header := re.fullmatch(r"(?:# )?\[+([a-z_.]+)\]+", line):
            section = header[1].replace("inputs.hdmi", "inputs")
        elif key := re.fullmatch(r"([a-z_]+) = .*", line):
            assert before.startswith("# "), f"{section}.{key[1]} has no sentence above it"
            described.add(f"{section}.{key[1]}")
        elif key := re.fullmatch(r"# ([a-z_]+) = .*\S  +# \S.*", line):
            described.add(f"{section}.{key[1]}")

    sections = {"display", "inputs", "join.rules", "join.launchers", "calendar.ews", "calendar.graph"}
    wanted = {".".join(path) for path in all_keys(Config) if len(path) > 1} - sections
    inputs = {f"inputs.{key}" for key in ("kind", "match", "label", "audio", "edid_file")}
    assert described == wanted | inputs


def test_the_commented_examples_are_good(tmp_path: Path) -> None:
    example = text_of("config.example.toml")
    path = tmp_path / "config.toml"
    path.write_text(re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", example), encoding="utf-8")

    config = load(path, {})

    assert (config.join.rules[0].path, config.inputs["hdmi"].kind) == ("/webapp/conference/{id}", "hdmi")
    assert config.join.launchers[0].command == ("linphonec", "-s", "sip:{sip}")


# --- dependencies ----------------------------------------------------------------------------------------------------


def test_every_dependency_has_its_reason() -> None:
    decisions = text_of("DECISIONS.md").lower()

    assert [name for name in dependencies() if not re.search(rf"\b{re.escape(name)}\b", decisions)] == []


def imported() -> Iterator[tuple[str, Path]]:
    for path in files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ("agent", "display"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((alias.name.split(".")[0], path) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield node.module.split(".")[0], path


def test_whatever_is_imported_is_declared() -> None:
    distributions = packages_distributions()
    ours = {"agent", "display", *sys.stdlib_module_names}
    undeclared = {
        (module, str(path.relative_to(ROOT)))
        for module, path in imported()
        if module not in ours and not set(requirement_names(distributions.get(module, [module]))) & set(dependencies())
    }

    assert undeclared == set()


def locked(name: str) -> dict[str, str]:
    """Entries of a lock: name to everything that is said about it."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", text_of(name))
    return {requirement_names([entry])[0]: entry for entry in entries if entry.strip()}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_by_hash_and_names_no_place(name: str) -> None:
    entries = locked(name)

    assert set(dependencies()) <= set(entries)
    assert [key for key, entry in entries.items() if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert re.findall(r"://|--(?:extra-)?index|--find-links|\bfile:|\.whl| @ ", text_of(name)) == []


def test_the_developers_lock_holds_the_users_lock() -> None:
    def versions(name: str) -> dict[str, str]:
        return {key: entry.splitlines()[0] for key, entry in locked(name).items()}

    assert versions("requirements.lock").items() <= versions("requirements-dev.lock").items()


def test_the_package_carries_every_file_beside_the_code() -> None:
    patterns = tomllib.loads(text_of("pyproject.toml"))["tool"]["setuptools"]["package-data"]
    forgotten = [
        name
        for path in files()
        if (name := str(path.relative_to(ROOT))).startswith(("agent/", "display/")) and path.suffix != ".py"
        if not any(fnmatch(name, f"*{pattern.removeprefix('**/')}") for pattern in patterns[name.partition("/")[0]])
    ]

    assert forgotten == []


# --- texts -----------------------------------------------------------------------------------------------------------


def codes_in_code() -> set[str]:
    """Stable codes of problems the core may show to people; what only a status check says has its sentence there."""
    pattern = re.compile(r"(?:calendar|setup|store)\.(?!(?:[a-z]+_)?ok$|stale$)[a-z_]+")
    found = set()
    for path in files():
        name = str(path.relative_to(ROOT))
        if re.match(r"agent/(sources|sync|state|store|api|app)\b.*\.py$", name):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and pattern.fullmatch(node.value):
                    found.add(node.value)
    return found


def test_every_code_shown_to_people_has_an_english_sentence() -> None:
    english = json.loads(text_of("agent/texts/en.json"))
    event = re.compile(r"\.(?:debug|info|warning|error|critical|exception)\(\s*\"([a-z_.]+)\"")
    logged = {name for path in files() if path.suffix == ".py" for name in event.findall(path.read_text("utf-8"))}
    sections = {".".join(path) for path in all_keys(Config)}

    assert sorted(codes_in_code() - logged - sections - set(english)) == []
    assert [code for code, text in english.items() if not text.get("title") or not text.get("detail")] == []


def test_every_code_of_the_troubleshooting_table_exists() -> None:
    table = text_of("README.md").partition("## Troubleshooting")[2].partition("## ")[0]
    codes = set(re.findall(r"`((?:calendar|setup|store)\.[a-z_]+)`", table))

    assert codes
    assert sorted(codes - codes_in_code()) == []


@pytest.mark.parametrize(
    "folder",
    ["agent/texts", "agent/texts/doctor_report", "agent/texts/join_report", "agent/front/texts", "display/texts"],
)
def test_translations_say_what_english_says_with_the_same_placeholders(folder: str) -> None:
    def placeholders(text: object) -> set[str]:  # not how often: languages differ in the number of plural forms
        return set(re.findall(r"\{\w*\}", json.dumps(text)))

    english = json.loads(text_of(f"{folder}/en.json"))
    for path in (ROOT / folder).glob("*.json"):
        catalogue = json.loads(path.read_text("utf-8"))
        assert set(catalogue) <= set(english), path
        assert {key: placeholders(text) for key, text in catalogue.items()} == {
            key: placeholders(english[key]) for key in catalogue
        }, path


# --- documents and files ---------------------------------------------------------------------------------------------


def test_commands_in_the_documents_exist() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", text_of("Makefile")))
    documents = "\n".join(text_of(name) for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"))
    made = set(re.findall(r"`make ([a-z-]+)", documents)) | set(re.findall(r"(?m)^(?:\$ )?make ([a-z-]+)", documents))
    help_text = subprocess.run(
        [sys.executable, "-m", "agent", "--help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    called = set(re.findall(r"(?m)(?:`|^)room-agent ([a-z][a-z-]+)", documents.replace("room-agent\n", "")))

    assert {"demo", "test"} <= made <= targets
    assert called
    assert {name for name in called if not re.search(rf"\b{name}\b", help_text)} == set()


def test_links_between_documents_lead_somewhere() -> None:
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8")):
            assert (ROOT / target).exists(), f"{document.name}: {target}"


def test_files_named_in_the_documents_exist() -> None:
    """Placeholders in capitals stand for names to be chosen."""
    named = re.compile(r"`((?:agent|display|deploy|systemd|tests)/[\w./*-]+)`")
    missing = [
        f"{document.name}: {match[1]}"
        for document in ROOT.glob("*.md")
        for match in named.finditer(document.read_text("utf-8"))
        if not re.search(r"NAME|LANGUAGE", match[1]) and not list(ROOT.glob(match[1].rstrip("/")))
    ]

    assert missing == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    private = re.compile(rf"/(?:root|home/\w+|Users/\w+)/|{re.escape(str(ROOT))}(?=/)")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files()
        if path.suffix in TEXT_SUFFIXES and (match := private.search(path.read_text("utf-8", errors="replace")))
    ]

    assert found == []


def test_no_source_file_is_long() -> None:
    code = {".py", ".js", ".css", ".html", ".sh"}
    long = [
        str(p.relative_to(ROOT)) for p in files() if p.suffix in code and len(p.read_text().splitlines()) > CODE_LINES
    ]

    assert long == []


def test_every_test_that_the_list_of_faults_names_exists() -> None:
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", text_of("tests/FAULTS.md")))
    paths = [path for path in files() if path.suffix == ".py" and path.is_relative_to(ROOT / "tests")]
    there = {name for path in paths for name in re.findall(r"def (test_\w+)\(", path.read_text("utf-8"))}

    assert len(named) > 90
    assert sorted(named - there) == []

"""Between draft and disk: what is in effect, what a draft would make of it, and where each secret comes from."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.config import Config
from agent.config.checks import cross_check
from agent.errors import CommandError
from agent.setup import files, pin
from agent.setup.apply import Activation
from agent.setup.draft import DraftStore
from agent.setup.flow import MANAGED, SETTINGS, SETUP, Draft
from agent.setup.to_config import PIN, PROXY_CREDENTIALS, SIGN_IN, answers_of, config_data, secrets_needed
from agent.system.secrets import FileSecrets


class DraftSecrets(FileSecrets):
    """Secrets for a configuration that is not in effect: a person's sign-in is read and kept where it says."""

    def __init__(self, folder: Path, sign_in: Path) -> None:
        super().__init__(folder)
        self._sign_in = sign_in

    def kept(self, name: str) -> str:
        return (files.read(self._sign_in) or b"").decode("utf-8", "replace") if name == SIGN_IN else super().kept(name)

    def keep(self, name: str, text: str) -> None:
        if name == SIGN_IN:
            files.write(self._sign_in, text.encode())
        else:
            super().keep(name, text)


class InEffect:
    """A state directory's configuration. `managed`: one that was named on the command line counts instead."""

    def __init__(self, state: Path, managed: Config | None, credentials: Mapping[str, str] = os.environ) -> None:
        self._state = state
        self.managed = managed
        self.secrets = state / "secrets"
        folder = credentials.get("CREDENTIALS_DIRECTORY")
        self._credentials = Path(folder) if folder else None
        self._last: tuple[tuple[int, int, int], tuple[dict[str, Any], Config]] | None = None

    @property
    def mode(self) -> str:
        if self.managed is not None:
            return MANAGED
        return SETTINGS if self.config.set_up else SETUP

    @property
    def data(self) -> dict[str, Any]:
        """What the file says, its paths as they stand there; nothing where there is no file that can be read."""
        return self._read()[0]

    @property
    def config(self) -> Config:
        """The configuration with absolute paths."""
        return self.managed if self.managed is not None else self._read()[1]

    def _read(self) -> tuple[dict[str, Any], Config]:
        """Data and configuration, parsed anew only when the file is another one: pages ask every few seconds."""
        path = self._state / "config.toml"
        try:
            stat = path.stat()
            seen = stat.st_ino, stat.st_mtime_ns, stat.st_size
        except OSError:
            return {}, Config.default()
        if self._last is None or self._last[0] != seen:
            self._last = seen, _parsed(path)
        return self._last[1]

    def answers(self) -> dict[str, Any]:
        """It as answers."""
        config = self.config
        section = config.calendar.graph if config.calendar.source == "graph" else config.calendar.ews
        ca = files.read(Path(section.ca_file)) if section.ca_file else None
        proxy = self.content(PROXY_CREDENTIALS)
        username = (proxy or b"").decode("utf-8", "replace").partition(":")[0]
        return answers_of(config, [*self._credential_names()], username, (ca or b"").decode("ascii", "replace"))

    def has(self, key: str) -> bool:
        """Whether a secret is in effect."""
        if key == PIN:
            return pin.is_set(self.secrets)
        if key == SIGN_IN:
            return (self.secrets / SIGN_IN).is_file()
        return bool(self.file(key)) or key in self._credential_names()

    def file(self, key: str) -> str:
        """The file of a secret as the configuration names it; empty for none."""
        found: Any = self.data
        for part in f"{key}_file".split("."):
            found = found.get(part, "") if isinstance(found, dict) else ""
        return found if isinstance(found, str) else ""

    def content(self, key: str) -> bytes | None:
        """What a secret's file holds, or the systemd credential that it was sealed as; None for neither."""
        file = self.file(key)
        found = files.read(self._state / file) if file else None
        if found is None and self._credentials is not None:
            return files.read(self._credentials / key)
        return found

    def _credential_names(self) -> list[str]:
        return files.names(self._credentials) if self._credentials else []

    def trial(self, draft: Draft, store: DraftStore) -> tuple[Config, DraftSecrets]:
        """The draft as a configuration to try, over staged secrets. Raises CommandError where answers are missing."""
        named = self._named(draft, {key: str(store.path(key, mark)) for key, mark in draft.marks.items()})
        sign_in = store.path(SIGN_IN, draft.marks[SIGN_IN]) if SIGN_IN in draft.marks else self.secrets / SIGN_IN
        config = self._valid(config_data(self.data, draft.answers, named))
        return config, DraftSecrets(self.secrets, sign_in)

    def planned(self, draft: Draft, store: DraftStore, generation: int) -> tuple[dict[str, Any], dict[str, bytes]]:
        """The draft as data of a new file, and the secrets that are new in it. Raises CommandError."""
        new = {key: Activation.name(key, generation) for key in draft.marks}
        data = config_data(self.data, draft.answers, self._named(draft, new))
        config = self._valid(data)
        if problems := cross_check(config, self._credential_names()):
            raise CommandError("setup.incomplete", f"These answers make no configuration: {problems[0]}.", 409)
        used = {*secrets_needed(draft.answers), PIN}
        if config.calendar.source == "graph" and config.calendar.graph.auth == "device_code":
            used.add(SIGN_IN)
        secrets = {}
        for key in used & set(draft.marks):
            content = files.read(store.path(key, draft.marks[key]))
            if content is None:
                raise CommandError("setup.incomplete", f"{key}: the secret that was given is gone; give it again.", 409)
            secrets[key] = content
        if not (PIN in secrets or self.has(PIN)):
            raise CommandError("setup.incomplete", "The administrator's PIN is missing; set it in the policies.", 409)
        return data, secrets

    def _named(self, draft: Draft, new: Mapping[str, str]) -> dict[str, str]:
        """File names for the configuration: new secrets, and those of the present one that stay."""
        named = {}
        for key in secrets_needed(draft.answers):
            if file := new.get(key) or self.file(key):
                named[key] = file
            elif key not in self._credential_names():
                raise CommandError("setup.incomplete", f"{key}: this secret is missing; give it in its step.", 409)
        for key in [each for each in named if each.endswith(".certificate") and each not in new]:
            if password := self.file(f"{key}_password"):
                named[f"{key}_password"] = password
        if "network" not in draft.answers and (kept := self.file(PROXY_CREDENTIALS)):
            named[PROXY_CREDENTIALS] = kept
        return named

    def _valid(self, data: Mapping[str, Any]) -> Config:
        try:
            return Config.model_validate(data, context={"folder": self._state})
        except ValidationError as error:
            place = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
            raise CommandError("setup.incomplete", f"{place}: this answer makes no configuration.", 409) from None


def _parsed(path: Path) -> tuple[dict[str, Any], Config]:
    content = files.read(path)
    try:
        data = tomllib.loads(content.decode("utf-8-sig")) if content else {}
        return data, Config.model_validate(data, context={"folder": path.parent})
    except (ValueError, RecursionError):  # pydantic's error is a ValueError
        return {}, Config.default()

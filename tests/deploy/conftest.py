"""A core's own exposition, for whatever reads it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent.app.box import open_box
from agent.app.core import Core
from tests.deploy.prometheus import Exported

CONFIG = """
[room]
mailbox = "sjroom@contoso.example"
[calendar.ews]
endpoint = "http://127.0.0.1:9/EWS/Exchange.asmx"
username = "mailboxservice@contoso.example"
password_file = "password"
[inputs.hdmi]
kind = "hdmi"
"""


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """What a room's core exports before anything has happened."""
    folder = tmp_path_factory.mktemp("exported")
    (folder / "config.toml").write_text(CONFIG)
    (folder / "password").write_text("secret\n")
    found = Exported()
    for family in text_string_to_metric_families(asyncio.run(_exposition(folder)).decode()):
        found.kinds[family.name] = family.type
        for sample in family.samples:
            found.series.setdefault(sample.name, []).append(sample.labels)
    return found


async def _exposition(folder: Path) -> bytes:
    with ExitStack() as resources:
        core = Core(open_box(folder / "config.toml", folder / "state"), resources)
        core.parts()
        return core._api().metrics("")[0]

"""Every sentence the page may show exists."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from agent.demo.control.page import load_assets
from agent.demo.control.ports import Fault
from agent.demo.control.texts import texts
from agent.demo.invitations import Delivery, Service
from agent.demo.world import MailKind

SAID = re.compile(r'\bsay\("([^"]+)"')
COUNTED = re.compile(r'\bsayCount\("([^"]+)"')
IN_TEMPLATE = re.compile(r'texts\["([^"]+)"\]')


def test_the_scripts_and_templates_use_only_sentences_that_exist() -> None:
    scripts = [asset.content.decode() for name, asset in load_assets().items() if name.endswith(".js")]
    templates = [f.read_text("utf-8") for f in files("agent.demo.control").joinpath("templates").iterdir()]
    used = {key for script in scripts for key in SAID.findall(script)}
    used |= {f"{key}.{form}" for script in scripts for key in COUNTED.findall(script) for form in ("one", "other")}
    used |= {key for template in templates for key in IN_TEMPLATE.findall(template)}
    assert len(used) > 50
    assert used - texts().keys() == set()


@pytest.mark.parametrize(
    "key",
    [
        *(f"service.{service}" for service in Service),
        *(f"book.delivery.{delivery}" for delivery in Delivery),
        *(f"badge.{delivery}" for delivery in Delivery if delivery is not Delivery.INTACT),
        *(f"mode.{mode}{part}" for mode in ("all", "auto", "none") for part in ("", ".hint", ".done")),
        *(f"inbox.kind.{kind}" for kind in ("update", *MailKind)),
        *(f"inbox.{action}{part}" for action in ("accepted", "declined", "remove") for part in ("", ".done")),
        *(f"answer.{answer}" for answer in ("accepted", "tentative", "declined")),
        *(f"invitation.{state}" for state in ("waiting", "accepted", "tentative", "declined", "cancelled")),
        *(f"fault.{fault}{part}" for fault in Fault for part in ("", ".hint")),
    ],
)
def test_what_the_server_names_has_a_sentence(key: str) -> None:
    assert texts()[key]

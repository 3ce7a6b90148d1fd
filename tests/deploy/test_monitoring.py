"""What stands around the rules: routes, the play for fleets, and the documents that lead there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.prometheus import PROMETHEUS, ROOT, alerts, read_yaml

DOCS = ROOT / "deploy" / "docs"
PLAY = ROOT / "deploy" / "ansible" / "monitoring.yml"


@pytest.mark.skipif(
    shutil.which("amtool") is None, reason="amtool is missing (Debian: apt install prometheus-alertmanager)"
)
def test_amtool_accepts_the_routes() -> None:
    command = ["amtool", "check-config", str(PROMETHEUS / "alertmanager.yml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_severity_and_everybody_who_mends_has_a_route() -> None:
    route = read_yaml(PROMETHEUS / "alertmanager.yml")["route"]
    routed = {matcher for each in route["routes"] for matcher in each["matchers"]}
    assert {'severity="page"', 'severity="info"', 'who="exchange-admin"'} == routed
    assert route["receiver"] == "tickets"


@pytest.mark.skipif(
    shutil.which("ansible-playbook") is None, reason="Ansible is missing (Debian: apt install ansible-core)"
)
def test_ansible_accepts_the_play(tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.yml"
    inventory.write_text("rooms: {hosts: {room-1: {site: HQ}}}\nprometheus: {hosts: {watcher: {}}}\n")
    command = ["ansible-playbook", "--syntax-check", "--inventory", str(inventory), str(PLAY)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_play_writes_where_the_scrape_configuration_reads() -> None:
    text = PLAY.read_text("utf-8")
    scrape = read_yaml(PROMETHEUS / "prometheus.yml")["scrape_configs"][0]
    files = [scrape["authorization"]["credentials_file"], scrape["tls_config"]["ca_file"]]
    files += scrape["file_sd_configs"][0]["files"]
    assert [name for name in files if "{{ folder }}/" + name.removeprefix("room-agent/") not in text] == []


def test_links_to_the_runbook_lead_to_a_heading() -> None:
    anchors = {heading.lower() for heading in re.findall(r"(?m)^#+ (\S+)$", (DOCS / "runbook.md").read_text("utf-8"))}
    linked = set(re.findall(r"runbook\.md#([\w-]+)", (DOCS / "monitoring.md").read_text("utf-8")))
    assert linked <= anchors


def test_the_document_counts_alerts_as_they_are() -> None:
    pages = [name for name, rule in alerts().items() if rule["labels"]["severity"] == "page"]
    said = f"{len(alerts())} alerts: {len(pages)} that wake somebody"
    assert said in (DOCS / "monitoring.md").read_text("utf-8")

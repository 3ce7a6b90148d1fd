"""A real Prometheus with the shipped scrape configuration and the shipped rules in quick motion."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from tests.alerts.shorten import shortened
from tests.deploy.prometheus import PROMETHEUS, RULES, read_yaml
from tests.system.agent_process import free_port
from tests.waiting import wait_until

PROGRAM = shutil.which("prometheus")


@dataclass(frozen=True)
class Target:
    """A box as service discovery names it."""

    address: str
    labels: Mapping[str, str]


class Prometheus:
    """`folder` is its own. `quick`: the rules in quick motion, over TLS; otherwise as they are shipped, over HTTP. As a
    context manager it runs until the end."""

    def __init__(self, folder: Path, token: str, *, quick: bool = True) -> None:
        self._folder = folder / "prometheus"
        self._port = free_port()
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=10)
        shutil.copytree(PROMETHEUS, self._folder)
        own = self._folder / "room-agent"
        (own / "token").write_text(token)
        (own / "ca.pem").touch()
        (own / "rooms.yml").write_text("[]")
        config = read_yaml(self._folder / "prometheus.yml")
        if quick:
            config["global"] = {"scrape_interval": "2s", "scrape_timeout": "2s", "evaluation_interval": "1s"}
        del config["alerting"]
        self._ca = own / "ca.pem"
        for job in config["scrape_configs"]:
            for each in job.get("file_sd_configs", []):
                each["refresh_interval"] = "1s"
            for each in job.get("static_configs", []):
                each["targets"] = [f"127.0.0.1:{self._port}"]
            if not quick:
                job["scheme"] = "http"
                job.pop("tls_config", None)
        self._write("prometheus.yml", config)  # JSON is YAML
        for rules in RULES if quick else ():
            self._write(f"rules/{rules.name}", shortened(read_yaml(rules)))

    def _write(self, name: str, data: Any) -> None:
        (self._folder / name).write_text(json.dumps(data))

    def __enter__(self) -> Self:
        assert PROGRAM is not None
        self._log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(
            [
                PROGRAM,
                f"--config.file={self._folder}/prometheus.yml",
                f"--storage.tsdb.path={self._folder}/data",
                f"--web.listen-address=127.0.0.1:{self._port}",
                "--web.enable-lifecycle",
            ],
            stderr=self._log,
            stdout=self._log,
        )
        wait_until(self._ready, within=60, what="Prometheus")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=30)
        self._log.close()
        self._client.close()

    def _ready(self) -> bool:
        assert self._process.poll() is None, (self._folder / "log").read_text()
        try:
            return self._client.get("/-/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def discover(self, targets: Iterable[Target]) -> None:
        """What service discovery says from now on."""
        listed = [{"targets": [each.address], "labels": dict(each.labels)} for each in targets]
        new = self._folder / "room-agent" / "new"
        new.write_text(json.dumps(listed))
        new.rename(self._folder / "room-agent" / "rooms.yml")

    def trust(self, certificates: Iterable[Path]) -> None:
        """Which boxes it believes to be themselves: their certificates, one after the other."""
        self._ca.write_text("".join(path.read_text() for path in certificates))
        self._client.post("/-/reload").raise_for_status()

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The instant vector."""
        answer = self._client.get("/api/v1/query", params={"query": expression}).json()
        assert answer["status"] == "success", answer
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def firing(self) -> set[tuple[str, str]]:
        """(alert, room, or site where it is not about one room) of every alert that fires."""
        found = self.query('ALERTS{alertstate="firing"}')
        return {(e["metric"]["alertname"], e["metric"].get("room") or e["metric"].get("site", "")) for e in found}

    def last_fired(self, alert: str, place: str) -> float:
        """When an alert was last seen to fire for a room or a site, as seconds since 1970."""
        where = f'alertstate="firing",alertname="{alert}"'
        found = self.query(f'ALERTS{{{where},room="{place}"}}[1h]')
        found += self.query(f'ALERTS{{{where},room="",site="{place}"}}[1h]')
        return max(float(each["values"][-1][0]) for each in found)

    def annotations(self) -> list[dict[str, Any]]:
        """Every alert, pending or firing, with its texts filled in."""
        found: list[dict[str, Any]] = self._client.get("/api/v1/alerts").json()["data"]["alerts"]
        return found

    def rule_seconds(self) -> float:
        """How long one evaluation of all rules takes."""
        groups = self._client.get("/api/v1/rules").json()["data"]["groups"]
        return float(sum(group["evaluationTime"] for group in groups))

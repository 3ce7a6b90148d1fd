"""What a fleet costs its Prometheus: one agent's real exposition under as many addresses as there are boxes, with the
shipped rules at their shipped times. `python -m tests.alerts.scale FILE [BOXES] [SECONDS]`; FILE: what /metrics said.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.alerts.server import Prometheus, Target


def main(file: str, boxes: str = "500", seconds: str = "150") -> None:
    """Print what it took."""
    exposition = Path(file).read_bytes()

    class Box(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(exposition)))
            self.end_headers()
            self.wfile.write(exposition)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadingHTTPServer(("", 0), Box) as server,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        with Prometheus(Path(folder), "token", quick=False) as prometheus:
            sites = max(1, int(boxes) // 40)
            prometheus.discover(
                Target(_address(number, port), {"room": f"Room {number}", "site": f"Site {number % sites}"})
                for number in range(int(boxes))
            )
            time.sleep(float(seconds))
            for name, expression in {
                "boxes that answer": 'sum(up{job="room-agent"})',
                "series": "prometheus_tsdb_head_series",
                "resident memory, MiB": "process_resident_memory_bytes / 1024 / 1024",
                "CPU, cores": "rate(process_cpu_seconds_total{job='prometheus'}[1m])",
            }.items():
                found = prometheus.query(expression)
                print(f"{name:28} {float(found[0]['value'][1]):10.2f}" if found else f"{name:28}          -")  # noqa: T201
            print(f"{'one evaluation of all rules, s':28} {prometheus.rule_seconds():10.3f}")  # noqa: T201
        server.shutdown()


def _address(number: int, port: int) -> str:
    """All of 127.0.0.0/8 is this machine."""
    return f"127.0.{number // 250}.{number % 250 + 1}:{port}"


if __name__ == "__main__":
    main(*sys.argv[1:])

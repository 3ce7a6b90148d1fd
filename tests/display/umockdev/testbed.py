"""Mock devices in a process of their own, and processes that see them: `Testbed`.

    with Testbed() as bed:
        bed.add_bridge("video0", signal="no_cable")
        shell = bed.popen([sys.executable, "-m", "display", "run"])
        bed.set("video0", signal="live", width=1280, height=720)

Only processes started through `popen` or with `environment` see the mock devices; the one that runs the tests does not.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

import pytest

HOST = Path(__file__).with_name("host.py")
ROOT = Path(__file__).parents[3]
SYSTEM_PYTHON = "/usr/bin/python3"
PLATFORM = "/devices/platform/soc/bridge"
USB = "/devices/pci0000:00/0000:00:14.0/usb1"


@cache
def require_umockdev() -> None:
    """Skip the test where umockdev is not installed."""
    if shutil.which("umockdev-wrapper") is None:
        pytest.skip("no umockdev on this machine: install the package umockdev")
    needs = [SYSTEM_PYTHON, "-c", "import gi; gi.require_version('UMockdev', '1.0')"]
    if not Path(SYSTEM_PYTHON).exists() or subprocess.run(needs, check=False, capture_output=True).returncode:
        pytest.skip("no umockdev for Python: install the packages python3-gi and gir1.2-umockdev-1.0")


class Testbed:
    """Mock devices. Names are those of nodes: "video0"."""

    __test__ = False

    def __init__(self) -> None:
        require_umockdev()
        self._host = subprocess.Popen(
            ["umockdev-wrapper", SYSTEM_PYTHON, str(HOST)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._children: list[subprocess.Popen[str]] = []
        self._paths: dict[str, str] = {}
        self.environment: dict[str, str] = self._do("environment")["environment"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.kill()
            child.communicate()
        assert self._host.stdin is not None
        self._host.stdin.close()
        assert self._host.stdout is not None
        self._host.stdout.close()
        self._host.wait(10)

    def _do(self, what: str, **how: Any) -> dict[str, Any]:
        assert self._host.stdin is not None
        assert self._host.stdout is not None
        self._host.stdin.write(json.dumps({"do": what, **how}) + "\n")
        self._host.stdin.flush()
        answer = self._host.stdout.readline()
        if not answer:
            raise AssertionError("the testbed's process ended")
        said: dict[str, Any] = json.loads(answer)
        assert "error" not in said, said["error"]
        return said

    def popen(self, arguments: Sequence[str], **environment: str) -> subprocess.Popen[str]:
        """A process that sees the mock devices; ended with the testbed. Lines on stdin and stdout."""
        child = subprocess.Popen(
            arguments,
            env={**os.environ, **self.environment, **environment},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._children.append(child)
        return child

    def run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """A process that sees the mock devices, until it ends."""
        environment = {**os.environ, **self.environment}
        return subprocess.run(
            arguments, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
        )

    def add_bridge(self, name: str = "video0", /, **facts: Any) -> str:
        """A bridge with DV timings on a board. The path of its node."""
        facts = {"family": "timings", "edid_blocks": 4, "name": "tc358743", **facts}
        self._do("add", text=f"P: {PLATFORM}\nE: SUBSYSTEM=platform\n")
        udev = {"ID_PATH": "platform-bridge", "ID_V4L_CAPABILITIES": ":capture:", "ID_V4L_PRODUCT": facts["name"]}
        return self._node(name, f"{PLATFORM}/video4linux/{name}", udev, facts)

    def add_grabber(
        self, name: str = "video2", /, *, port: str = "1-1", model: str = "534d:2109", interface: int = 0, **facts: Any
    ) -> str:
        """A USB video device: a grabber, or a camera. The path of its node."""
        facts = {"family": "picture", "name": "USB Video", **facts}
        vendor, _, product = model.partition(":")
        usb = {"SUBSYSTEM": "usb", "DEVTYPE": "usb_device", "ID_VENDOR_ID": vendor, "ID_MODEL_ID": product}
        self._do("add", text=_text(f"{USB}/{port}", usb, {"idVendor": vendor, "idProduct": product}))
        usb_interface = {"SUBSYSTEM": "usb", "DEVTYPE": "usb_interface"}
        self._do("add", text=_text(f"{USB}/{port}/{port}:1.{interface}", usb_interface, {}))
        capabilities = ":capture:" if facts["family"] != "metadata" else ":"
        udev = {
            "ID_PATH": f"pci-0000:00:14.0-usb-0:{port[2:]}:1.0",
            "ID_SERIAL": f"mock_{facts['name'].replace(' ', '_')}_{port}",
            "ID_VENDOR_ID": vendor,
            "ID_MODEL_ID": product,
            "ID_V4L_PRODUCT": facts["name"],
            "ID_V4L_CAPABILITIES": capabilities,
        }
        return self._node(name, f"{USB}/{port}/{port}:1.{interface}/video4linux/{name}", udev, facts)

    def add_sound(self, number: int, port: str) -> None:
        """The sound card of a USB device."""
        sound = {"SUBSYSTEM": "sound"}
        self._do("add", text=_text(f"{USB}/{port}/{port}:1.2/sound/card{number}", sound, {"number": str(number)}))

    def add_pipeline(self, name: str = "video0", subdev: str = "v4l-subdev0", /, **facts: Any) -> str:
        """A capture node whose bridge is a sub-device of another parent, and the media device that joins them."""
        base = "/devices/platform/pipeline"
        for path in (base, "/devices/platform/i2c/10-000f"):
            self._do("add", text=f"P: {path}\nE: SUBSYSTEM=platform\n")
        udev = {"ID_PATH": "platform-pipeline", "ID_V4L_CAPABILITIES": ":capture:"}
        node = self._node(name, f"{base}/video4linux/{name}", udev, {"family": "picture", "name": "pipeline"})
        bridge = {"family": "subdev", "edid_blocks": 4, "name": "tc358743 10-000f", **facts}
        self._node(subdev, f"/devices/platform/i2c/10-000f/video4linux/{subdev}", {}, bridge)
        joined = {"family": "media", "interfaces": [[81, _minor(name)], [81, _minor(subdev)]]}
        self._node("media0", f"{base}/media0", {"SUBSYSTEM": "media"}, joined)
        return node

    def _node(self, name: str, path: str, udev: Mapping[str, str], facts: dict[str, Any]) -> str:
        self._paths[name] = path
        properties = {"SUBSYSTEM": "video4linux", "DEVNAME": f"/dev/{name}", **_number(name), **udev}
        attributes = {"dev": f"81:{_minor(name)}", "name": facts.get("name", name)}
        text = _text(path, properties, attributes, name)
        self._do("add", text=text, node=f"/dev/{name}", facts=facts)
        return f"/dev/{name}"

    def set(self, name: str, /, **facts: Any) -> float:
        """Change what a device is: `signal="live"`, `width=1280`, `errno={"S_DV_TIMINGS": 16}`. When (monotonic)."""
        return float(self._do("set", node=f"/dev/{name}", facts=facts)["at"])

    def uevent(self, name: str, action: str = "change") -> None:
        """News of a device."""
        self._do("uevent", path=f"/sys{self._paths[name]}", action=action)

    def storm(self, name: str, times: int = 1_000, per_second: int = 1_000) -> None:
        """So many news of a device, as quickly as listeners take them in. Each gets all."""
        listeners = list(Path(self.environment["UMOCKDEV_DIR"]).glob("event*"))
        begun = time.monotonic()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as news:  # umockdev's own sender aborts when one is full
            for count in range(times):
                for listener in listeners:
                    news.sendto(_uevent(self._paths[name], count + 10_000), str(listener))
                time.sleep(max(0.0, begun + count / per_second - time.monotonic()))

    def remove(self, name: str) -> None:
        """Pull a device out: its calls answer ENODEV, and it is gone. Its name cannot be used again."""
        self._do("remove", path=f"/sys{self._paths.pop(name)}", node=f"/dev/{name}")

    def tell(self, name: str) -> dict[str, Any]:
        """What has been done to a device: `edid` (hex), `timings` (width, height), `calls`."""
        return self._do("tell", node=f"/dev/{name}")


def _uevent(path: str, sequence: int) -> bytes:
    """A message of udev to its listeners (systemd, src/libsystemd/sd-device/device-monitor.c)."""
    facts = f"ACTION=change\0DEVPATH={path}\0SUBSYSTEM=video4linux\0SEQNUM={sequence}\0".encode()
    video4linux = bytes.fromhex("e9cf3931")  # by which listeners choose
    head = struct.pack("=8s4sIII4s12x", b"libudev", bytes.fromhex("feedcafe"), 40, 40, len(facts), video4linux)
    return head + facts


def _minor(name: str) -> int:
    number = int("".join(letter for letter in name if letter.isdigit()))
    return number + (100 if "subdev" in name else 200 if "media" in name else 0)


def _number(name: str) -> dict[str, str]:
    return {"MAJOR": "81", "MINOR": str(_minor(name))}


def _text(path: str, properties: Mapping[str, str], attributes: Mapping[str, str], node: str = "") -> str:
    """A device in umockdev's notation."""
    lines = [f"P: {path}", *([f"N: {node}"] if node else [])]
    lines += [f"E: {name}={value}" for name, value in properties.items()]
    lines += [f"A: {name}={value}\\n" for name, value in attributes.items()]
    return "\n".join(lines) + "\n"

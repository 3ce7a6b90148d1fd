"""The testbed's own process: makes mock devices and answers their ioctls, driven by JSON lines on stdin.

Run by the system's Python (python3-gi) under umockdev-wrapper; `testbed.py` is the other side. A device is what its
facts say, at any time: `family` ("timings", "picture", "analogue", "metadata", "subdev", "media"), `signal`, `width`,
`height`, `errno` ({"QUERY_DV_TIMINGS": 19}), `edid_blocks`, `formats` ({"MJPG": [[640, 480]]}), `events` (kinds).
"""

from __future__ import annotations

import errno
import json
import os
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Any

import gi  # type: ignore[import-not-found]

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # type: ignore[import-not-found]  # noqa: E402

CALLS = {
    0x80685600: "QUERYCAP",
    0xC0405602: "ENUM_FMT",
    0xC008561B: "G_CTRL",
    0x80045626: "G_INPUT",
    0xC050561A: "ENUMINPUT",
    0xC0285628: "G_EDID",
    0xC0285629: "S_EDID",
    0x8008563F: "QUERYSTD",
    0xC02C564A: "ENUM_FRAMESIZES",
    0xC0845657: "S_DV_TIMINGS",
    0x80885659: "DQEVENT",
    0x4020565A: "SUBSCRIBE_EVENT",
    0x80845663: "QUERY_DV_TIMINGS",
    0xC0487C04: "G_TOPOLOGY",
}
SIGNALS = {
    "no_signal": errno.ENOLINK,
    "no_cable": errno.ENOLINK,
    "unstable": errno.ENOLCK,
    "unsupported": errno.ERANGE,
    "gone": errno.ENODEV,
}
CAPS = {"timings": 0x04000001, "picture": 0x04000001, "analogue": 0x04000001, "metadata": 0x04800000}


class Calls(UMockdev.IoctlBase):  # type: ignore[misc]
    """The ioctls of one device."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__()
        self.facts = facts
        self.edid = b""
        self.timings: list[int] = []
        self.seen: list[str] = []

    def do_handle_ioctl(self, client: Any) -> bool:
        name = CALLS.get(client.get_request() & 0xFFFFFFFF)
        if name is None:
            client.complete(-1, errno.ENOTTY)
            return True
        self.seen.append(name)
        failed = self.facts.get("errno", {}).get(name)
        try:
            error = failed or getattr(self, f"on_{name.lower()}")(client.get_arg())
        except Exception as problem:  # noqa: BLE001  a handler that raises would hang its caller
            sys.stderr.write(f"{name}: {problem!r}\n")
            error = errno.EIO
        client.complete(-1 if error else 0, error or 0)
        return True

    @property
    def family(self) -> str:
        return str(self.facts.get("family", "timings"))

    @property
    def has_timings(self) -> bool:
        return self.family in ("timings", "subdev")

    def on_querycap(self, argument: Any) -> int:
        if self.family in ("subdev", "media"):
            return errno.ENOTTY
        caps = CAPS[self.family]
        card = str(self.facts.get("name", "mock")).encode()
        put(argument, struct.pack("=16s32s32sIII12x", b"mock", card, b"mock", 0, caps | 0x80000000, caps))
        return 0

    def on_query_dv_timings(self, argument: Any) -> int:
        if not self.has_timings:
            return errno.ENOTTY
        signal = self.facts.get("signal", "no_signal")
        if signal != "live":
            return SIGNALS[signal]
        size = self.facts.get("width", 1920), self.facts.get("height", 1080)
        put(argument, struct.pack("=IIIIIQ", 0, *size, 0, 0, 148_500_000).ljust(132, b"\0"))
        return 0

    def on_s_dv_timings(self, argument: Any) -> int:
        if not self.has_timings:
            return errno.ENOTTY
        self.timings = list(struct.unpack_from("=II", get(argument, 132), 4))
        return 0

    def on_g_ctrl(self, argument: Any) -> int:
        if not self.has_timings or not self.facts.get("power", True):
            return errno.EINVAL
        put(argument, struct.pack("=Ii", 0x00A00964, int(self.facts.get("signal") != "no_cable")))
        return 0

    def on_g_input(self, argument: Any) -> int:
        put(argument, struct.pack("=i", 0))
        return 0

    def on_enuminput(self, argument: Any) -> int:
        if self.family == "subdev":
            return errno.ENOTTY
        status = {"no_cable": 3, "no_signal": 2}.get(self.facts.get("signal", ""), 0)
        put(argument, struct.pack("=I32sIIIQIII12x", 0, b"HDMI", 2, 0, 0, 0, status, 2, 0)[:80])
        return 0

    def on_subscribe_event(self, _argument: Any) -> int:
        return 0 if self.has_timings else errno.EINVAL

    def on_dqevent(self, argument: Any) -> int:
        events = self.facts.get("events", [])
        if not events:
            return errno.ENOENT
        put(argument, struct.pack("=I", events.pop(0)).ljust(136, b"\0"))
        return 0

    def on_querystd(self, _argument: Any) -> int:
        return 0 if self.family == "analogue" else errno.ENOTTY

    def on_enum_fmt(self, argument: Any) -> int:
        index = struct.unpack_from("=I", get(argument, 64))[0]
        offered = list(self.facts.get("formats", {}))
        if index >= len(offered):
            return errno.EINVAL
        put(argument, struct.pack("=III32s4s16x", index, 1, 0, b"", offered[index].encode()))
        return 0

    def on_enum_framesizes(self, argument: Any) -> int:
        index, pixels = struct.unpack_from("=I4s", get(argument, 44))
        sizes = self.facts.get("formats", {}).get(pixels.decode(), [])
        if index >= len(sizes):
            return errno.EINVAL
        put(argument, struct.pack("=I4sIII24x", index, pixels, 1, *sizes[index]))
        return 0

    def on_g_edid(self, argument: Any) -> int:
        if not self.has_timings or "edid_blocks" not in self.facts:
            return errno.ENOTTY
        head = get(argument, 40)
        wanted = struct.unpack_from("=I", head, 8)[0]
        blocks = min(wanted, len(self.edid) // 128)
        if not blocks:
            return errno.ENODATA
        argument.resolve(0, 40).resolve(32, wanted * 128).update(0, list(self.edid[: blocks * 128]))
        put(argument, head[:8] + struct.pack("=I", blocks) + head[12:])
        return 0

    def on_s_edid(self, argument: Any) -> int:
        if not self.has_timings or "edid_blocks" not in self.facts:
            return errno.ENOTTY
        blocks = struct.unpack_from("=I", get(argument, 40), 8)[0]
        if blocks > self.facts["edid_blocks"]:
            return errno.E2BIG
        self.edid = bytes(argument.resolve(0, 40).resolve(32, blocks * 128).retrieve()) if blocks else b""
        return 0

    def on_g_topology(self, argument: Any) -> int:
        numbers = self.facts.get("interfaces", [])
        head = get(argument, 72)
        if struct.unpack_from("=Q", head, 32)[0]:
            rows = b"".join(struct.pack("=12I2I56x", *[0] * 12, *number) for number in numbers)
            argument.resolve(0, 72).resolve(32, len(rows)).update(0, list(rows))
        put(argument, head[:24] + struct.pack("=I", len(numbers)) + head[28:])
        return 0


def get(argument: Any, size: int) -> bytes:
    return bytes(argument.resolve(0, size).retrieve())


def put(argument: Any, data: bytes) -> None:
    argument.resolve(0, len(data)).update(0, list(data))


class Host:
    """The testbed, by command."""

    def __init__(self) -> None:
        self.bed = UMockdev.Testbed.new()
        self.calls: dict[str, Calls] = {}

    def add(self, text: str, node: str | None = None, facts: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add a device in umockdev's notation, if it is not there; `node` answers ioctls."""
        if Path(f"{self.bed.get_sys_dir()}{text.split()[1].removeprefix('/sys')}").exists():
            return {}
        if node is not None:  # before the device's uevent: who hears it asks at once
            self.calls[node] = Calls(facts or {})
        self.bed.add_from_string(text)
        if node is not None:
            self.bed.attach_ioctl(node, self.calls[node])
        return {}

    def set(self, node: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Change facts. Answers when: readings from then on see them."""
        self.calls[node].facts.update(facts)
        return {"at": time.monotonic()}

    def uevent(self, path: str, action: str) -> dict[str, Any]:
        self.bed.uevent(path, action)
        return {}

    def remove(self, path: str, node: str | None = None) -> dict[str, Any]:
        """As the kernel does: the device first, then the news of it."""
        if node is not None:
            self.bed.detach_ioctl(node)
            self.calls.pop(node, None)
            self.calls[node] = Calls({"errno": dict.fromkeys(CALLS.values(), errno.ENODEV)})
        self.bed.uevent(path, "remove")
        self.bed.remove_device(path)
        return {}

    def tell(self, node: str) -> dict[str, Any]:
        """What has been done to a device."""
        calls = self.calls[node]
        return {"edid": calls.edid.hex(), "timings": calls.timings, "calls": list(calls.seen)}

    def environment(self) -> dict[str, Any]:
        return {"environment": {"LD_PRELOAD": os.environ["LD_PRELOAD"], "UMOCKDEV_DIR": self.bed.get_root_dir()}}


def serve(host: Host, loop: Any) -> None:
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = getattr(host, command.pop("do"))(**command)
        except Exception as problem:  # noqa: BLE001
            answer = {"error": repr(problem)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    loop.quit()


if __name__ == "__main__":
    main_loop = GLib.MainLoop()
    threading.Thread(target=serve, args=(Host(), main_loop), daemon=True).start()
    main_loop.run()

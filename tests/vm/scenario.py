"""A box's life, step after step. Each returns what it measured, in seconds by name, and raises AssertionError."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import partial

from display.demo.standins import Standins
from tests.vm import machine, pictures
from tests.vm.box import SLOW, STATE, Box
from tests.vm.rfb import Cable

Times = Mapping[str, float]
HOST = "10.0.2.2"
"""This machine as the virtual one sees it (QEMU's user network)."""
CONFIG = """\
[room]
timezone = "UTC"
[calendar]
source = "demo"
boot_spread_s = 0
[inputs.hdmi]
label = "HDMI"
"""
GRABBER = "modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=3"  # one capture device with one HDMI input
GROWN_MIB = 7_000
"""Of a disk of 8 GiB; the image's own file system has half of that."""
CABLE = "v4l2-ctl -d /dev/video0 -c dv_timings_signal_mode="


def welcome(box: Box) -> Times:
    """Switched on for the first time, it shows how it is set up, and has the whole disk."""
    box.machine.power_on()
    box.reachable()
    size = int(box.shell.run("df --output=size --block-size=1M / | tail -n 1"))
    assert size > GROWN_MIB, f"the file system has {size} MiB of a disk of {machine.DISK}"
    box.until(lambda: (box.ask("/api/v1/setup/state") or {}) != {}, "the agent in set-up mode", SLOW)
    box.shows("welcome", lambda image: pictures.link(image).endswith("/setup"), SLOW)
    return {"power on to welcome": time.monotonic() - box.machine.on_since}


def configured(box: Box) -> Times:
    """With a configuration in its place it shows its room, and the wizard's door is closed."""
    begun = time.monotonic()
    box.shell.write(f"{STATE}/config.toml", CONFIG, owner="room-agent:room-agent")
    box.shell.run("systemctl restart room-agent.service", SLOW)
    box.until(lambda: box.check("page:rendered").get("code") == "page.ok", "the page's own word", SLOW)
    box.until(lambda: _availability(box) in ("free", "busy"), "the calendar is read", SLOW)
    box.shows("home", pictures.is_home, SLOW)
    box.until(lambda: box.unit("room-wizard.socket") == "inactive", "the wizard's port closed")
    return {"configured to home": time.monotonic() - begun}


def power_on(box: Box) -> Times:
    """Switched off and on, it comes up with its room."""
    return {"power on to home": _power_cycle(box, "power-on")}


def plugged(box: Box) -> Times:
    """A laptop's picture comes up by itself and goes with its cable."""
    box.shell.run(GRABBER)
    box.shell.run(f"{CABLE}1")
    box.until(lambda: _input_state(box) in ("no_cable", "no_signal"), "the input is known")
    box.shell.run(f"{CABLE}0")
    shown = box.shows("plugged", pictures.is_bars)
    box.shell.run(f"{CABLE}1")
    gone = box.shows("unplugged", pictures.is_home)
    return {"plug to picture": shown, "unplug to home": gone}


def meeting(box: Box) -> Times:
    """A meeting is joined with one press and left again."""
    with Standins() as standins:
        flags = [each.replace("127.0.0.1", HOST) for each in standins.chromium_flags()]
        escaped = json.dumps(flags).replace("\\", "\\\\").replace('"', '\\"')
        folder = "/run/systemd/system/room-meeting.service.d"
        box.shell.run(f"mkdir -p {folder}")
        line = f'[Service]\nEnvironment="ROOM_DISPLAY_MEETING_FLAGS={escaped}"\n'
        box.shell.write(f"{folder}/standins.conf", line, "644")
        box.shell.run("systemctl daemon-reload && systemctl restart room-meeting.service", SLOW)
        asked = (box.ask("/api/v1/room") or {}).get("meetings", [])
        chosen = next(each for each in asked if (each.get("join") or {}).get("provider") in ("zoom", "teams"))
        box.command("join", meeting_id=chosen["id"])
        joined = box.until(lambda: _screen(box) == "meeting", "in the meeting", SLOW)
        time.sleep(3)  # for the picture alone: the page may still be fading in
        assert not pictures.is_home(box.picture("meeting"))
        box.shell.run("systemctl kill --signal=SIGTERM room-meeting.service")
        left = box.shows("left", pictures.is_home)
    return {"join to meeting": joined, "left to home": left}


def second_screen(box: Box) -> Times:
    """A second screen that is plugged in shows the same, and costs nothing when it goes."""
    cable = Cable(box.machine.second_screen)
    cable.size(1280, 800)
    seen = box.until(lambda: _outputs(box) == 2, "two screens")
    assert pictures.is_home(box.picture("second-screen", head=1))
    cable.size(0, 0)
    gone = box.until(lambda: _outputs(box) == 1, "one screen")
    box.shows("one-screen", pictures.is_home)
    return {"second screen lit": seen, "second screen gone": gone}


def killed(box: Box) -> Times:
    """Whatever is killed comes back by itself, to the home screen."""
    times = {}
    for name, process in KILLS.items():
        before = box.shell.run(process).strip()
        begun = time.monotonic()
        box.shell.run(f"kill -KILL {before}")
        box.until(partial(_another, box, process, before), f"another {name}", SLOW)
        box.until(lambda: _screen(box) == "home", "home, says the display", SLOW)
        box.shows(f"killed-{name.replace(' ', '-')}", pictures.is_home, SLOW)
        times[f"{name} killed to home"] = time.monotonic() - begun
    return times


def power_cuts(box: Box) -> Times:
    """Five power cuts at unlucky moments: home each time, and the database whole."""
    times = {}
    for cut in range(1, 6):
        times[f"power cut {cut} to home"] = _power_cycle(box, f"power-cut-{cut}")
        assert box.check("store:integrity").get("code") == "store.ok", box.check("store:integrity")
    return times


def no_network(box: Box) -> Times:
    """Without a network's cable nobody waits for one."""
    return {"power on without network to home": _power_cycle(box, "no-network", network=False)}


def firmware(box: Box) -> Times:
    """Started the way of a real box, by firmware and the loader on its disk, it comes up with its room."""
    box.machine.power_off()
    box.machine.power_on(own_loader=True)
    box.shows("firmware", pictures.is_home, SLOW)
    return {"firmware to home": time.monotonic() - box.machine.on_since}


STEPS: tuple[Callable[[Box], Times], ...] = (
    welcome, configured, power_on, plugged, meeting, second_screen, killed, power_cuts, no_network, firmware
)  # fmt: skip
_MAIN = "systemctl show --property=MainPID --value"
KILLS = {
    "X session": f"{_MAIN} room-x.service",
    "X server": "tr -d ' ' </tmp/.X0-lock",
    "shell": f"{_MAIN} room-display.service",
    "home browser": f"cut -d' ' -f1 /proc/$({_MAIN} room-home.service)/task/*/children",
    "home supervisor": f"{_MAIN} room-home.service",
    "core": f"{_MAIN} room-agent.service",
    "pages": f"{_MAIN} room-web.service",
}
"""What is killed, and the command that says its process."""


def _power_cycle(box: Box, name: str, *, network: bool = True) -> float:
    box.machine.power_off()
    box.machine.power_on(network=network)
    box.shows(name, pictures.is_home, SLOW)
    taken = time.monotonic() - box.machine.on_since
    box.reachable()
    return taken


def _availability(box: Box) -> str:
    return str((box.ask("/api/v1/room") or {}).get("availability"))


def _screen(box: Box) -> str:
    return str((box.ask("/api/v1/room") or {}).get("screen"))


def _input_state(box: Box) -> str:
    return next((str(each["state"]) for each in (box.ask("/api/v1/room") or {}).get("inputs", ())), "")


def _outputs(box: Box) -> int:
    return int(box.check("display:outputs").get("observedValue") or 0)


def _another(box: Box, process: str, before: str) -> bool:
    return box.shell.run(process, check=False).strip() not in ("", "0", before)

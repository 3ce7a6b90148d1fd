"""A second initial ramdisk for the test alone: it puts a root shell on a console of the virtual machine.

The kernel unpacks it over the image's own one. The disk stays as it was built: the shell's unit lies in /run.
"""

from __future__ import annotations

UNIT = """\
[Unit]
Description=Root shell of the test
DefaultDependencies=no
Conflicts=shutdown.target
Before=shutdown.target
After=dev-hvc0.device
Wants=dev-hvc0.device
StartLimitIntervalSec=0

[Service]
ExecStart=/bin/bash --noprofile --norc --noediting
Environment=HOME=/root TERM=dumb PS1= PS2= LC_ALL=C.UTF-8
WorkingDirectory=/
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/hvc0
Restart=always
RestartSec=500ms
OOMScoreAdjust=-1000
"""
SLOW = """\
[Service]
TimeoutStartSec=15min
WatchdogSec=5min
"""
"""For all of room-agent's units (`room-….service`): an emulated processor, shared with others, is no box."""
NO_WATCHDOG = """\
[Service]
WatchdogSec=0
"""
"""For X, which tells systemd nothing."""
SLOW_SYSTEM = """\
[Manager]
RuntimeWatchdogSec=10min
"""
SCRIPT = """\
#!/bin/sh
mkdir -p /run/systemd/system/sysinit.target.wants /run/systemd/system/room-.service.d
mkdir -p /run/systemd/system.conf.d /run/systemd/system/room-x.service.d
cat /vm-test/no-watchdog.conf >/run/systemd/system/room-x.service.d/zz-no-watchdog.conf
test -e /vm-test/slow.conf && cat /vm-test/slow.conf >/run/systemd/system/room-.service.d/slow.conf
test -e /vm-test/slow-system.conf && cat /vm-test/slow-system.conf >/run/systemd/system.conf.d/slow.conf
cat /vm-test/vm-test-shell.service >/run/systemd/system/vm-test-shell.service
ln -s ../vm-test-shell.service /run/systemd/system/sysinit.target.wants/
"""
FILES = {
    # init reads this early; the list of scripts is the image's, so one more is added to it, not put in its place.
    "conf/conf.d/vm-test": "echo '/scripts/init-bottom/vm-test \"$@\"' >>/scripts/init-bottom/ORDER\n",
    "scripts/init-bottom/vm-test": SCRIPT,
    "vm-test/vm-test-shell.service": UNIT,
    "vm-test/no-watchdog.conf": NO_WATCHDOG,
}
_FOLDER, _FILE = 0o040755, 0o100755


def archive(*, slow: bool) -> bytes:
    """The ramdisk, as a cpio archive of the kind the kernel reads ("newc"). `slow`: the services get time."""
    files = {**FILES, "vm-test/slow.conf": SLOW, "vm-test/slow-system.conf": SLOW_SYSTEM} if slow else FILES
    folders = sorted({"/".join(name.split("/")[:depth]) for name in files for depth in range(1, name.count("/") + 1)})
    entries = [_entry(name, _FOLDER, b"") for name in folders]
    entries += [_entry(name, _FILE, text.encode()) for name, text in files.items()]
    return b"".join([*entries, _entry("TRAILER!!!", 0, b"")])


def _entry(name: str, mode: int, content: bytes) -> bytes:
    named = name.encode() + b"\0"
    fields = (0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(named), 0)
    header = b"070701" + b"".join(b"%08x" % field for field in fields)
    return _padded(header + named) + _padded(content)


def _padded(part: bytes) -> bytes:
    return part + b"\0" * (-len(part) % 4)

"""The virtual machine: QEMU with the image's disk, two screens, one network, one hardware watchdog."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from tests.vm import ramdisk
from tests.vm.qmp import Monitor
from tests.vm.shell import Shell

IMAGE = Path("build/image")
PROBE_S = 20.0
"""A kernel says its version within this, where the processor's own virtualisation works."""
START_S = 20.0
DISK = "8G"
"""What a box's disk holds at least; the image is smaller and has to grow."""


class Machine:
    """One box. `folder` holds its disk, an overlay of the image that survives `power_off`, and its sockets."""

    def __init__(self, folder: Path, accelerator: str) -> None:
        self._folder = folder
        self._accelerator = accelerator
        self._process: subprocess.Popen[bytes] | None = None
        self.monitor: Monitor
        self.shell: Shell
        self.on_since = 0.0
        folder.mkdir(parents=True, exist_ok=True)
        disk = folder / "disk.qcow2"
        disk.unlink(missing_ok=True)
        made = ("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str((IMAGE / "room.img").absolute()))
        subprocess.run([*made, str(disk), DISK], check=True)
        ramdisk_file = folder / "initrd.img"
        ramdisk_file.write_bytes((IMAGE / "initrd.img").read_bytes())
        with ramdisk_file.open("ab") as file:
            file.write(b"\0" * (-file.tell() % 4) + ramdisk.archive(slow="tcg" in accelerator))

    @property
    def console(self) -> str:
        """What kernel and firmware said."""
        return (self._folder / "console.log").read_text("utf-8", "replace")

    @property
    def second_screen(self) -> Path:
        """The socket of the second screen's VNC server."""
        return self._folder / "vnc.sock"

    def power_on(self, *, own_loader: bool = False, network: bool = True) -> None:
        """Start it; returns at once. With `own_loader` the way a real box does it: firmware, loader, disk."""
        for name in ("qmp.sock", "shell.sock", "vnc.sock"):
            (self._folder / name).unlink(missing_ok=True)
        firmware = ("-bios", "/usr/share/ovmf/OVMF.fd") if own_loader else self._kernel()
        self.on_since = time.monotonic()
        self._process = subprocess.Popen(
            ["qemu-system-x86_64", *self._hardware(), *firmware], stdin=subprocess.DEVNULL, start_new_session=True
        )
        with suppress(OSError):  # the kernel weighs whole sessions (autogroup): without this, nice would mean nothing
            Path(f"/proc/{self._process.pid}/autogroup").write_text(str(os.nice(0)))
        end = time.monotonic() + START_S
        while not (self._folder / "vnc.sock").exists():
            assert self._process.poll() is None, "QEMU ended"
            assert time.monotonic() < end, "QEMU does not start"
            time.sleep(0.02)
        self.monitor = Monitor(self._folder / "qmp.sock")
        self.shell = Shell(self._folder / "shell.sock")
        if not network:
            self.monitor.network(plugged=False)

    def power_off(self) -> None:
        """Draw the mains plug: nothing in the machine hears of it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self.monitor.close()
            self.shell.close()

    def _kernel(self) -> tuple[str, ...]:
        line = f"{(IMAGE / 'cmdline').read_text('utf-8').strip()} console=ttyS0"
        return ("-kernel", str(IMAGE / "vmlinuz"), "-initrd", str(self._folder / "initrd.img"), "-append", line)

    def _hardware(self) -> list[str]:
        folder = self._folder
        return [
            *self._accelerator.split(),
            *("-m", os.environ.get("VM_MEMORY", "4096"), "-smp", "2", "-display", "none", "-nodefaults"),
            *("-drive", f"file={folder / 'disk.qcow2'},if=virtio,format=qcow2,discard=unmap"),
            *("-device", "virtio-vga,id=screen,max_outputs=2"),
            *("-vnc", f"unix:{folder / 'vnc.sock'},display=screen,head=1"),
            *("-device", "virtio-tablet-pci", "-device", "virtio-keyboard-pci"),
            *("-nic", "user,model=virtio-net-pci,id=network"),
            *("-device", "virtio-rng-pci", "-device", "i6300esb", "-action", "watchdog=reset"),
            *("-qmp", f"unix:{folder / 'qmp.sock'},server=on,wait=off"),
            *("-serial", f"file:{folder / 'console.log'}"),
            *("-device", "virtio-serial", "-device", "virtconsole,chardev=shell"),
            *("-chardev", f"socket,id=shell,path={folder / 'shell.sock'},server=on,wait=off"),
        ]


def accelerator(folder: Path) -> str:
    """QEMU's options for the fastest processor that really boots the kernel here: KVM where it does, else emulation."""
    emulated = "-accel tcg,thread=multi -cpu max"
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return emulated
    virtual = "-accel kvm -cpu host,-arch-capabilities"
    log = folder / "probe.log"
    folder.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    kernel = ("-kernel", str(IMAGE / "vmlinuz"), "-append", "console=ttyS0 panic=-1")
    machine = ("-m", "512", "-display", "none", "-nodefaults", "-no-reboot", "-serial", f"file:{log}")
    with subprocess.Popen(["qemu-system-x86_64", *virtual.split(), *machine, *kernel]) as probe:
        end = time.monotonic() + PROBE_S
        while time.monotonic() < end and probe.poll() is None:
            if log.exists() and b"Linux version" in log.read_bytes():
                probe.kill()
                return virtual
            time.sleep(0.1)
        probe.kill()
    return emulated


def missing() -> list[str]:
    """What is not there and has to be."""
    programs = [each for each in ("qemu-system-x86_64", "qemu-img") if shutil.which(each) is None]
    files = [str(IMAGE / name) for name in ("room.img", "vmlinuz", "initrd.img", "cmdline")]
    return programs + [each for each in files if not Path(each).exists()]

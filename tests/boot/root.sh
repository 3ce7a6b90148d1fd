#!/bin/sh
# root.sh DIRECTORY: makes DIRECTORY a Debian system with this checkout installed as on a box, ready to be booted.
# What takes long (Debian, the Python packages) is kept in build/boot and made again when its list changes.
# The directory is a mounted overlay over that: unmount it and remove its neighbour DIRECTORY.changes when done.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/common.sh

SUITE=${SUITE:-bookworm}
CACHE=build/boot/$SUITE
TARGET=${1:?usage: root.sh DIRECTORY}
# What a box has that the units need: the X server stands in for one with a card.
PACKAGES=systemd,systemd-sysv,dbus,udev,libpam-systemd,python3,python3-venv,xvfb,xinit,x11-xserver-utils,openssh-server
PACKAGES=$PACKAGES,chromium,fonts-dejavu-core
PIP="env PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 .venv/bin/python -m pip --quiet"

[ "$(id -u)" -eq 0 ] || die "This has to be run as root: it makes users, mounts and a container."

fingerprint() { { printf '%s\n' "$PACKAGES" && cat requirements.lock; } | cksum; }

debian() { # into $CACHE/base.new
    say "Making a minimal Debian ($SUITE) in $CACHE ..."
    command -v mmdebstrap >/dev/null || install_packages mmdebstrap || die "Missing: mmdebstrap (apt install mmdebstrap)."
    mmdebstrap --quiet --variant=minbase --include="$PACKAGES" "$SUITE" "$CACHE/base.new"
}

environment() { # the pinned packages of this checkout, in a private environment of the new system's own Python
    python=$(chroot "$CACHE/base.new" python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    say "Fetching the Python packages for Python $python ..."
    $PIP download --require-hashes --only-binary :all: --python-version "$python" --dest "$CACHE/wheels" \
        --requirement requirements.lock
    chroot "$CACHE/base.new" python3 -m venv /usr/lib/room-agent
    cp requirements.lock "$CACHE/base.new/tmp/"
    mkdir "$CACHE/base.new/tmp/wheels"
    cp "$CACHE"/wheels/*.whl "$CACHE/base.new/tmp/wheels/"
    chroot "$CACHE/base.new" /usr/lib/room-agent/bin/pip install --quiet --no-index --no-cache-dir --find-links /tmp/wheels \
        --require-hashes --requirement /tmp/requirements.lock
    rm -rf "$CACHE/base.new/tmp/wheels" "$CACHE/base.new/tmp/requirements.lock"
}

base() {
    [ "$(cat "$CACHE/fingerprint" 2>/dev/null)" = "$(fingerprint)" ] && return 0
    mkdir -p "$CACHE"
    rm -rf "$CACHE/base" "$CACHE/base.new" "$CACHE/fingerprint"
    debian
    environment
    mv "$CACHE/base.new" "$CACHE/base"
    fingerprint >"$CACHE/fingerprint"
}

program() { # this checkout, without what it depends on
    rm -rf "$CACHE/wheel"
    $PIP wheel --no-deps --no-build-isolation --no-index --wheel-dir "$CACHE/wheel" . >/dev/null
    cp "$CACHE"/wheel/*.whl "$TARGET/tmp/"
    chroot "$TARGET" sh -c '/usr/lib/room-agent/bin/pip install --quiet --no-index --no-deps --no-cache-dir /tmp/*.whl && rm /tmp/*.whl'
    ln -sf /usr/lib/room-agent/bin/room-agent /usr/lib/room-agent/bin/room-display "$TARGET/usr/bin/"
}

data() { # the same places as in the Debian package
    lib=$TARGET/usr/lib share=$TARGET/usr/share/room-agent
    install -d "$lib/room-agent/libexec" "$share/chromium"
    install -m 755 deploy/seal/room-seal deploy/sockets/room-sockets deploy/first-boot/room-first-boot "$lib/room-agent/libexec/"
    install -m 755 deploy/x/x-server deploy/x/x-session "$share/"
    cp -r deploy/chromium/home deploy/chromium/meeting "$share/chromium/"
    install -d "$TARGET/etc/chromium/policies"
    install -m 644 systemd/*.service systemd/*.socket systemd/*.path systemd/*.target "$lib/systemd/system/"
    for kind in sysusers.d tmpfiles.d modules-load.d; do
        install -D -m 644 "systemd/$kind/room-agent.conf" "$lib/$kind/room-agent.conf"
    done
    for kind in journald.conf.d system.conf.d logind.conf.d; do
        install -D -m 644 "systemd/$kind/room-agent.conf" "$lib/systemd/$kind/room-agent.conf"
    done
    install -D -m 644 systemd/udev/70-room-agent.rules "$lib/udev/rules.d/70-room-agent.rules"
}

switch_on() {
    chroot "$TARGET" systemd-sysusers
    (cd systemd && grep -l '^\[Install\]' ./*.service ./*.socket ./*.path ./*.target) | sed 's,^\./,,' |
        xargs chroot "$TARGET" systemctl --quiet enable
    chroot "$TARGET" systemctl --quiet set-default graphical.target
    : >"$TARGET/etc/machine-id"
    echo room-image >"$TARGET/etc/hostname"
    rm -f "$TARGET"/etc/ssh/ssh_host_*
}

base
mkdir -p "$TARGET" "$TARGET.changes/upper" "$TARGET.changes/work"
mount -t overlay overlay -o "lowerdir=$CACHE/base,upperdir=$TARGET.changes/upper,workdir=$TARGET.changes/work" "$TARGET"
say "Installing this checkout ..."
program
data
switch_on

#!/bin/sh
# build.sh: builds build/image/room.img, a disk for a whole box, as root on Debian. MIRROR: of Debian.
#
# Beside it lie vmlinuz, initrd.img and cmdline, for machines that are started without the disk's own loader. The system
# without room-agent is kept in build/image/base-*.tar and made anew when the list of packages changes.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/common.sh

MIRROR=${MIRROR:-http://deb.debian.org}
SUITE=bookworm
OUT=build/image
ROOT=$OUT/root
ESP_MIB=256
ROOT_MIB=3584

[ "$(id -u)" -eq 0 ] || die "An image is built as root: its files belong to root and to system users."
newest() { find dist -maxdepth 1 -name "$1_*.deb" 2>/dev/null | sort -V | tail -n 1; }
agent=$(newest room-agent) display=$(newest room-display)
[ -n "$agent$display" ] || die "There are no packages of room-agent in dist; make them with \`make deb\`."

for program in mmdebstrap mke2fs sfdisk mformat; do
    command -v "$program" >/dev/null || install_packages mmdebstrap e2fsprogs fdisk mtools dosfstools ||
        die "Missing: $program (Debian: apt install mmdebstrap e2fsprogs fdisk mtools)."
done
mkdir -p "$OUT"

packages=$(sed '/^#/d; /^$/d' deploy/image/packages | paste -sd,)
base=$OUT/base-$(printf '%s' "$SUITE,$packages" | cksum | cut -d' ' -f1).tar
if [ ! -f "$base" ]; then
    say "Making the system from Debian's packages (once; some minutes) ..."
    rm -f "$OUT"/base-*.tar
    mmdebstrap --quiet --format=tar --variant=minbase --include="$packages" --aptopt='APT::Install-Recommends "false"' \
        "$SUITE" "$base.part" \
        "deb $MIRROR/debian $SUITE main" \
        "deb $MIRROR/debian $SUITE-updates main" \
        "deb $MIRROR/debian-security $SUITE-security main"
    mv "$base.part" "$base"
fi

say "Installing $agent and $display ..."
rm -rf "$ROOT"
mkdir "$ROOT"
tar -C "$ROOT" -xpf "$base"
cp -r --no-preserve=ownership deploy/image/files/. "$ROOT"
install -D -m 644 systemd/modprobe.d/*.conf -t "$ROOT/etc/modprobe.d"
install -m 644 "$agent" "$display" deploy/image/configure.sh -t "$ROOT/mnt"
in_root() { chroot "$ROOT" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
in_root apt-get -qq --no-install-recommends install -y "/mnt/${agent##*/}" "/mnt/${display##*/}" >"$OUT/install.log" 2>&1 ||
    die "The packages could not be installed: $(tail -n 5 "$OUT/install.log")"
in_root sh /mnt/configure.sh
rm "$ROOT"/mnt/*

say "Making the disk ..."
disk=$OUT/room.img
rm -f "$disk"
truncate -s "$((ESP_MIB + ROOT_MIB + 2))M" "$disk"
sfdisk --quiet "$disk" <<TABLE
label: gpt
start=1MiB, size=${ESP_MIB}MiB, type=uefi, name=room-esp
start=$((ESP_MIB + 1))MiB, size=${ROOT_MIB}MiB, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=room-root
TABLE
esp=$disk@@1M
mformat -i "$esp" -F -T "$((ESP_MIB * 2048))" -v ROOM-ESP ::
mcopy -i "$esp" -s "$ROOT"/efi/* ::
rm -rf "${ROOT:?}"/efi/*
mke2fs -q -t ext4 -L room -d "$ROOT" -E "offset=$(((ESP_MIB + 1) * 1048576))" "$disk" "${ROOT_MIB}M"

cp "$(find "$ROOT/boot" -name 'vmlinuz-*' | sort -V | tail -n 1)" "$OUT/vmlinuz"
cp "$(find "$ROOT/boot" -name 'initrd.img-*' | sort -V | tail -n 1)" "$OUT/initrd.img"
cp deploy/image/files/etc/kernel/cmdline "$OUT/cmdline"
rm -rf "$ROOT"
say "Done: $disk ($(du -m "$disk" | cut -f1) MiB of $(du -m --apparent-size "$disk" | cut -f1))."

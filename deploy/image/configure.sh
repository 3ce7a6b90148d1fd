#!/bin/sh
# configure.sh: run inside the root file system of an image, with room-agent's package installed. Makes it a box.
set -eu

# Nobody signs in: no password, no login on any terminal, no ssh. A site adds its own way (deploy/docs/image.md).
passwd --quiet --lock root
systemctl --quiet mask getty@.service serial-getty@.service console-getty.service ctrl-alt-del.target

systemctl --quiet set-default graphical.target
systemctl --quiet enable systemd-networkd.service systemd-resolved.service systemd-timesyncd.service
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf

update-initramfs -u -k all >/dev/null

# The partition that firmware reads: the loader, and the kernel as kernel-install keeps it there from now on.
install -D -m 644 /usr/lib/systemd/boot/efi/systemd-bootx64.efi /efi/EFI/BOOT/BOOTX64.EFI
install -D -m 644 /usr/lib/systemd/boot/efi/systemd-bootx64.efi /efi/EFI/systemd/systemd-bootx64.efi
mkdir -p /efi/loader
printf 'timeout 0\nconsole-mode keep\neditor no\n' >/efi/loader/loader.conf
for kernel in /boot/vmlinuz-*; do
    version=${kernel#/boot/vmlinuz-}
    kernel-install add "$version" "$kernel" "/boot/initrd.img-$version"
done
# Paths are the partition's own. kernel-install sees that by the mount, which a box has.
sed -i 's# /efi/# /#' /efi/loader/entries/*.conf

# What every box must have for itself, and what is of no use on one.
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id /var/lib/systemd/random-seed /var/lib/systemd/credential.secret
rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/* /var/log/*.log /var/log/apt /var/log/journal /tmp/* /var/tmp/*

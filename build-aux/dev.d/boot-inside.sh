#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The last step of inside.sh where systemd is to be process 1.
set -euo pipefail

# Their business is the kernel's, which is not ours to change. Masked by link: a read-only bind in /proc would forbid
# containers inside.
mkdir -p /run/systemd/system
for unit in systemd-sysctl.service systemd-binfmt.service systemd-modules-load.service sys-kernel-debug.mount \
  sys-kernel-tracing.mount systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket \
  systemd-networkd.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer; do
  ln -sf /dev/null "/run/systemd/system/$unit"
done
mount -o remount,ro /sys 2>/dev/null || true
mount --make-rshared /
# systemd mounts its own over this.
umount /run/user/1000
exec env -i container=hearth PATH=/usr/bin:/usr/sbin TERM=dumb /usr/lib/systemd/systemd --system \
  --unit=multi-user.target --log-target=journal --show-status=no

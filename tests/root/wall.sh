#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# systemd's user manager: a unit is started, and its network is a wall.
set -eu

[ "$(cat /proc/1/comm)" = systemd ]
state=$(systemctl --user is-system-running)
echo "$state"
[ "$state" = running ]
links=$(systemd-run --user --quiet --wait --pipe --collect --property=PrivateNetwork=yes ls /sys/class/net)
echo "links: $links"
own=$(readlink /proc/self/ns/net)
seen=$(systemd-run --user --quiet --wait --pipe --collect --property=PrivateNetwork=yes readlink /proc/self/ns/net)
echo "$own $seen"
[ "$seen" != "$own" ]

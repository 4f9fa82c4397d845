#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Rootless podman: an image is built, and a container of it runs with a network of its own that reaches nothing.
set -eu

image=$(mktemp -d)
cp /usr/bin/busybox "$image/busybox"
printf 'FROM scratch\nCOPY busybox /bin/busybox\nCOPY busybox /bin/sh\nRUN echo built > /made\n' >"$image/Containerfile"
podman build --quiet --cgroup-manager=cgroupfs --tag localhost/hearth-root-test "$image" >/dev/null
# There are no control groups to give away here.
answer=$(podman run --rm --cgroups=disabled --network=none localhost/hearth-root-test \
  /bin/busybox sh -c 'busybox cat /made; busybox id -u; busybox ls /sys/class/net')
echo "$answer"
[ "$answer" = "$(printf 'built\n0\nlo')" ]

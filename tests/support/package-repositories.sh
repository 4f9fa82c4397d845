#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes package repositories in FOLDER/deb and FOLDER/rpm. The packages are simulated: they have the names of the real ones,
# need each other like those, and hold one file of random bytes each.
set -euo pipefail
folder=$1
mkdir -p "$folder/deb" "$folder/rpm" "$folder/work"
cd "$folder"

deb() { # NAME DEPENDS SIZE [FILE]
  local root=work/$1-deb
  mkdir -p "$root/DEBIAN" "$root/usr/share/simulated"
  {
    printf 'Package: %s\nVersion: 610.43-1\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\n' "$1"
    [ -z "$2" ] || printf 'Depends: %s\n' "$2"
    printf 'Description: simulated package\n of the name %s\n' "$1"
  } >"$root/DEBIAN/control"
  head -c "$3" /dev/urandom >"$root/usr/share/simulated/${4:-$1}"
  dpkg-deb -Zxz -z1 -b "$root" deb >/dev/null
}

rpm_() { # NAME REQUIRES CONFLICTS SIZE
  {
    printf 'Name: %s\nVersion: 610.43\nRelease: 1\nSummary: simulated package\nLicense: CC0-1.0\nBuildArch: noarch\n' "$1"
    for each in $2; do printf 'Requires: %s\n' "$each"; done
    for each in $3; do printf 'Conflicts: %s\n' "$each"; done
    printf '%%description\nsimulated package\n%%install\nmkdir -p %%{buildroot}/usr/share/simulated\n'
    printf 'head -c %s /dev/urandom >%%{buildroot}/usr/share/simulated/%s\n' "$4" "$1"
    printf '%%files\n/usr/share/simulated/%s\n' "$1"
  } >"work/$1.spec"
  rpmbuild -bb --quiet --define "_topdir $PWD/work/rpm" --define "_rpmdir $PWD/rpm" --define '_binary_payload w1.gzdio' \
    "work/$1.spec" >/dev/null
}

case $2 in
  deb)
    deb nvidia-modprobe '' 200000
    deb nvidia-kernel-dkms nvidia-modprobe 1000000
    deb nvidia-driver nvidia-kernel-dkms 4000000
    # Takes a file of another package.
    deb nvidia-clashing '' 1000 nvidia-driver
    deb nvidia-stranger nowhere-to-be-found 1000
    (cd deb && apt-ftparchive packages . >Packages && apt-ftparchive release . >Release)
    ;;
  rpm)
    rpm_ nvidia-modprobe '' '' 200000
    rpm_ akmod-nvidia nvidia-modprobe '' 1000000
    rpm_ xorg-x11-drv-nvidia-cuda akmod-nvidia '' 4000000
    rpm_ akmod-nvidia-580xx nvidia-modprobe akmod-nvidia 1000000
    rpm_ nvidia-stranger nowhere-to-be-found '' 1000
    createrepo_c -q rpm
    ;;
esac
rm -rf work

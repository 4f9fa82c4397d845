#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# flatpak-repo FOLDER: a signed repository with a stand-in for Podman Desktop and the runtime that it needs, the key that it
# was signed with (key.gpg), and another one (other.gpg). The program is a stand-in; repository, keys and signatures are real.
set -eu

mkdir -p "$1"
cd "$1"
id=io.podman_desktop.PodmanDesktop
arch=$(flatpak --default-arch)
GNUPGHOME=$PWD/gpg
export GNUPGHOME
mkdir -m 700 gpg
for who in right wrong; do
  gpg --batch --quiet --passphrase '' --quick-generate-key "$who@example.org" ed25519 sign never
done
gpg --quiet --export right@example.org >key.gpg
gpg --quiet --export wrong@example.org >other.gpg
gpgconf --kill gpg-agent || true

mkdir -p runtime/usr/bin runtime/files app/files/bin app/export
cp /usr/bin/busybox runtime/usr/bin/busybox
for name in sh cat sleep; do ln -s busybox "runtime/usr/bin/$name"; done
ids="runtime=org.example.Platform/$arch/1\nsdk=org.example.Platform/$arch/1\n"
printf "[Runtime]\nname=org.example.Platform\n$ids" >runtime/metadata
context="[Context]\nshared=network;ipc;\nsockets=x11;wayland;\nfilesystems=home;xdg-run/podman:create;\n"
printf "[Application]\nname=$id\n${ids}command=podman-desktop\n$context" >app/metadata
printf '#!/bin/sh\necho "$FLATPAK_ID"; exec sleep "${1:-0}"\n' >app/files/bin/podman-desktop
chmod +x app/files/bin/podman-desktop
head -c 30000000 /dev/urandom >app/files/ballast
sign="--gpg-sign=right@example.org --gpg-homedir=$GNUPGHOME"
# shellcheck disable=SC2086
flatpak build-export $sign --disable-sandbox --runtime --no-update-summary repo runtime 1 >/dev/null
# shellcheck disable=SC2086
flatpak build-export $sign --disable-sandbox repo app stable >/dev/null

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Flatpak: a repository is made, a program is installed from it for the user, and runs in its sandbox.
set -eu

work=$(mktemp -d)
cd "$work"
arch=$(flatpak --default-arch)
mkdir -p runtime/usr/bin runtime/files app/files/bin app/export
cp /usr/bin/busybox runtime/usr/bin/busybox
for name in sh cat id ls; do ln -s busybox "runtime/usr/bin/$name"; done
ids="runtime=org.example.Platform/$arch/1\nsdk=org.example.Platform/$arch/1\n"
printf "[Runtime]\nname=org.example.Platform\n$ids" >runtime/metadata
printf "[Application]\nname=org.example.Toy\n${ids}command=toy\n" >app/metadata
printf '#!/bin/sh\necho "$FLATPAK_ID says $1"; ls /hearth 2>/dev/null || echo alone; ls /sys/class/net\n' >app/files/bin/toy
chmod +x app/files/bin/toy
flatpak build-export --disable-sandbox --runtime --no-update-summary repo runtime 1 >/dev/null
flatpak build-export --disable-sandbox repo app stable >/dev/null
flatpak --user remote-add --no-gpg-verify toys "file://$work/repo"
flatpak --user install --assumeyes --noninteractive toys org.example.Toy >/dev/null
answer=$(flatpak run org.example.Toy hello)
echo "$answer"
[ "$(echo "$answer" | head -n 2)" = "$(printf 'org.example.Toy says hello\nalone')" ]

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# a11y-session.sh COMMAND…: runs a command in a desktop session of its own: labwc without a screen, a private session bus with
# the accessibility bus and a stand-in for the settings portal, a new home folder, software rendering. Everything ends with the
# command, whose exit status it has. Inside, grim takes pictures and wtype presses keys.
#   HEARTH_PORTAL  first settings as JSON, see portal.js
#   HEARTH_HOME    keep this home folder instead of a new one
#   HEARTH_OUTPUT  what is looked at, as '3840x2160 2': its size and, for screens with many pixels, its scale
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hearth-session.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/services" "$work/runtime" "$work/labwc" "$work/home"
chmod 700 "$work/runtime"

cat > "$work/services/org.a11y.Bus.service" <<END
[D-BUS Service]
Name=org.a11y.Bus
Exec=${AT_SPI_LAUNCHER:-/usr/libexec/at-spi-bus-launcher}
END
cat > "$work/services/org.freedesktop.portal.Desktop.service" <<END
[D-BUS Service]
Name=org.freedesktop.portal.Desktop
Exec=$(command -v gjs) -m $here/portal.js
END
sed "s#@services@#$work/services#; s#@socket@#$work/runtime#" "$here/session.conf.in" > "$work/session.conf"
cat > "$work/labwc/rc.xml" <<END
<labwc_config>
  <core><decoration>client</decoration></core>
  <placement><policy>center</policy></placement>
</labwc_config>
END

# The command and its exit status go through files: labwc takes one string, and has a status of its own.
: > "$work/command"
for argument in "$@"; do
  printf '%s\n' "$argument" | sed "s/'/'\\\\''/g; s/^/'/; s/\$/'/" | tr '\n' ' ' >> "$work/command"
done
cat > "$work/run" <<END
#!/bin/sh
if [ -n "\${HEARTH_OUTPUT-}" ]; then
  wlr-randr --output "\$(wlr-randr | sed -n '1s/ .*//p')" --custom-mode "\${HEARTH_OUTPUT% *}" --scale "\${HEARTH_OUTPUT#* }"
fi
sh "$work/command"
echo \$? > "$work/status"
END
chmod +x "$work/run"

env -u DISPLAY -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS \
  HOME="${HEARTH_HOME:-$work/home}" XDG_RUNTIME_DIR="$work/runtime" XDG_CONFIG_HOME="${HEARTH_HOME:-$work/home}/.config" \
  XDG_CURRENT_DESKTOP=GNOME XDG_SESSION_TYPE=wayland LANG="${LANG:-C.UTF-8}" \
  GDK_BACKEND=wayland GSK_RENDERER="${GSK_RENDERER:-cairo}" GIO_USE_VFS=local GVFS_DISABLE_FUSE=1 \
  GSETTINGS_BACKEND="${GSETTINGS_BACKEND:-memory}" \
  WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 \
  dbus-run-session --config-file="$work/session.conf" -- labwc -C "$work/labwc" -S "$work/run" 2>&1 |
  # What the command says comes through the compositor, which has much to say itself.
  grep --line-buffered -vE '^\[|^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+ \[|^dbus-daemon\[|^SpiRegistry' || true
exit "$(cat "$work/status" 2> /dev/null || echo 1)"

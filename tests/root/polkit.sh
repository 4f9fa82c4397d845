#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A system bus with polkit: what an ordinary user may do is allowed or refused by a rule, and without one it is a
# question. Runs as root; starts the bus where there is none.
set -eu

mkdir -p /run/dbus /run/polkit-1/rules.d
cat >/run/polkit-1/rules.d/10-hearth-test.rules <<'RULE'
polkit.addRule(function (action, subject) {
  if (subject.user !== 'hearth') return polkit.Result.NOT_HANDLED;
  if (action.id === 'org.freedesktop.systemd1.reload-daemon') return polkit.Result.YES;
  if (action.id === 'org.freedesktop.systemd1.manage-units') return polkit.Result.NO;
  return polkit.Result.NOT_HANDLED;
});
RULE
if [ ! -S /run/dbus/system_bus_socket ]; then
  dbus-uuidgen --ensure
  dbus-daemon --system --fork --nopidfile
  /usr/lib/polkit-1/polkitd --log-level=notice &
  i=0
  until busctl --system list --acquired --no-legend | grep -q '^org.freedesktop.PolicyKit1 '; do
    i=$((i + 1))
    [ "$i" -lt 100 ] || { echo 'polkit did not come up' && exit 1; }
    sleep 0.1
  done
fi

as_user() { setpriv --reuid=1000 --regid=1000 --init-groups env -i PATH=/usr/bin:/usr/sbin LC_ALL=C "$@"; }
expect() { # STATUS ACTION
  status=0
  # shellcheck disable=SC2016 # the process asks about itself
  as_user sh -c 'exec pkcheck --action-id "$1" --process "$$"' sh "org.freedesktop.systemd1.$2" || status=$?
  echo "$2: pkcheck says $status"
  [ "$status" -eq "$1" ]
}
# The exit statuses of pkcheck(1): authorized, not authorized, authorization required.
expect 0 reload-daemon
expect 1 manage-units
expect 2 set-environment

[ "$(cat /proc/1/comm)" = systemd ] || exit 0
as_user systemctl --no-ask-password daemon-reload
if as_user systemctl --no-ask-password stop dbus.socket; then echo 'stopped what it must not' && exit 1; fi

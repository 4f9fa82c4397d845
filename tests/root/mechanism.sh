#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The root service as it is installed: started by systemd when it is called, in its sandbox, asking the real polkit, and
# gone again. Runs as root where systemd is process 1.
set -eu
name=io.github.hearthdesktop.Hearth.Mechanism1
path=/io/github/hearthdesktop/Hearth/Mechanism1
built=/hearth/build/root/install
id=io.github.hearthdesktop.Hearth

mkdir -p /etc/polkit-1/rules.d
cp "$built/share/polkit-1/actions/$id.policy" /usr/share/polkit-1/actions/
cp "$built/share/polkit-1/rules.d/$id.rules" /usr/share/polkit-1/rules.d/
cp "$built/share/dbus-1/system.d/$name.conf" /usr/share/dbus-1/system.d/
cp "$built/share/dbus-1/system-services/$name.service" /usr/share/dbus-1/system-services/
cp "$built/lib/systemd/system/hearth-mechanism.service" /usr/lib/systemd/system/
systemctl daemon-reload
systemctl reload dbus.service 2>/dev/null || busctl --system call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig

started=$(date +%s%N)
state=$(busctl --system call "$name" "$path" "$name" GetState)
echo "GetState took $((($(date +%s%N) - started) / 1000000)) ms: $state"
case $state in *'"obstacles" as 1 "no-efi"'*) ;; *) echo 'a computer without UEFI says so' && exit 1 ;; esac
systemctl is-active hearth-mechanism.service
systemctl show --property=User,NoNewPrivileges,ProtectSystem,PrivateNetwork,CapabilityBoundingSet hearth-mechanism.service
test "$(stat -c '%a %U' /var/lib/hearth)" = '700 root'
pid=$(systemctl show --value --property=MainPID hearth-mechanism.service)
# Its root is read-only, but for what it is for.
if nsenter --target "$pid" --mount touch /usr/bin/left /etc/left 2>/dev/null; then echo 'it could write anywhere' && exit 1; fi
nsenter --target "$pid" --mount touch /var/lib/hearth/there

# What it runs outside its sandbox, it runs as a unit of its own. Simulated: a grubby that keeps one file.
cat >/usr/bin/grubby <<'GRUBBY'
#!/bin/sh
case $1 in
  --default-kernel) cat /srv/default 2>/dev/null || echo /boot/vmlinuz-6.0.0-old ;;
  --set-default=*) echo "${1#*=}" >/srv/default && cat /proc/self/cgroup >/srv/default-group ;;
  --info=DEFAULT) echo 'args="quiet"' ;;
esac
GRUBBY
chmod +x /usr/bin/grubby
mkdir -p /lib/modules/6.1.0-new
sed -i 's/^ID=.*/ID=fedora/' /etc/os-release
busctl --system --timeout=60 call "$name" "$path" "$name" SetDefaultKernel s 6.1.0-new
grep -q vmlinuz-6.1.0-new /srv/default
grep -q 'hearth-default-kernel.service' /srv/default-group

# Somebody who is not at the computer may not even look.
as_user() { setpriv --reuid=1000 --regid=1000 --clear-groups env -i PATH=/usr/bin LC_ALL=C "$@"; }
if said=$(as_user busctl --system call "$name" "$path" "$name" GetState 2>&1); then echo 'somebody could look' && exit 1; fi
echo "$said"
journalctl --no-pager -u hearth-mechanism.service | tail -n 20

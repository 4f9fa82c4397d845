#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs as root in fresh namespaces: puts the root together, makes it the root, then runs the command as the user it
# is meant for. Started by enter.sh with its settings in E_*; not meant to be called by hand.
set -euo pipefail

# Process 1 of a namespace gets no signal that it does not ask for.
trap 'exit 130' INT
trap 'exit 143' TERM

new=$E_MOUNT/root

make_root() {
  mount -t tmpfs -o mode=755 tmpfs "$E_MOUNT"
  mkdir "$new"
  local upper=$E_UPPER work=$E_WORK options
  if [ -z "$upper" ]; then
    # Whatever the command writes to the root goes with it.
    upper=$E_MOUNT/upper work=$E_MOUNT/work
    mkdir "$upper" "$work"
  fi
  options="lowerdir=$E_LOWER,upperdir=$upper,workdir=$work"
  [ -z "$E_USER_NS" ] || options+=,userxattr
  mount -t overlay -o "$options" overlay "$new"
}

# Copies of the usual device nodes. Never the host's own ones where that can be avoided: systemd changes modes.
make_node() { # NAME MAJOR MINOR
  mknod -m 666 "dev/$1" c "$2" "$3" 2>/dev/null && return
  [ -e "/dev/$1" ] || return 0
  touch "dev/$1" && mount --bind "/dev/$1" "dev/$1"
}

make_devices() {
  local node
  mount -t tmpfs -o mode=755 tmpfs dev
  mkdir dev/net dev/pts dev/shm
  make_node null 1 3
  make_node zero 1 5
  make_node full 1 7
  make_node random 1 8
  make_node urandom 1 9
  make_node tty 5 0
  make_node fuse 10 229
  make_node net/tun 10 200
  for node in /dev/dri/* /dev/nvidia* /dev/kfd; do
    [ -c "$node" ] || continue
    mkdir -p "${node%/*}" "dev${node%"${node##*/}"}" 2>/dev/null || true
    mkdir -p ".${node%/*}"
    mknod -m 666 ".$node" c "$((0x$(stat -c %t "$node")))" "$((0x$(stat -c %T "$node")))" 2>/dev/null ||
      { touch ".$node" && mount --bind "$node" ".$node"; }
  done
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  ln -s fd/0 dev/stdin
  ln -s fd/1 dev/stdout
  ln -s fd/2 dev/stderr
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
}

make_kernel_views() {
  # Whole and unmasked: a covered /proc forbids containers inside.
  mount -t proc proc proc
  # With the host's network a user namespace may not mount sysfs anew.
  mount -t sysfs sysfs sys 2>/dev/null || mount --rbind /sys sys
  if [ -n "${E_BOOT-}" ]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
  else
    # To look at and for containers; written to, it would leave groups on the host.
    mount -t cgroup2 cgroup2 sys/fs/cgroup 2>/dev/null && mount -o remount,bind,ro sys/fs/cgroup || true
  fi
}

make_user_places() {
  mount -t tmpfs -o mode=755 tmpfs run
  mount -t tmpfs -o mode=1777 tmpfs tmp
  mkdir -p run/user/1000 run/npm run/lock
  mount -t tmpfs -o mode=700,uid=1000,gid=1000 tmpfs run/user/1000
  if [ -n "$E_HOME" ]; then
    mount --bind "$E_HOME" home/hearth
  else
    mount -t tmpfs -o mode=700,uid=1000,gid=1000 tmpfs home/hearth
  fi
  # Rootful containers: their storage cannot lie on an overlay.
  mkdir -p var/lib/containers
  mount -t tmpfs -o mode=755 tmpfs var/lib/containers
  mount --bind "$E_SOURCE" hearth
}

bind_host_files() {
  local from to
  while IFS=$'\t' read -r from to; do
    [ -n "$from" ] && [ -e "$from" ] || continue
    if [ -d "$from" ]; then
      mkdir -p ".$to"
    else
      mkdir -p ".${to%/*}"
      [ -e ".$to" ] || : >".$to"
    fi
    if [[ $to == /run/npm/* ]]; then
      # May hold a password: a copy that only the user inside can read.
      install -m 600 -o "$owner_uid" -g "$owner_gid" "$from" ".$to"
    else
      mount --bind "$from" ".$to"
    fi
  done <<<"$E_BINDS"
}

[ "$E_NET" = host ] || ip link set lo up
[ "$E_NET" = host ] || hostname hearth
owner_uid=$(stat -c %u "$E_SOURCE")
owner_gid=$(stat -c %g "$E_SOURCE")
make_root
cd "$new"
make_devices
make_kernel_views
make_user_places
bind_host_files
mkdir -p .old
pivot_root . .old
cd /hearth
umount -l /.old
rmdir /.old 2>/dev/null || true

built=/hearth/build/root/install
environment=("PATH=$built/bin:/usr/local/bin:/usr/bin:/usr/sbin" "XDG_DATA_DIRS=$built/share:/usr/local/share:/usr/share" LANG=C.UTF-8 SHELL=/bin/bash container=hearth
  SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt)
[ ! -e /run/npm/user ] || environment+=(NPM_CONFIG_USERCONFIG=/run/npm/user)
[ ! -e /run/npm/global ] || environment+=(NPM_CONFIG_GLOBALCONFIG=/run/npm/global)
[ "$E_NET" = host ] || environment+=(npm_config_offline=true)
environment+=(NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt)
[ ! -S /run/user/1000/wayland-host ] || environment+=(WAYLAND_DISPLAY=wayland-host)
[ ! -e /run/user/1000/xauthority ] || environment+=(XAUTHORITY=/run/user/1000/xauthority)
[ ! -S /run/user/1000/bus ] || environment+=(DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus)
while IFS= read -r line; do
  [ -z "$line" ] || environment+=("$line")
done <<<"$E_ENV"

# Builds write to the checkout and so run as whoever owns it.
user=$E_AS
if [ "$user" = owner ]; then
  case $owner_uid in
    0) user=root ;;
    1000) user=hearth ;;
  esac
fi
case $user in
  root) command=(env -i HOME=/root USER=root "${environment[@]}") ;;
  hearth)
    command=(env -i HOME=/home/hearth USER=hearth XDG_RUNTIME_DIR=/run/user/1000 "${environment[@]}"
      setpriv --reuid=1000 --regid=1000 --init-groups)
    ;;
  owner)
    mkdir -p /tmp/home && chown "$owner_uid:$owner_gid" /tmp/home
    command=(env -i HOME=/tmp/home "${environment[@]}" setpriv "--reuid=$owner_uid" "--regid=$owner_gid" --clear-groups)
    ;;
esac

# A compositor that runs as root lets in nobody else: then root connects, and hands the connection on.
wayland=/run/user/1000/wayland-host
if [ "$user" = hearth ] && [ -S "$wayland" ] && ! setpriv --reuid=1000 --regid=1000 --init-groups test -w "$wayland"; then
  connect='import os, socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); os.dup2(s.fileno(), 9); os.execvp(sys.argv[2], sys.argv[2:])'
  command=(python3 -c "$connect" "$wayland" "${command[0]}" "${command[1]}" WAYLAND_SOCKET=9 "${command[@]:2}")
fi

if [ -n "${E_BOOT-}" ]; then exec bash /hearth/build-aux/dev.d/boot-inside.sh; fi

# A terminal of our own, so that job control, Ctrl-C and /dev/tty mean this namespace. Not `exec`: as process 1 the
# command would ignore signals and leave zombies.
set +e
if [ -n "$E_TTY" ]; then
  "${command[@]}" script --quiet --return --flush --command "$(printf '%q ' "$@")" /dev/null
else
  "${command[@]}" "$@"
fi
exit $?

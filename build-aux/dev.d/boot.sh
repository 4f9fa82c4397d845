# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The root with systemd as process 1 and a user manager for user 1000, for what only exists there: units, sockets,
# Quadlets. Runs one command in it, as part of the user manager, and takes everything down afterwards.

boot_possible() { [ "$stack" = root ] && [ "$(id -u)" -eq 0 ] && [ -n "$(cgroup2_mount)" ]; }

boot_refusal() {
  if [ "$stack" != root ]; then
    echo 'needs the root of build-aux/dev (HEARTH_DEV_STACK=root)'
  elif [ "$(id -u)" -ne 0 ]; then
    echo 'needs to be root, to give systemd control groups of its own'
  else
    echo 'there are no unified control groups here'
  fi
}

cgroup2_mount() { awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts; }

boot_root() { # COMMAND...
  boot_possible || die "This $(boot_refusal)."
  local group pid init status=0 started stale
  # Left by calls that were killed, perhaps just now.
  for stale in "$(cgroup2_mount)"/hearth-dev-*; do
    if [ ! -d "$stale" ] || [ -d "/proc/${stale##*-}" ]; then continue; fi
    echo 1 2>/dev/null >"$stale/cgroup.kill" || true
    boot_clean "$stale"
  done
  group=$(cgroup2_mount)/hearth-dev-$BASHPID
  mkdir "$group"
  mkdir -p "$log_dir"
  started=$(now_us)
  (
    echo "$BASHPID" >"$group/cgroup.procs"
    # The command enters later; systemd itself has no use for a terminal.
    export E_BOOT=1
    export_entry
    E_TTY='' exec setpriv --pdeathsig KILL unshare --cgroup --mount --pid --ipc --uts --net --fork --kill-child \
      --propagation private bash "$source_dir/build-aux/dev.d/inside.sh"
  ) </dev/null >"$log_dir/boot.log" 2>&1 &
  pid=$!
  init=$(boot_wait "$pid") || {
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    boot_clean "$group"
    tail -n 20 "$log_dir/boot.log" >&2
    die 'systemd did not come up.' "The log: $log_dir/boot.log"
  }
  note "systemd is up ($(seconds_since "$started") s)"
  if [ "${enter_as:-hearth}" = root ]; then
    nsenter --target "$init" --all env -C /hearth -i HOME=/root PATH=/usr/bin:/usr/sbin LANG=C.UTF-8 "$@" || status=$?
  else
    boot_as_user "$init" "$@" || status=$?
  fi
  # systemd is process 1 of the namespace: nothing in it survives this.
  kill -KILL "$init" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  boot_clean "$group"
  return "$status"
}

# Inside the user manager, with the streams of this call, as `systemd-run --user` does it.
boot_as_user() { # INIT COMMAND...
  local init=$1 built=/hearth/build/root/install line pass=()
  shift
  while IFS= read -r line; do
    [ -z "$line" ] || pass+=("--setenv=$line")
  done < <(passed_environment)
  nsenter --target "$init" --all env -C /hearth -i HOME=/home/hearth USER=hearth PATH=/usr/bin:/usr/sbin LANG=C.UTF-8 \
    XDG_RUNTIME_DIR=/run/user/1000 DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus \
    setpriv --reuid=1000 --regid=1000 --init-groups \
    systemd-run --user --quiet --wait --pipe --collect --working-directory=/hearth \
    --setenv="PATH=$built/bin:/usr/local/bin:/usr/bin:/usr/sbin" --setenv=LANG=C.UTF-8 \
    --setenv="XDG_DATA_DIRS=$built/share:/usr/local/share:/usr/share" "${pass[@]}" -- "$@"
}

# Waits until the user manager answers; prints the process id of systemd as this system sees it.
boot_wait() { # PID
  local init i
  for ((i = 0; i < 300; i++)); do
    sleep 0.1
    kill -0 "$1" 2>/dev/null || return 1
    init=$(cat "/proc/$1/task/$1/children" 2>/dev/null | awk '{print $1}')
    [ -n "$init" ] || continue
    [ "$(cat "/proc/$init/comm" 2>/dev/null)" = systemd ] || continue
    nsenter --target "$init" --all env -i PATH=/usr/bin XDG_RUNTIME_DIR=/run/user/1000 \
      setpriv --reuid=1000 --regid=1000 --init-groups sh -c \
      'test -S /run/user/1000/bus && systemctl --user is-system-running | grep -qE "running|degraded"' 2>/dev/null || continue
    echo "$init"
    return 0
  done
  return 1
}

boot_clean() { # GROUP
  local i
  for ((i = 0; i < 50; i++)); do
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [ -d "$1" ] || return 0
    sleep 0.1
  done
}

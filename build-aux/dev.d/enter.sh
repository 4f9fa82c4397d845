# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Entering the root: own mount, process, network, IPC and host-name namespaces, left with everything in them when the
# command ends, however it ends. What happens inside them is in inside.sh and boot.sh.

# Settings of one entry, as variables before the call:
#   enter_set      package set (base)        enter_as    hearth | root | owner (hearth)
#   enter_net      none | host (none)        enter_home  folder to use as the home (a throwaway one)
#   enter_display  1: the host's display     enter_env   names to pass on, separated by spaces
#   enter_lower, enter_upper, enter_work: for making layers

# Ordinary users: the person is user 1000 inside, everyone else comes from their range of subordinate ids.
id_ranges() { # FILE OWN_ID
  local start count
  IFS=: read -r _ start count < <(grep -E "^($(id -un)|$(id -u)):" "$1" 2>/dev/null | head -n 1) || return 1
  [ "${count:-0}" -ge 65536 ] || return 1
  echo "0 $start 1000 1000 $2 1 1001 $((start + 1000)) 64535"
}

# Says plainly what is missing for an ordinary user, before anything is started.
check_namespaces() {
  [ "$(id -u)" -ne 0 ] || return 0
  command -v newuidmap >/dev/null || die 'newuidmap is not installed.' 'It comes with the package uidmap (Fedora: shadow-utils).'
  if ! id_ranges /etc/subuid "$(id -u)" >/dev/null || ! id_ranges /etc/subgid "$(id -g)" >/dev/null; then
    die "There is no range of 65536 subordinate ids for $(id -un) in /etc/subuid and /etc/subgid." \
      "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
  fi
  unshare --user true 2>/dev/null || die 'This system does not let ordinary users make user namespaces.' \
    'Ubuntu: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0' \
    'Others: sudo sysctl user.max_user_namespaces=10000, or run this command as root.'
}

# Replaces this shell with a command that is root in a user namespace of its own.
exec_in_user_namespace() {
  local pid=$BASHPID mine
  mine=$(readlink "/proc/$pid/ns/user")
  # The maps can only be written from outside, once the namespace is there.
  (
    until [ "$(readlink "/proc/$pid/ns/user")" != "$mine" ]; do sleep 0.01; done
    # shellcheck disable=SC2046 # numbers, meant to be words
    newgidmap "$pid" $(id_ranges /etc/subgid "$(id -g)") && newuidmap "$pid" $(id_ranges /etc/subuid "$(id -u)")
  ) </dev/null >/dev/null &
  # shellcheck disable=SC2016 # expanded inside
  exec unshare --user --keep-caps bash -c '
    for ((i = 0; i < 500; i++)); do [ -z "$(cat /proc/self/uid_map)" ] || break; sleep 0.01; done
    # Root has its capabilities by being root; handed down besides, daemons could not drop them.
    drop="--inh-caps=-all --ambient-caps=-all"
    setpriv $drop true 2>/dev/null || drop=""
    exec setpriv --reuid=0 --regid=0 --clear-groups $drop "$@"' sh "$@"
}

# Runs a command as the root of the cache: root itself, or root of the user namespace.
mapped() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else (exec_in_user_namespace "$@"); fi
}

# Host files and sockets that the inside gets, as lines "SOURCE<tab>TARGET".
display_binds() {
  local runtime=${XDG_RUNTIME_DIR-} wayland=${WAYLAND_DISPLAY-}
  [ -z "$wayland" ] || [[ $wayland == /* ]] || wayland=$runtime/$wayland
  if [ -S "$wayland" ]; then printf '%s\t%s\n' "$wayland" /run/user/1000/wayland-host; fi
  if [ -n "${DISPLAY-}" ] && [ -d /tmp/.X11-unix ]; then
    printf '%s\t%s\n' /tmp/.X11-unix /tmp/.X11-unix
    [ ! -r "${XAUTHORITY-}" ] || printf '%s\t%s\n' "$XAUTHORITY" /run/user/1000/xauthority
  fi
  # A session bus accepts only the uid it runs as, and inside everyone is 1000.
  if [[ ${DBUS_SESSION_BUS_ADDRESS-} =~ unix:path=([^,]*) ]] && [ -S "${BASH_REMATCH[1]}" ] && [ "$(id -u)" -eq 1000 ]; then
    printf '%s\t%s\n' "${BASH_REMATCH[1]}" /run/user/1000/bus
  fi
}

has_display() {
  local wayland=${WAYLAND_DISPLAY-}
  [ -z "$wayland" ] || [[ $wayland == /* ]] || wayland=${XDG_RUNTIME_DIR-}/$wayland
  [ -S "$wayland" ] || { [ -n "${DISPLAY-}" ] && [ -S "/tmp/.X11-unix/X${DISPLAY#*:}" ]; } ||
    { [ -n "${DISPLAY-}" ] && [ -S "/tmp/.X11-unix/X$(n=${DISPLAY#*:} && echo "${n%%.*}")" ]; }
}

network_binds() {
  local file
  for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
    [ ! -r "$file" ] || { printf '%s\t%s\n' "$(readlink -f "$file")" /etc/ssl/certs/ca-certificates.crt && break; }
  done
  printf '%s\t%s\n' "$(readlink -f /etc/resolv.conf)" /etc/resolv.conf
  [ ! -r "$HOME/.npmrc" ] || printf '%s\t%s\n' "$HOME/.npmrc" /run/npm/user
  for file in "${NPM_CONFIG_GLOBALCONFIG-}" /etc/npmrc /usr/etc/npmrc /usr/local/etc/npmrc; do
    [ ! -r "$file" ] || { printf '%s\t%s\n' "$file" /run/npm/global && break; }
  done
}

# What of the environment goes inside: debugging switches of Hearth and of the toolkit, and the asked-for names.
passed_environment() {
  local name
  for name in $(compgen -e); do
    case $name in
      HEARTH_DEV_*) ;;
      HEARTH_* | G_MESSAGES_DEBUG | G_DEBUG | GTK_DEBUG | GTK_THEME | GSK_* | GDK_DEBUG | ADW_* | GJS_* | CI | TERM | COLORTERM | NO_COLOR) ;;
      *) [[ " ${enter_env-} " == *" $name "* ]] || continue ;;
    esac
    [[ $name != HEARTH_DEV_* ]] || continue
    printf '%s=%s\n' "$name" "${!name}"
  done
}

export_entry() {
  local lower binds=''
  lower=${enter_lower-}
  if [ -z "$lower" ]; then
    have_layer "${enter_set:-base}" || die 'The list of packages changed while this was running. Run it again.'
    lower=$(layer_stack "${enter_set:-base}")
  fi
  [ "${enter_net:-none}" != host ] || binds+=$(network_binds)$'\n'
  [ -z "${enter_display-}" ] || binds+=$(display_binds)$'\n'
  export E_LOWER=$lower E_UPPER=${enter_upper-} E_WORK=${enter_work-} E_MOUNT=$cache_dir/mnt E_SOURCE=$source_dir
  export E_NET=${enter_net:-none} E_AS=${enter_as:-hearth} E_HOME=${enter_home-} E_BINDS=$binds
  export E_DISPLAY=${enter_display-} E_USER_NS=''
  [ "$(id -u)" -eq 0 ] || E_USER_NS=1
  E_ENV=$(passed_environment)
  if [ -n "${enter_display-}" ] && [ -n "${DISPLAY-}" ]; then E_ENV+=$'\n'"DISPLAY=$DISPLAY"; fi
  if [ "$E_NET" = host ]; then
    local name
    for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
      [ -z "${!name-}" ] || E_ENV+=$'\n'"$name=${!name}"
    done
  fi
  export E_ENV
  E_TTY=''
  if [ -t 0 ] && [ -t 1 ] && [ "$E_AS" != build ]; then E_TTY=1; fi
  export E_TTY
}

# Runs a command inside and returns its exit status. Dies with this shell, even when that is killed.
enter_root() {
  (
    export_entry
    net=(--net)
    [ "$E_NET" = none ] || net=()
    enter=(setpriv --pdeathsig KILL unshare --mount --pid --ipc --uts --cgroup "${net[@]}" --fork --kill-child
      --propagation private bash "$source_dir/build-aux/dev.d/inside.sh" "$@")
    if [ "$(id -u)" -eq 0 ]; then exec "${enter[@]}"; else exec_in_user_namespace "${enter[@]}"; fi
  )
}

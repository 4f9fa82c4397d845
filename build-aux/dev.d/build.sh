# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The steps between a checkout and a running Hearth: packages, npm, meson. Each is skipped when nothing changed.

# Makes sure that a package set is there, in the root or on the system.
prepare() { # SET
  if [ "$stack" = root ]; then
    need_layer "$1"
  else
    # shellcheck disable=SC2046 # names, meant to be words
    need_system_packages "${stack#system }" $(sets_of "$1")
  fi
}

build_name() { if [ "$stack" = root ]; then echo root; else echo system; fi; }

# Where the checkout is as programs see it.
seen_source() { if [ "$stack" = root ]; then echo /hearth; else echo "$source_dir"; fi; }

# Runs a command where Hearth runs. On a new enough system that is here; without a network, in a bubblewrap.
inside() {
  if [ "$stack" = root ]; then
    enter_root "$@"
    return
  fi
  local prefix cut=()
  prefix=$source_dir/build/system/install
  [ "${enter_net:-none}" = host ] || cut=(bwrap --dev-bind / / --unshare-net --die-with-parent --)
  (
    cd "$source_dir" || exit
    export PATH=$prefix/bin:$PATH XDG_DATA_DIRS=$prefix/share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}
    if [ -n "${enter_throwaway-}" ]; then
      HOME=$(mktemp -d) && export HOME
      unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME
      "${cut[@]}" "$@"
      local status=$?
      rm -rf "$HOME"
      exit $status
    fi
    exec "${cut[@]}" "$@"
  )
}

# The npm packages: developers' tools, and the real Goose.
npm_is_current() {
  [ -f "$source_dir/node_modules/.hearth-stamp" ] &&
    [ "$(cat "$source_dir/node_modules/.hearth-stamp")" = "$(hash_of "$source_dir/package-lock.json")" ]
}

need_npm() {
  npm_is_current && return
  stage 'Fetching the npm packages (npm ci)'
  mkdir -p "$log_dir"
  # shellcheck disable=SC2016 # expanded inside
  if enter_net=host enter_as=owner inside npm ci --no-audit --no-fund --loglevel=error >"$log_dir/npm.log" 2>&1; then
    hash_of "$source_dir/package-lock.json" >"$source_dir/node_modules/.hearth-stamp"
  else
    note 'npm could not fetch them:'
    tail -n 5 "$log_dir/npm.log" | sed 's/^/    /' >&2
    return 1
  fi
}

goose_path() {
  local path
  path=$(cd "$source_dir" && find node_modules/@aaif -type f -name goose -perm -u+x 2>/dev/null | head -n 1)
  [ -z "$path" ] || echo "$(seen_source)/$path"
}

# Everything that meson lists by pattern; another list means configuring again.
source_list_hash() {
  (cd "$source_dir" && { find src data third_party po -type f -o -type l; cat meson.build meson.options */meson.build; } |
    LC_ALL=C sort | sha256sum | cut -c1-16)
}

# Builds and installs into build/NAME/install. Quiet when there was nothing to do.
build_hearth() {
  local name dir list profile
  name=$(build_name)
  dir=build/$name
  profile=${HEARTH_DEV_PROFILE:-default}
  mkdir -p "$source_dir/$dir" "$log_dir"
  list="$(source_list_hash) $profile $(seen_source)"
  if [ "$(cat "$source_dir/$dir/.hearth-list" 2>/dev/null)" != "$list" ]; then
    rm -f "$source_dir/$dir/.hearth-list"
    local again=()
    [ ! -f "$source_dir/$dir/build.ninja" ] || again=(--reconfigure)
    # What was installed for a file that is gone would stay.
    rm -rf "$source_dir/$dir/install" 2>/dev/null || true
    run_build_step meson setup "${again[@]}" --prefix="$(seen_source)/$dir/install" -Dprofile="$profile" "$dir"
    run_build_step meson install -C "$dir" --quiet
    echo "$list" >"$source_dir/$dir/.hearth-list"
  else
    run_build_step meson install -C "$dir" --quiet --only-changed
  fi
}

run_build_step() {
  enter_as=owner enter_throwaway=1 inside "$@" >"$log_dir/build.log" 2>&1 && return
  cat "$log_dir/build.log" >&2
  die "The build failed: $*" "The log: $log_dir/build.log"
}

command_build() {
  prepare base
  stage 'Building'
  build_hearth
  stage "Built; installed in build/$(build_name)/install"
}

# The built program, with the home that stays between calls.
start_hearth() { # ARGS...
  local goose
  goose=$(goose_path)
  if [ "$stack" = root ]; then
    mapped mkdir -p "$cache_dir/home"
    mapped chown 1000:1000 "$cache_dir/home"
  fi
  export HEARTH_GOOSE=${HEARTH_GOOSE:-$goose}
  [ -n "$HEARTH_GOOSE" ] || unset HEARTH_GOOSE
  enter_home=$cache_dir/home enter_display=1 inside "${start_with[@]}" hearth "$@"
}

is_practice() {
  local argument
  for argument; do [ "$argument" != --practice ] || return 0; done
  return 1
}

command_hearth() {
  local start_with=() net=host
  prepare base
  build_hearth
  ! is_practice "$@" || net=none
  enter_net=$net start_hearth "$@"
}

command_run() {
  local start_with=() net=host how
  if [ "$stack" = root ]; then
    stage "Development stack: a Debian $root_suite root (this system is not new enough)"
  else
    stage "Development stack: the packages of this system"
  fi
  prepare base
  need_npm || note 'Going on without Goose; everything else works.'
  stage 'Building'
  build_hearth
  ! is_practice "$@" || net=none
  if has_display; then
    how="opening the window"
    # The window wants a session bus; the host's is only usable for the same user. On one of our own there is no
    # assistive technology to speak to.
    start_with=(sh -c 'if [ -n "${DBUS_SESSION_BUS_ADDRESS-}" ]; then exec "$@"; fi
      GTK_A11Y=${GTK_A11Y:-none} exec dbus-run-session -- "$@"' sh)
    stage "There is a display: $how"
  elif [ -t 0 ] && [ -t 1 ]; then
    stage 'There is a terminal and no display: starting the terminal assistant'
    set -- setup "$@"
  else
    stage 'There is neither a display nor a terminal: doing the main job unattended, in practice mode'
    note 'A recorded computer, a tiny model made on the spot, the real llama-server; nothing outside this computer.'
    net=none
    is_practice "$@" || set -- --practice "$@"
    set -- setup --unattended "$@"
  fi
  enter_net=$net start_hearth "$@"
}

command_format() {
  prepare test
  need_npm
  stage 'Formatting'
  "$source_dir/build-aux/catalogue-texts" >"$source_dir/src/words/catalogue-texts.ts"
  "$source_dir/build-aux/potfiles" >"$source_dir/po/POTFILES"
  enter_set=test enter_as=owner inside sh -c 'node_modules/.bin/prettier --log-level warn --write . &&
    find data/ui -name "*.blp" -exec blueprint-compiler format --fix {} + 2>/dev/null'
}

command_clean() {
  stage 'Removing build/'
  rm -rf "$source_dir/build"
  [ "${1-}" = --all ] || return 0
  stage "Removing $cache_dir"
  [ ! -d "$cache_dir" ] || mapped rm -rf "$cache_dir"
}

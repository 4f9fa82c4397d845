# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The Debian root: made once, kept in the cache, never written to afterwards. Further package sets are layers on
# top of it (overlay file systems), so that an interrupted installation leaves the root as it was.

root_suite=forky
# Raise this when the way a root is made changes.
root_maker=1
root_sets=(base test bench extra session vm)

# What a set lies on, lowest first, itself last. Everything but the base lies on the base and the test packages.
sets_of() { # SET
  case $1 in
    base) echo base ;;
    test) echo base test ;;
    *) echo base test "$1" ;;
  esac
}

layer_key() { # SET
  local set
  {
    printf '%s\n' "$root_maker" "$root_suite" "$(uname -m)" "$(id -u)"
    for set in $(sets_of "$1"); do
      echo "[$set]"
      package_names "$source_dir/build-aux/root/packages.$set"
    done
  } | sha256sum | cut -c1-16
}

layer_dir() { echo "$cache_dir/$1-$(layer_key "$1")"; }

# The folders that make up a set, topmost first, separated by colons, as overlayfs wants them.
layer_stack() { # SET
  local set stack=''
  for set in $(sets_of "$1"); do
    stack="$(layer_dir "$set")${stack:+:$stack}"
  done
  echo "$stack"
}

# A layer only counts with everything below it.
have_layer() { # SET
  local path
  while read -r path; do [ -d "$path" ] || return 1; done < <(layer_stack "$1" | tr : '\n')
}

# Turns mmdebstrap's and apt's chatter into a few lines with the time; everything goes to the log.
summarise_progress() { # LOG
  local line started unpacked=0 configured=0
  started=$(now_us)
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$1"
    case $line in
      'I: running apt-get update'*) note "reading package lists ($(seconds_since "$started") s)" ;;
      'I: downloading packages'*) note "downloading packages ($(seconds_since "$started") s)" ;;
      'I: extracting archives'*) note "unpacking the essential packages ($(seconds_since "$started") s)" ;;
      'I: installing essential'*) note "configuring the essential packages ($(seconds_since "$started") s)" ;;
      'I: installing remaining'*) note "installing the rest ($(seconds_since "$started") s)" ;;
      'I: creating tarball'*) note "writing the root ($(seconds_since "$started") s)" ;;
      'Need to get '* | 'Fetched '*) note "$line ($(seconds_since "$started") s)" ;;
      'Unpacking '*)
        unpacked=$((unpacked + 1))
        [ $((unpacked % 100)) -ne 0 ] || note "$unpacked packages unpacked ($(seconds_since "$started") s)"
        ;;
      'Setting up '*)
        configured=$((configured + 1))
        [ $((configured % 100)) -ne 0 ] || note "$configured packages set up ($(seconds_since "$started") s)"
        ;;
      'W: Download is performed unsandboxed'*) ;;
      [EW]:*) note "$line" ;;
    esac
  done
}

need_mmdebstrap() {
  local wanted=()
  command -v mmdebstrap >/dev/null || wanted+=(mmdebstrap)
  if [ "$(id -u)" -ne 0 ]; then command -v newuidmap >/dev/null || wanted+=(uidmap); fi
  [ ${#wanted[@]} -gt 0 ] || return 0
  if command -v apt-get >/dev/null; then
    stage "Installing ${wanted[*]}"
    as_root apt-get install --no-install-recommends -y "${wanted[@]}"
  elif command -v dnf >/dev/null && [ ! -e /run/ostree-booted ]; then
    stage "Installing ${wanted[*]}"
    as_root dnf install -y "${wanted[@]/uidmap/shadow-utils}"
  else
    die "This system is too old for Hearth's development stack, and ${wanted[*]} is not here to make a Debian root." \
      'Install it, or use Fedora 43, Debian 14 or Ubuntu 26.04 (a toolbox or distrobox will do).'
  fi
}

make_base() { # TARGET
  local include hook apt=() value
  include=$(package_names "$source_dir/build-aux/root/packages.base" | paste -sd,)
  # The user that programs and tests run as; ids for containers of its own.
  hook='chroot "$1" useradd --create-home --uid 1000 --shell /bin/bash hearth &&
    printf "hearth:10000:50000\n" >"$1/etc/subuid" && cp "$1/etc/subuid" "$1/etc/subgid" &&
    printf "127.0.0.1 localhost\n::1 localhost\n" >"$1/etc/hosts" && echo hearth >"$1/etc/hostname" &&
    mkdir -p "$1/hearth" "$1/var/lib/systemd/linger" && touch "$1/var/lib/systemd/linger/hearth" &&
    rm -rf "$1/var/cache/apt/archives/"*.deb'
  for value in Acquire::http::Proxy Acquire::https::Proxy; do
    value=$(apt-config dump "$value" 2>/dev/null) || value=''
    [ -z "$value" ] || apt+=(--aptopt="${value%;}")
  done
  local options=(
    --verbose --variant=minbase --include="$include" "${apt[@]}"
    # A mirror may be a few days behind the date in its Release file.
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"'
    --dpkgopt='force-unsafe-io' --customize-hook="$hook"
  )
  if [ "$(id -u)" -eq 0 ]; then
    mmdebstrap --mode=root "${options[@]}" "$root_suite" "$1"
  else
    mkdir -p "$1"
    mmdebstrap --mode=unshare --format=tar "${options[@]}" "$root_suite" - |
      mapped tar -C "$1" -x -p --numeric-owner --exclude='./dev/*' -f -
  fi
}

make_layer() { # SET TARGET
  local names below=base set
  for set in $(sets_of "$1"); do
    [ "$set" = "$1" ] || below=$set
  done
  names=$(package_names "$source_dir/build-aux/root/packages.$1" | paste -sd' ')
  mapped mkdir -p "$2" "$2.work"
  enter_lower=$(layer_stack "$below") enter_upper=$2 enter_work=$2.work enter_net=host enter_as=root \
    enter_root env DEBIAN_FRONTEND=noninteractive bash -c '
      printf "#!/bin/sh\nexit 101\n" >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
      apt-get update -q && apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io "$@" &&
        apt-get clean && rm -rf /usr/sbin/policy-rc.d /var/lib/apt/lists' sh $names
  mapped rm -rf "$2.work"
}

# Roots that no call has used for a week go; so do the leavings of interrupted builds. Called with the lock held.
clean_layers() {
  local path name keep
  keep=" $(for name in "${root_sets[@]}"; do layer_dir "$name"; done | paste -sd' ') "
  for path in "$cache_dir"/*.new "$cache_dir"/*.new.work; do
    [ ! -e "$path" ] || mapped rm -rf "$path"
  done
  for name in "${root_sets[@]}"; do
    for path in "$cache_dir/$name"-*; do
      [ -d "$path" ] && [[ $keep != *" $path "* ]] || continue
      [ -n "$(find "$cache_dir/used/${path##*/}" -mtime -7 2>/dev/null)" ] || mapped rm -rf "$path"
    done
  done
}

# Makes sure that a set is there. Two calls at once: the second waits for the first.
need_layer() { # SET
  local set target lock
  mkdir -p "$cache_dir/used" "$cache_dir/logs" "$cache_dir/mnt"
  if have_layer "$1"; then
    layer_stack "$1" | tr : '\n' | sed "s|.*/|$cache_dir/used/|" | xargs -d '\n' touch
    return
  fi
  need_mmdebstrap
  check_namespaces
  exec {lock}>"$cache_dir/lock"
  if ! flock -n "$lock"; then
    stage 'Another call is making the root; waiting for it'
    flock "$lock"
  fi
  clean_layers
  for set in $(sets_of "$1"); do
    if ! have_layer "$set"; then
      target=$(layer_dir "$set")
      # Left without what it was made on.
      [ ! -d "$target" ] || mapped rm -rf "$target"
      : >"$cache_dir/logs/$set.log"
      if [ "$set" = base ]; then
        stage "Making a Debian $root_suite root in $cache_dir (once; one to three minutes)"
        make_base "$target.new" 2>&1 | summarise_progress "$cache_dir/logs/$set.log"
      else
        stage "Adding the $set packages to the root (once)"
        make_layer "$set" "$target.new" 2>&1 | summarise_progress "$cache_dir/logs/$set.log"
      fi || {
        tail -n 20 "$cache_dir/logs/$set.log" >&2
        die "The $set packages could not be installed. The whole log: $cache_dir/logs/$set.log"
      }
      mv "$target.new" "$target"
      touch "$cache_dir/used/$(basename "$target")"
    fi
  done
  exec {lock}>&-
}

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Shared by the parts of build-aux/dev: where things are, and one line per stage.

source_dir=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
cache_dir=${HEARTH_DEV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hearth-dev}
log_dir=$source_dir/build/logs

if [ -t 2 ] && [ -z "${NO_COLOR-}" ]; then
  bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
else
  bold='' dim='' plain=''
fi

# Microseconds since some point: EPOCHREALTIME without its decimal sign, which depends on the locale.
now_us() { echo "${EPOCHREALTIME//[!0-9]/}"; }

dev_started=$(now_us)

# Seconds since $1 (from now_us), with one decimal.
seconds_since() {
  local tenths=$((($(now_us) - $1) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# One line per stage on standard error, so that standard output stays the program's own.
stage() { printf '%s==> %s%s %s(%s s)%s\n' "$bold" "$*" "$plain" "$dim" "$(seconds_since "$dev_started")" "$plain" >&2; }
note() { printf '    %s\n' "$*" >&2; }
die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  shift
  [ $# -eq 0 ] || printf '    %s\n' "$@" >&2
  exit 1
}

# The package names in a list file, without comments.
package_names() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@"; }

# A question with "no" as the default; never asked where nobody can answer.
confirm() {
  local answer
  [ -t 0 ] && [ -t 2 ] || return 1
  read -r -p "    $1 [y/N] " answer
  [[ $answer == [yY]* ]]
}

# Runs a command as root: as it is for root, otherwise through sudo after a question.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif confirm "Run \"sudo $*\"?"; then
    sudo "$@"
  else
    die 'This needs packages that are not installed. To install them:' "sudo $*"
  fi
}

hash_of() { sha256sum "$@" | sha256sum | cut -c1-16; }

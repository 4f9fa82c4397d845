# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# TAP for checks written in shell.

tap_count=0

tap_result() { # STATUS NAME [OUTPUT]
  tap_count=$((tap_count + 1))
  if [ "$1" -eq 0 ]; then
    printf 'ok %d - %s\n' "$tap_count" "$2"
  else
    printf 'not ok %d - %s\n' "$tap_count" "$2"
    [ -z "${3-}" ] || printf '%s\n' "$3" | tail -n 60 | sed 's/^/  # /'
  fi
}

# The command succeeds.
check() { # NAME COMMAND...
  local name=$1 output status=0
  shift
  output=$("$@" 2>&1 </dev/null) || status=$?
  tap_result "$status" "$name" "$output"
}

# The command succeeds and prints nothing: for searches that should find nothing.
check_none() { # NAME COMMAND...
  local name=$1 output
  shift
  output=$("$@" 2>&1 </dev/null)
  if [ -z "$output" ]; then tap_result 0 "$name"; else tap_result 1 "$name" "$output"; fi
}

tap_skip() { # NAME REASON
  tap_count=$((tap_count + 1))
  printf 'ok %d - %s # SKIP %s\n' "$tap_count" "$1" "$2"
}

tap_end() { printf '1..%d\n' "$tap_count"; }

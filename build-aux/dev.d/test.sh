# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# `build-aux/dev test`: every stage speaks TAP into a log of its own; the last line sums up all of them.

all_stages=(data lint unit build package root platform e2e session vm)

# TAP of one stage → "passed failed skipped".
count_tap() { # FILE
  awk '
    /^[[:space:]]*ok( |$)/ { if ($0 ~ /# SKIP/) skipped++; else passed++ }
    /^[[:space:]]*not ok( |$)/ { failed++ }
    END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# Runs a stage and prints its outcome: what failed in full, what passed as a number.
run_stage() { # NAME
  local name=$1 log=$log_dir/test-$1.tap started status=0 counts
  started=$(now_us)
  stage "Testing: $name"
  # In a shell of its own: a stage that waits for what it started is not to wait for another stage.
  ("stage_$name") >"$log" 2>"$log_dir/test-$name.log" || status=$?
  read -r -a counts < <(count_tap "$log")
  # A stage that ends badly without a failed check has broken down itself.
  if [ "$status" -ne 0 ] && [ "${counts[1]}" -eq 0 ]; then
    printf 'not ok - %s: ended with status %s\n' "$name" "$status" >>"$log"
    tail -n 40 "$log_dir/test-$name.log" | sed 's/^/  # /' >>"$log"
    counts[1]=1
  fi
  # Failures with the comment lines after them.
  awk '/^[[:space:]]*(not )?ok( |$)/ { show = /^[[:space:]]*not ok/ } show || /# SKIP/' "$log" | head -n 400 >&2
  note "$name: ${counts[0]} passed, ${counts[1]} failed$([ "${counts[2]}" -eq 0 ] || echo ", ${counts[2]} skipped") ($(seconds_since "$started") s)"
}

# For stages that look at what was installed.
need_build() {
  [ -z "${build_failed-}" ] || { echo 'not ok - the program could not be built; see build/logs/build.log' && return 1; }
}

stage_data() { need_build && enter_set='test' enter_as=owner inside tests/data/run "$(seen_source)/build/$(build_name)/install"; }
stage_lint() { enter_set='test' enter_as=owner inside tests/run-lint; }
stage_build() { enter_set='test' enter_as=owner inside tests/run-build; }

stage_unit() { enter_set='test' enter_as=owner inside node_modules/.bin/vitest run --reporter=tap-flat; }

# From outside: what `dev shell` promises.
stage_root() {
  if [ "$stack" = root ]; then "$source_dir/tests/root/run"; else echo "ok - root # SKIP the system's own packages are used"; fi
}

# Each file is a process of its own with a new home and a private session bus; boot/ has systemd as process 1, system/
# is root with a system bus and polkit, root/ is root and starts what it needs itself; what they change goes with them.
stage_platform() {
  local files=() file status=0 args=()
  mapfile -t files < <(cd "$source_dir" && find tests/platform -name '*.gjs.ts' 2>/dev/null | LC_ALL=C sort)
  [ ${#files[@]} -gt 0 ] || return 0
  if [ "$stack" = root ]; then prepare extra >&2; fi
  for file in "${files[@]}"; do
    file=${file#tests/platform/}
    args+=("${file%.gjs.ts}=tests/platform/$file")
  done
  enter_set='test' enter_as=owner inside build-aux/bundle esbuild . build/tests/platform "${args[@]}" >&2
  local taps=$log_dir/platform running=0
  rm -rf "$taps" && mkdir -p "$taps/boot" "$taps/system" "$taps/root"
  for file in "${files[@]}"; do
    file=${file#tests/platform/}
    file=${file%.gjs.ts}
    timed "$taps/times" "$file" platform_file "$file" >"$taps/$file.tap" 2>"$taps/$file.log" </dev/null &
    running=$((running + 1))
    if [ "$running" -ge "$(nproc)" ]; then
      wait -n || status=1
      running=$((running - 1))
    fi
  done
  wait
  for file in "${files[@]}"; do
    file=${file#tests/platform/}
    cat "$taps/${file%.gjs.ts}.tap"
  done
  return "$status"
}

# Seconds that a command took, and that processors worked for it, as a line in a file.
timed() { # FILE NAME COMMAND…
  local file=$1 name=$2 TIMEFORMAT="%R s, %U + %S s of processors" status=0
  shift 2
  { time "$@" 2>&3 || status=$?; } 3>&2 2> >(sed "s|^|$name: |" >>"$file")
  return "$status"
}

# What a file says of itself in its first lines: "// set: extra" for the packages that it needs, "// as: root".
said_in() { # NAME WORD
  sed -nE "1,5s|^// $2: ([a-z]+)\$|\1|p" "$source_dir/tests/platform/$1.gjs.ts" | grep .
}

platform_file() { # NAME
  # Ends what hangs; a machine that does much else at the same time is slow.
  local limit=600
  # Some tests repeat themselves a thousand times then.
  [ -z "${HEARTH_LONG-}" ] || limit=1800
  if [[ $1 == system/* || $1 == root/* ]] && [ "$stack" != root ]; then
    printf 'ok - %s # SKIP needs the root of build-aux/dev (HEARTH_DEV_STACK=root)\n' "$1"
  elif [[ $1 == system/* ]]; then
    enter_set='test' enter_as=root tap_of "$1" "$limit" inside tests/support/system-bus.sh gjs -m "build/tests/platform/$1.js"
  elif [[ $1 == root/* ]]; then
    enter_set=$(said_in "$1" set || echo 'test') enter_as=root tap_of "$1" "$limit" inside gjs -m "build/tests/platform/$1.js"
  elif [[ $1 != boot/* ]]; then
    enter_set=$(said_in "$1" set || echo 'test') enter_throwaway=1 tap_of "$1" "$limit" inside dbus-run-session -- gjs -m "build/tests/platform/$1.js"
  elif boot_possible; then
    enter_set=$(said_in "$1" set || echo 'test') enter_as=$(said_in "$1" as || echo hearth) tap_of "$1" "$limit" boot_root gjs -m "build/tests/platform/$1.js"
  else
    printf 'ok - %s # SKIP %s\n' "$1" "$(boot_refusal)"
  fi
}

# End-to-end tests are programs: they print TAP, or only end with 0 or not (77: skipped).
stage_e2e() {
  local file status=0 goose
  need_build || return 1
  goose=$(goose_path)
  export HEARTH_GOOSE=$goose
  [ -n "$goose" ] || unset HEARTH_GOOSE
  # For pictures; whoever runs the tests inside may be somebody else.
  rm -rf "$source_dir/build/e2e" && mkdir -p "$source_dir/build/e2e" && chmod 1777 "$source_dir/build/e2e"
  local files=() taps=$log_dir/e2e running=0
  mapfile -t files < <(cd "$source_dir" && find tests/e2e -name '*.test.sh' -perm -u+x 2>/dev/null | LC_ALL=C sort)
  rm -rf "$taps" && mkdir -p "$taps"
  # Two at a time: mostly they wait for what they look at.
  for file in "${files[@]}"; do
    enter_set='test' enter_throwaway=1 tap_of "${file#tests/e2e/}" 900 inside "$file" \
      >"$taps/${file##*/}.tap" 2>"$taps/${file##*/}.log" </dev/null &
    running=$((running + 1))
    if [ "$running" -ge 2 ]; then
      wait -n || status=1
      running=$((running - 1))
    fi
  done
  while [ "$running" -gt 0 ]; do
    wait -n || status=1
    running=$((running - 1))
  done
  for file in "${files[@]}"; do cat "$taps/${file##*/}.tap"; done
  return "$status"
}

# Secure Boot in virtual machines, in software: no processor has to help, but the guests read the root as root.
# A whole desktop, from the login screen on.
stage_session() {
  if [ "$stack" != root ]; then
    echo "ok - session # SKIP $(boot_refusal)"
  elif boot_possible; then
    (need_layer session) && "$source_dir/tests/session/run"
  else
    echo "ok - session # SKIP $(boot_refusal)"
  fi
}

stage_vm() {
  local refusal
  refusal=$(vm_refusal)
  [ -z "$refusal" ] || { echo "ok - vm # SKIP $refusal" && return; }
  need_build || return 1
  need_layer vm
  enter_set='vm' enter_as=root inside env PYTHONDONTWRITEBYTECODE=1 tests/vm/run
}

vm_refusal() {
  if [ "$stack" != root ]; then
    echo 'needs the root of build-aux/dev (HEARTH_DEV_STACK=root)'
  elif [ "$(id -u)" -ne 0 ]; then
    echo 'needs to be root: the guests read files that only root may'
  elif [ "$(uname -m)" != x86_64 ]; then
    echo 'the signed shim and kernel that are tested are those for x86-64'
  fi
}

# Runs a program that prints TAP; names its file in every line and adds what TAP cannot say: a crash, a missing end.
tap_of() { # FILE SECONDS RUNNER COMMAND...
  local file=$1 limit=$2 runner=$3 output status=0 plan seen
  shift 3
  output=$("$runner" timeout --kill-after=10 "$limit" "$@" </dev/null) || status=$?
  sed -E "s|^(not ok\|ok)( [0-9]+)? ?-? ?|\1 - $file: |; /^1\.\.[0-9]+/d" <<<"$output"
  seen=$(grep -cE '^(not )?ok( |$)' <<<"$output" || true)
  plan=$(sed -nE 's/^1\.\.([0-9]+).*/\1/p' <<<"$output" | tail -n 1)
  if [ "$status" -eq 124 ]; then
    echo "not ok - $file: no end after $limit s" && return 1
  elif [ "$seen" -eq 0 ] && [ -z "$plan" ]; then
    case $status in
      0) echo "ok - $file" ;;
      77) echo "ok - $file # SKIP says so itself" ;;
      *) echo "not ok - $file: ended with status $status" && return 1 ;;
    esac
  elif [ -n "$plan" ] && [ "$seen" -ne "$plan" ]; then
    echo "not ok - $file: $seen of $plan tests were run (status $status)" && return 1
  elif [ "$status" -ne 0 ] && ! grep -q '^not ok' <<<"$output"; then
    echo "not ok - $file: ended with status $status" && return 1
  fi
  return "$status"
}

command_test() {
  local wanted=("$@") name passed=0 failed=0 skipped=0 counts side=() front=() build_failed=''
  [ ${#wanted[@]} -gt 0 ] || wanted=("${all_stages[@]}")
  for name in "${wanted[@]}"; do
    [[ " ${all_stages[*]} " == *" $name "* ]] || die "There is no stage \"$name\"." "Stages: ${all_stages[*]}"
  done
  # Read for the lines of this program; the tests decide for themselves.
  unset NO_COLOR
  mkdir -p "$log_dir"
  prepare test
  case " ${wanted[*]} " in
    *' lint '* | *' unit '* | *' platform '* | *' e2e '*) need_npm || note 'Going on; what needs them will fail.' ;;
  esac
  case " ${wanted[*]} " in
    *' data '* | *' root '* | *' platform '* | *' e2e '*)
      stage 'Building'
      # In a shell of its own, so that a build that fails is one failure among the others.
      (build_hearth) || build_failed=1
      ;;
  esac
  # Two at a time: what only reads the sources beside the rest.
  for name in "${wanted[@]}"; do
    rm -f "$log_dir/test-$name.tap"
    case $name in lint | build | package) side+=("$name") ;; *) front+=("$name") ;; esac
  done
  local side_pid=''
  if [ ${#side[@]} -gt 0 ] && [ ${#front[@]} -gt 0 ]; then
    (for name in "${side[@]}"; do run_stage "$name"; done) >"$log_dir/side.log" 2>&1 &
    side_pid=$!
  else
    front+=("${side[@]}")
  fi
  for name in "${front[@]}"; do run_stage "$name"; done
  if [ -n "$side_pid" ]; then
    wait "$side_pid" || true
    cat "$log_dir/side.log" >&2
  fi
  for name in "${wanted[@]}"; do
    if [ ! -f "$log_dir/test-$name.tap" ]; then
      note "$name did not run to its end"
      failed=$((failed + 1))
      continue
    fi
    read -r -a counts < <(count_tap "$log_dir/test-$name.tap")
    passed=$((passed + counts[0])) failed=$((failed + counts[1])) skipped=$((skipped + counts[2]))
  done
  stage "Done; the logs are in build/logs"
  printf '%d passed, %d failed%s\n' "$passed" "$failed" "$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
  [ "$failed" -eq 0 ]
}

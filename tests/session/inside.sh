#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# inside.sh BOOT: what is done as root of the system that systemd runs, once for each time that it is started.
# TAP on standard output; pictures in build/session.
set -uo pipefail
cd /hearth || exit
. tests/support/tap.sh

person=ada
units='hearth-first-login.service hearth-resume.service'

# A command in the session of the person, as part of their user manager.
in_session() {
  systemd-run --user --machine="$person@.host" --quiet --wait --pipe --collect --setenv=LANG=C.UTF-8 \
    --working-directory=/hearth -- "$@"
}
user_systemctl() { systemctl --user --machine="$person@.host" "$@"; }

eventually() { # TENTHS COMMAND...
  local i tenths=$1
  shift
  for ((i = 0; i < tenths; i++)); do
    ! "$@" 2>/dev/null || return 0
    sleep 0.1
  done
  return 1
}

install_hearth() {
  if [ -n "${HEARTH_PACKAGES-}" ]; then
    # shellcheck disable=SC2086 # paths, meant to be words
    apt-get install -y -q --no-install-recommends $HEARTH_PACKAGES
  else
    cp -a build/session/stage/. / && glib-compile-schemas /usr/share/glib-2.0/schemas && update-desktop-database -q
  fi
}

# The kernel does not change with a restart here, so that the journal would take both for one.
short_journal() {
  mkdir -p /etc/systemd/journald.conf.d && printf '[Journal]\nStorage=volatile\n' >/etc/systemd/journald.conf.d/test.conf &&
    rm -rf /var/log/journal && systemctl restart systemd-journald
}

# The Shell as it is, but that it answers Eval; and a screen to take pictures of.
open_shell() {
  mkdir -p '/etc/systemd/user/org.gnome.Shell@.service.d' &&
    printf '[Service]\nExecStart=\nExecStart=/usr/bin/gnome-shell --mode=%%i --unsafe-mode --virtual-monitor 1280x800\n' \
      >'/etc/systemd/user/org.gnome.Shell@.service.d/test.conf'
}

# A session without a screen has no seat, so that polkit takes it for one from afar, which may not even ask. Here it is
# taken for what it stands for. What polkit then does is its own.
count_as_local() {
  cat >/etc/polkit-1/rules.d/10-test.rules <<'END'
polkit.addRule(function (action, subject) {
  if (action.id === "io.github.hearthdesktop.Hearth.Mechanism1.prepare-key" && !subject.local) {
    return polkit.Result.AUTH_ADMIN_KEEP;
  }
});
END
}

# GDM gives up waiting for a graphics card after ten seconds; until then it opens nothing.
gdm_is_ready() { journalctl --unit=gdm --grep='primary GPU' --quiet --no-pager | grep -q .; }

shell_answers() {
  [ -S "/run/user/$(id -u "$person")/wayland-0" ] || return
  # A session that is going away does not answer at all.
  timeout 30 systemd-run --user --machine="$person@.host" --quiet --wait --pipe --collect -- \
    gdbus call --session --dest org.gnome.Shell --object-path /org/gnome/Shell \
    --method org.gnome.Shell.Eval 'Main.layoutManager._startingUp' | grep -q "'false'"
}
logged_in() {
  eventually 300 gdm_is_ready || { echo 'GDM does not get ready'; return 1; }
  local try
  for try in 1 2 3; do
    setsid /usr/libexec/gdm-new-session --headless "$person" >"/tmp/gdm-new-session.$try" 2>&1 </dev/null &
    eventually 300 shell_answers && return
    # Refused, and not only slow.
    ! manager_is_gone || continue
    eventually 600 shell_answers && return
    # One that GDM gave up, without a Shell, stands in the way of the next.
    logged_out
  done
  journalctl --boot --no-pager --lines=50
  cat /tmp/gdm-new-session.?
  return 1
}
manager_is_gone() { ! systemctl --quiet is-active "user@$(id -u "$person").service"; }
logged_out() {
  loginctl terminate-user "$person"
  eventually 200 manager_is_gone
}

# What the user manager decided about a unit at this login.
condition() { # UNIT yes|no
  local seen
  seen=$(user_systemctl show --property=ConditionResult --value "$1")
  echo "$1: $seen"
  [ "$seen" = "$2" ]
}
runs() { user_systemctl --quiet is-active "$1"; }
# Of the program, its search provider, its guard, or anything else that is installed with it.
no_process() { ! pgrep --euid "$person" --full --list-full '/(bin|libexec)/hearth'; }
nothing_started() {
  local unit begun
  # The guard is for computers with NVIDIA's driver; without it it is not there either.
  begun=$(user_systemctl list-units --all --no-legend --plain --state=active,activating,failed 'hearth-*')
  [ -z "$begun" ] || { echo "$begun" && return 1; }
  for unit in $units; do
    condition "$unit" no || return
    ! user_systemctl --quiet is-active "$unit" || return
    # Not started and gone again: the manager has counted no invocation.
    [ -z "$(user_systemctl show --property=InvocationID --value "$unit")" ] || return
  done
  no_process
}

# Evaluates the conditions of a unit as they are installed, for somebody in some place.
allowed() { # USER ENVIRONMENT... UNIT
  local user=$1 unit=${*: -1}
  runuser -u "$user" -- env -i HOME="$(getent passwd "$user" | cut -d: -f6)" PATH=/usr/bin XDG_RUNTIME_DIR=/tmp \
    "${@:2:$#-2}" systemd-analyze --user condition --unit="$unit"
}
refused() { # WHY USER ENVIRONMENT... UNIT
  local why=$1 said
  shift
  said=$(allowed "$@" 2>&1) && { echo "$said"; return 1; }
  echo "$said"
  grep -qE "$why.*failed|Condition.*$why" <<<"$said"
}
conditions_hold() {
  local kind=XDG_SESSION_CLASS=user unit
  # An account of the system that has the marker all the same, as an image's skel may give it one.
  useradd --system --create-home --home-dir /var/lib/machine-room machine-room
  runuser -u machine-room -- mkdir -p /var/lib/machine-room/.local/state/hearth
  for unit in pending resume; do runuser -u machine-room -- touch "/var/lib/machine-room/.local/state/hearth/$unit"; done
  useradd --create-home bob
  check 'a new account is greeted at its first login' allowed bob $kind hearth-first-login.service
  check 'but not by the login screen' refused ConditionEnvironment bob XDG_SESSION_CLASS=greeter hearth-first-login.service
  for unit in $units; do
    runuser -u bob -- touch /home/bob/.local/state/hearth/resume
    check "$unit: not for an account of the system" refused ConditionUser machine-room $kind "$unit"
    for line in 'quiet rd.live.image' 'boot=live quiet' 'quiet boot=casper'; do
      check "$unit: not where the kernel says \"$line\"" refused ConditionKernelCommandLine bob $kind \
        SYSTEMD_PROC_CMDLINE="$line" "$unit"
    done
  done
}

# GNOME's own first steps come first: by what the unit asks for, and by the clock where they did come.
after_initial_setup() {
  local theirs=gnome-initial-setup-first-login.service ended began
  [ "$(user_systemctl show --property=LoadState --value $theirs)" = loaded ] || { echo "$theirs is not here" && return 1; }
  user_systemctl show --property=After --value hearth-first-login.service | tr ' ' '\n' | grep -xF $theirs || return
  ended=$(user_systemctl show --property=ActiveExitTimestampMonotonic --value $theirs)
  began=$(user_systemctl show --property=ExecMainStartTimestampMonotonic --value hearth-first-login.service)
  echo "$theirs ended at $ended us, Hearth began at $began us"
  [ "$began" -gt 0 ] && [ "$began" -ge "$ended" ]
}

# The programs are those of the packages, and nothing of the checkout is in the way.
runs_installed() {
  [ "$(readlink -f "$(command -v hearth)")" = /usr/bin/hearth ] && dpkg -S /usr/bin/hearth && dpkg -S /etc/skel/.local/state/hearth/pending
}

walk() { # LOGIN
  in_session gjs -m build/session/walk.js "$1" 2>>build/logs/session-walk.log | sed 's/^1\.\..*//; s/ - / - session: /'
}

first_boot() {
  short_journal
  systemctl start gdm &
  check_none 'there is no Hearth here before' find /usr /etc -name '*hearth*' -not -path '/usr/lib/python*'
  check 'Hearth is installed' install_hearth
  [ -z "${HEARTH_PACKAGES-}" ] || check 'it is the packages that are there' runs_installed
  open_shell
  count_as_local
  check 'the units are ones that systemd understands' env XDG_RUNTIME_DIR=/tmp systemd-analyze --user verify \
    /usr/lib/systemd/user/hearth-first-login.service /usr/lib/systemd/user/hearth-resume.service
  useradd --create-home --shell /bin/bash --groups sudo "$person" && echo "$person:secret" | chpasswd
  conditions_hold
  check 'GDM opens the first session of a new account' logged_in
  check 'the unit for the first login runs' eventually 100 runs hearth-first-login.service
  check 'the unit for after a restart does not' condition hearth-resume.service no
  check "it came after GNOME's own first steps" after_initial_setup
  check 'the Shell has no greeting of its own' test "$(in_session gsettings get org.gnome.shell \
    welcome-dialog-last-shown-version)" = "'9999999999'"
  walk first
  # What Hearth writes before a restart that it asks for; then the power goes, in the middle of the session.
  in_session touch "/home/$person/.local/state/hearth/resume"
  sync
}

second_boot() {
  systemctl start gdm &
  check 'GDM opens a session after the restart' logged_in
  check 'the unit for after a restart runs' eventually 100 runs hearth-resume.service
  check 'the unit for the first login does not' condition hearth-first-login.service no
  walk resume
  check 'the program ends with its window' eventually 100 no_process
  check 'the session ends' logged_out
  check 'GDM opens the next session' logged_in
  check 'the next login starts nothing' nothing_started
  walk later
  check 'the session ends once more' logged_out
  dismissed
}

# Somebody else, who closes the window and looks at nothing.
dismissed() {
  person=grace
  useradd --create-home --shell /bin/bash "$person"
  check 'GDM opens the first session of another new account' logged_in
  check 'Hearth comes there as well' eventually 100 runs hearth-first-login.service
  walk dismissed
  check 'closed, the program ends' eventually 100 no_process
  check 'that session ends' logged_out
  check 'GDM opens the next one' logged_in
  check 'dismissed counts as seen: nothing is started' nothing_started
  check 'and ends it' logged_out
}

mkdir -p build/logs
case ${1-} in
  first) first_boot ;;
  second) second_boot ;;
esac

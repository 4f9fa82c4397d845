# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Which stack to develop with: the packages of this system where they are new enough (GNOME 49), a Debian root of
# our own everywhere else.

# One value of an os-release file, without quotes.
os_release() { # FILE KEY
  sed -n "s/^$2=//p" "$1" | head -n 1 | sed -e 's/^"\(.*\)"$/\1/' -e "s/^'\(.*\)'\$/\1/"
}

# Prints "system fedora", "system debian" or "root". A derivative counts as its parent only where it keeps the
# parent's version numbers (Fedora's do; Ubuntu's mostly do not).
decide_stack() { # OS_RELEASE_FILE
  local id like version codename
  id=$(os_release "$1" ID)
  like=$(os_release "$1" ID_LIKE)
  version=$(os_release "$1" VERSION_ID)
  codename=$(os_release "$1" VERSION_CODENAME)
  case " $id $like " in
    *' fedora '*)
      if [ "$id" = fedora ] || [[ " $like " != *' rhel '* ]]; then
        [ "${version%%.*}" -ge 43 ] 2>/dev/null && echo 'system fedora' && return
      fi
      ;;
  esac
  case $id in
    debian)
      if [ -z "$version" ]; then
        case $codename in forky | sid | '') echo 'system debian' && return ;; esac
      elif [ "${version%%.*}" -ge 14 ] 2>/dev/null; then
        echo 'system debian' && return
      fi
      ;;
    ubuntu)
      local year=${version%%.*} month=${version#*.}
      if [ $((10#${year:-0} * 100 + 10#${month:-0})) -ge 2604 ] 2>/dev/null; then
        echo 'system debian' && return
      fi
      ;;
  esac
  echo root
}

# Like decide_stack for this machine, with a way to choose otherwise.
host_stack() {
  case ${HEARTH_DEV_STACK-} in
    root) echo root && return ;;
    '' | system) ;;
    *) die "HEARTH_DEV_STACK is \"$HEARTH_DEV_STACK\"; it can be root or system." ;;
  esac
  local file=/etc/os-release decided
  [ -r "$file" ] || file=/usr/lib/os-release
  decided=root
  [ ! -r "$file" ] || decided=$(decide_stack "$file")
  # Image-based systems take no packages at run time.
  if [[ $decided == system* ]] && [ -e /run/ostree-booted ] && [ -z "${HEARTH_DEV_STACK-}" ]; then decided=root; fi
  if [ "${HEARTH_DEV_STACK-}" = system ] && [ "$decided" = root ]; then
    die 'HEARTH_DEV_STACK=system, but this system is not known to be new enough (GNOME 49 is needed).'
  fi
  echo "$decided"
}

# The packages of a set (base, test, bench) that this system does not have yet, one a line.
missing_packages() { # FAMILY SET...
  local family=$1 set name
  shift
  for set in "$@"; do
    if [ "$family" = fedora ]; then
      package_names "$source_dir/build-aux/root/fedora.$set"
    else
      package_names "$source_dir/build-aux/root/packages.$set"
    fi
  done | while read -r name; do
    if [ "$family" = fedora ]; then
      rpm -q --whatprovides "$name" >/dev/null 2>&1 || echo "$name"
    else
      dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^ii' || echo "$name"
    fi
  done
}

# Installs what is missing, after saying what and asking.
need_system_packages() { # FAMILY SET...
  local family=$1 missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  stage "Missing packages: ${missing[*]}"
  if [ "$family" = fedora ]; then
    as_root dnf install -y "${missing[@]}"
  else
    as_root apt-get install -y --no-install-recommends "${missing[@]}"
  fi
}

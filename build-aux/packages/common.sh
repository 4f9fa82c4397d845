# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Shared by the makers of packages: what the release is called, and the moment that everything in it is dated to.

# The version of the build files; the one place where it is written.
release_version() { sed -nE "s/^  version: '([^']+)',\$/\1/p" meson.build; }

# Seconds since 1970 of the newest release in the metainfo, at noon. The same sources give the same bytes on any day.
release_epoch() {
  local day
  day=$(sed -nE 's/^ *<release version="[^"]+" date="([^"]+)".*/\1/p' data/hearth.metainfo.xml.in.in | head -n 1)
  date -u -d "$day 12:00" +%s
}

# A tar without owners, in a set order, dated to SOURCE_DATE_EPOCH, with modes that do not depend on a umask.
plain_tar() { # FOLDER NAME
  tar -C "$1" -c --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mode=u+rw,go=rX,a-s \
    --mtime="@$SOURCE_DATE_EPOCH" "$2"
}

# No time zone, no language and no file mask of whoever builds.
export TZ=UTC LC_ALL=C.UTF-8
umask 022
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(release_epoch)}
export SOURCE_DATE_EPOCH

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# How packages come and go, once with apt and once with dnf5, from a repository on the disk and no other.

repository=/srv/hearth/repository

prepare_system() { # KIND
  "prepare_$1"
}

prepare_deb() {
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
  rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*
  (cd "$repository" && index_deb) && echo "deb [trusted=yes] file:$repository ./" >/etc/apt/sources.list &&
    apt-get -o APT::Sandbox::User=root update
}

# apt-ftparchive where it is; otherwise what it would write of these few packages.
index_deb() {
  if command -v apt-ftparchive >/dev/null; then
    apt-ftparchive packages . >Packages
  else
    local file
    for file in ./*.deb; do
      dpkg-deb --field "$file"
      printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d' ' -f1)"
    done >Packages
  fi
}

install_deb() { apt-get -o APT::Sandbox::User=root install -y --no-install-recommends "$@"; }
remove_deb() { apt-get purge -y "$@"; }
verify_deb() { [ -z "$(dpkg --verify "$@")" ] && dpkg-query -W -f '${db:Status-Status}\n' "$@" | grep -qx installed; }

# On Debian no RPM is installed that GJS and the others could come from: one without files says what is here, with the
# versions that are here, and does what glib2 does on Fedora when schemas come and go.
prepare_rpm() {
  local version_of
  version_of() { dpkg-query -W -f '${source:Upstream-Version}' "$1"; }
  cat >/srv/hearth/system.spec <<END
Name: what-is-here
Version: 1
Release: 1
Summary: What this system has
License: CC0-1.0
BuildArch: noarch
Provides: bubblewrap, curl, dbus-common, glib-networking, hicolor-icon-theme, libsoup3, polkit, systemd, gnome-shell, /bin/sh
Provides: gjs = $(version_of gjs), gtk4 = $(version_of gir1.2-gtk-4.0), libadwaita = $(version_of gir1.2-adw-1)
%description
What this system has.
%install
mkdir -p %{buildroot}/usr/share/licenses
%transfiletriggerin -- /usr/share/glib-2.0/schemas
glib-compile-schemas /usr/share/glib-2.0/schemas
%transfiletriggerpostun -- /usr/share/glib-2.0/schemas
glib-compile-schemas /usr/share/glib-2.0/schemas
%files
%dir /usr/share/licenses
END
  rpmbuild -bb --quiet --define "_topdir /srv/hearth/top" /srv/hearth/system.spec &&
    cp /srv/hearth/top/RPMS/noarch/*.rpm "$repository/" && createrepo_c -q "$repository" &&
    dnf_here install what-is-here
}

dnf_here() {
  dnf5 --releasever=44 --setopt=reposdir=/srv/hearth/none --repofrompath=hearth,file://$repository --setopt=hearth.gpgcheck=0 \
    --setopt=install_weak_deps=0 --setopt=cachedir=/srv/hearth/cache --setopt=plugins=0 -y "$@"
}
install_rpm() { dnf_here install "$@"; }
remove_rpm() { dnf_here remove "$@"; }
verify_rpm() { rpm -V --nomtime "$@" && rpm -q "$@"; }

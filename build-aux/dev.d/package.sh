# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# `build-aux/dev package`: source tarball, Debian packages and RPMs into build/packages, with no network.

package_kinds=(source deb rpm)

command_package() { # [KIND…]
  local kinds=("$@") kind
  [ ${#kinds[@]} -gt 0 ] || kinds=("${package_kinds[@]}")
  for kind in "${kinds[@]}"; do
    [[ " ${package_kinds[*]} " == *" $kind "* ]] || die "There is no kind of package \"$kind\"." "Kinds: ${package_kinds[*]}"
  done
  prepare 'test'
  stage "Making packages: ${kinds[*]}"
  enter_set='test' enter_as=owner enter_throwaway=1 inside build-aux/packages/all build/packages "${kinds[@]}"
  stage 'Done; they are in build/packages'
}

# A Debian root in which Hearth was never installed and the checkout cannot be seen: only the folder of packages.
stage_package() {
  enter_set='test' enter_as=owner enter_throwaway=1 inside tests/packages/build || return
  if [ "$stack" != root ]; then
    echo "ok - package: installing # SKIP needs the root of build-aux/dev (HEARTH_DEV_STACK=root)"
    return
  fi
  # Both at a time, each in a root of its own.
  enter_set='test' enter_as=root inside tests/packages/install rpm >"$log_dir/install-rpm.tap" 2>&1 &
  enter_set='test' enter_as=root inside tests/packages/install deb
  wait $!
  cat "$log_dir/install-rpm.tap"
  prepare session
  enter_set=session enter_as=root inside tests/packages/software
}

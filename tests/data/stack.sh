# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Which development stack build-aux/dev chooses, on os-release files of systems it may meet. Part of tests/data/run.

expect_stack() { # FILE EXPECTED
  local got
  got=$(bash -c '. build-aux/dev.d/common.sh && . build-aux/dev.d/host.sh && decide_stack "$1"' sh "tests/data/os-release/$1")
  [ "$got" = "$2" ] || { echo "expected \"$2\", got \"$got\"" && false; }
}

for name in fedora-43 fedora-44 nobara-43; do
  check "stack: $name uses the system's packages" expect_stack "$name" 'system fedora'
done
for name in debian-14 debian-forky debian-sid ubuntu-26.04; do
  check "stack: $name uses the system's packages" expect_stack "$name" 'system debian'
done
for name in debian-12 debian-13 ubuntu-24.04 ubuntu-25.10 linuxmint-22 fedora-42 rhel-10 centos-stream-10 arch empty; do
  check "stack: $name needs a root of its own" expect_stack "$name" root
done

# Layers of the root: another list below means another layer above, and a layer without what it lies on does not count.
layers_follow() {
  local work
  work=$(mktemp -d)
  mkdir -p "$work/build-aux/root"
  cp build-aux/root/packages.* "$work/build-aux/root/"
  bash -euc '
    . build-aux/dev.d/common.sh && . build-aux/dev.d/root.sh
    source_dir=$1 cache_dir=$1/cache
    before=$(layer_stack bench)
    mkdir -p ${before//:/ }
    have_layer bench
    lists=$source_dir/build-aux/root
    tail -n 1 "$lists/packages.base" >>"$lists/packages.test" && sed -i "\$d" "$lists/packages.base"
    for name in base test bench session; do if have_layer "$name"; then exit 1; fi; done
    after=$(layer_stack bench)
    mkdir -p ${after//:/ }
    have_layer bench
    rmdir "${after##*:}"
    for name in base test bench session; do if have_layer "$name"; then exit 1; fi; done
  ' sh "$work"
}
check 'stack: layers of packages stand and fall with those below' layers_follow

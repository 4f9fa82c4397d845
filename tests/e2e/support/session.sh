#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# session.sh NAME: bundles tests/e2e/NAME.ts and runs it in a desktop session of its own, on a screen a bit larger than the
# window.
set -eu
cd "$(dirname "$0")/../../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
build-aux/bundle esbuild . "$folder" "$1=tests/e2e/$1.ts" >&2
tests/support/a11y-session.sh sh -c 'wlr-randr --output "$(wlr-randr | sed -n "1s/ .*//p")" --custom-mode "$1" && exec gjs -m "$2"' \
  sh "${HEARTH_SCREEN:-800x760}" "$folder/$1.js"

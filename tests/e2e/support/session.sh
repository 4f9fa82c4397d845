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
HEARTH_OUTPUT="${HEARTH_SCREEN:-800x760} 1" tests/support/a11y-session.sh gjs -m "$folder/$1.js"

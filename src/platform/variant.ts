// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

/** Arguments or answers of a D-Bus call. (The published types of `new_tuple` ask for the types of its parts.) */
export function tuple(parts: readonly GLib.Variant[]): GLib.Variant {
  const make = GLib.Variant.new_tuple as unknown as (children: readonly GLib.Variant[]) => GLib.Variant;
  return make.call(GLib.Variant, parts);
}

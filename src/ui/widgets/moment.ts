// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

/** Date and time of this place, to the minute. @param milliseconds since the epoch */
export function momentText(milliseconds: number): string {
  return GLib.DateTime.new_from_unix_local(Math.floor(milliseconds / 1000)).format('%x, %R') ?? '';
}

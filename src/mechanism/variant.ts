// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

/** Plain data for the bus: s, b, x, as and a{sv}; what is null or undefined is left out. */
export function toVariant(value: unknown): GLib.Variant {
  if (typeof value === 'string') return new GLib.Variant('s', value);
  if (typeof value === 'boolean') return new GLib.Variant('b', value);
  if (typeof value === 'number') return new GLib.Variant('x', Math.round(value));
  if (Array.isArray(value)) return new GLib.Variant('as', value.map(String));
  const entries = Object.entries(value as Record<string, unknown>)
    .filter(([, inner]) => inner !== null && inner !== undefined)
    .map(([key, inner]) => [key, toVariant(inner)] as const);
  return new GLib.Variant('a{sv}', Object.fromEntries(entries));
}

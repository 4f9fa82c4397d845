// SPDX-License-Identifier: GPL-3.0-or-later

import { writtenNumber } from './locale.ts';
import { _, fill, ngettext } from './translate.ts';

/** A number with at most `digits` decimals, trailing zeros dropped, as it is written here. */
export function number(value: number, digits: number): string {
  return writtenNumber(value, digits);
}

/** Bytes as people read them on a package or a disk: decimal units, two significant digits and a bit. */
export function bytes(count: number): string {
  const size = Math.abs(count);
  if (count < 0) return fill(_('−{size}'), { size: bytes(size) });
  if (size < 1e3) return fill(ngettext('{count} byte', '{count} bytes', size), { count: size });
  if (size < 999.5e3) return fill(_('{size} kB'), { size: number(size / 1e3, 0) });
  if (size < 999.5e6) return fill(_('{size} MB'), { size: number(size / 1e6, size < 9.95e6 ? 1 : 0) });
  if (size < 999.5e9) return fill(_('{size} GB'), { size: number(size / 1e9, size < 99.5e9 ? 1 : 0) });
  return fill(_('{size} TB'), { size: number(size / 1e12, 1) });
}

/** Time left or taken, rounded to what people can feel. Seconds in. */
export function duration(seconds: number): string {
  if (seconds < 1) return _('under a second');
  if (seconds < 55) {
    const count = Math.round(seconds);
    return fill(ngettext('{count} second', '{count} seconds', count), { count });
  }
  if (seconds < 55 * 60) {
    const count = Math.max(1, Math.round(seconds / 60));
    return fill(ngettext('{count} minute', '{count} minutes', count), { count });
  }
  const count = Math.max(1, Math.round(seconds / 3600));
  return fill(ngettext('{count} hour', '{count} hours', count), { count });
}

/** Context length: 16384 → '16 k tokens'. */
export function tokens(count: number): string {
  if (count < 1024) return fill(ngettext('{count} token', '{count} tokens', count), { count });
  return fill(_('{count} k tokens'), { count: number(count / 1024, count % 1024 === 0 ? 0 : 1) });
}

/** A part of a whole, 0 to 1, in whole percent. */
export function percent(part: number): string {
  // TRANSLATORS: a share of a whole.
  return fill(_('{percent} %'), { percent: number(Math.floor(part * 100), 0) });
}

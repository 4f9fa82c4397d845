// SPDX-License-Identifier: GPL-3.0-or-later

import { localeFormats } from './locale.ts';
import { pgettext } from './translate.ts';

/** A day of this place. @param milliseconds since 1970 */
export function dayText(milliseconds: number): string {
  // TRANSLATORS: a day, as of strftime; %x is how the locale writes one.
  // xgettext:no-javascript-format
  return localeFormats().moment(milliseconds, pgettext('day', '%x'));
}

/** Date and time of this place, to the minute. @param milliseconds since 1970 */
export function momentText(milliseconds: number): string {
  // TRANSLATORS: a day and a time, as of strftime; %x is how the locale writes a day, %R is 13:45.
  // xgettext:no-javascript-format
  return localeFormats().moment(milliseconds, pgettext('day and time', '%x, %R'));
}

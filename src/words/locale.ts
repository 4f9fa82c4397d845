// SPDX-License-Identifier: GPL-3.0-or-later

/** How numbers and days are written where a person lives. A composition root hands over the locale's; tests use these. */
export interface LocaleFormats {
  /** Between the whole and its part: '.' or ','. */
  readonly decimal: string;
  /** Between thousands; empty where they are not parted. */
  readonly group: string;
  /** The ten digits, from zero. */
  readonly digits: readonly string[];
  /** Whether texts run from right to left, and whatever shows them goes by the Unicode algorithm. */
  readonly rightToLeft: boolean;
  /** A moment of this place. @param milliseconds since 1970 @param format as of strftime */
  moment(milliseconds: number, format: string): string;
}

export const plainFormats: LocaleFormats = {
  decimal: '.',
  group: '',
  digits: Array.from('0123456789'),
  rightToLeft: false,
  moment: (milliseconds, format) => {
    const date = new Date(milliseconds);
    const two = (value: number): string => String(value).padStart(2, '0');
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    return format.includes('%R') ? `${day} ${two(date.getHours())}:${two(date.getMinutes())}` : day;
  },
};

let formats = plainFormats;

export function setFormats(next: LocaleFormats): void {
  formats = next;
}

export function localeFormats(): LocaleFormats {
  return formats;
}

/** From here on thousands are parted: '4327' reads better whole, '12,000' does not. */
const groupedFrom = 10_000;

/**
 * A number as it is written here, with at most `decimals` places after the separator and no trailing zeros. No Intl: it
 * costs a first frame.
 */
export function writtenNumber(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return '–';
  const [whole = '', part = ''] = Math.abs(value).toFixed(decimals).split('.');
  const places = part.replace(/0+$/, '');
  const grouped =
    Number(whole) >= groupedFrom ? whole.replace(/\B(?=(\d{3})+$)/g, () => formats.group) : whole;
  const text = places === '' ? grouped : grouped + formats.decimal + places;
  const negative = value < 0 && /[1-9]/.test(text);
  const written = text.replace(/\d/g, (digit) => formats.digits[Number(digit)] ?? digit);
  return negative ? `−${written}` : written;
}

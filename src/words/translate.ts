// SPDX-License-Identifier: GPL-3.0-or-later

import { isolated, laidOut, setFromRight } from './bidi.ts';
import { localeFormats, writtenNumber } from './locale.ts';

/** How sentences get their language. The composition root hands over gettext; tests use English as it is. */
export interface Translator {
  gettext(text: string): string;
  ngettext(one: string, many: string, count: number): string;
  pgettext(context: string, text: string): string;
}

const english: Translator = {
  gettext: (text) => text,
  ngettext: (one, many, count) => (count === 1 ? one : many),
  pgettext: (_context, text) => text,
};

let translator = english;

export function setTranslator(next: Translator): void {
  translator = next;
}

/** Translates. Named `_` so that xgettext finds it. */
export function _(text: string): string {
  return shown(translator.gettext(text));
}

export function ngettext(one: string, many: string, count: number): string {
  return shown(translator.ngettext(one, many, count));
}

export function pgettext(context: string, text: string): string {
  return shown(translator.pgettext(context, text));
}

/** A value that stands alone in a row: over several lines it would begin at the other side than everything else. */
export function alone(value: string): string {
  return localeFormats().rightToLeft ? setFromRight(value) : value;
}

function shown(text: string): string {
  return localeFormats().rightToLeft ? laidOut(text) : text;
}

/** No amounts: they are compared letter by letter with what other programs show. */
const names = new Set(['port', 'pid', 'exit', 'line']);

/**
 * Puts values in the `{name}` places of a translated sentence; a place without a value stays visible. A number is an
 * amount and written as the locale does; what is no amount, a port or a process, comes as text.
 */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  const { rightToLeft } = localeFormats();
  const filled = template.replace(/\{(\w+)\}/g, (place, name: string, at: number) => {
    const value = values[name];
    if (value === undefined) return place;
    if (typeof value === 'number') return names.has(name) ? String(value) : writtenNumber(value, 2);
    return rightToLeft ? isolated(value, template.slice(0, at), template.slice(at + place.length)) : value;
  });
  return shown(filled);
}

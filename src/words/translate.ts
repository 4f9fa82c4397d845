// SPDX-License-Identifier: GPL-3.0-or-later

import { writtenNumber } from './locale.ts';

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
  return translator.gettext(text);
}

export function ngettext(one: string, many: string, count: number): string {
  return translator.ngettext(one, many, count);
}

export function pgettext(context: string, text: string): string {
  return translator.pgettext(context, text);
}

/**
 * Puts values in the `{name}` places of a translated sentence; a place without a value stays visible. A number is an
 * amount and written as the locale does; what is no amount, a port or a process, comes as text.
 */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === 'number' ? writtenNumber(value, 2) : value;
  });
}

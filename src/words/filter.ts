// SPDX-License-Identifier: GPL-3.0-or-later

import type { ShelfFilter } from '../core/models/filter.ts';
import { stated } from './joined.ts';
import { toolCallingLabel, trainingDataLabel } from './models.ts';
import { _, fill, ngettext } from './translate.ts';
import { bytes } from './units.ts';

/** A value to filter by, and how it is called. */
export interface Choice<T> {
  readonly value: T;
  readonly label: string;
}

const any = (): Choice<null> => ({ value: null, label: _('Any') });

export function trainingDataChoices(): readonly Choice<ShelfFilter['trainingData']>[] {
  const levels = ['published', 'described', 'not-disclosed'] as const;
  return [any(), ...levels.map((value) => ({ value, label: trainingDataLabel(value) }))];
}

export function toolChoices(): readonly Choice<ShelfFilter['toolCalling']>[] {
  const levels = ['yes', 'weak', 'no', 'unknown'] as const;
  return [any(), ...levels.map((value) => ({ value, label: toolCallingLabel(value) }))];
}

export function sizeChoices(): readonly Choice<number | null>[] {
  const sizes = [2e9, 4e9, 8e9, 16e9];
  return [
    any(),
    ...sizes.map((value) => ({ value, label: fill(_('Up to {size}'), { size: bytes(value) }) })),
  ];
}

export function licenceChoices(licences: readonly string[]): readonly Choice<string | null>[] {
  return [any(), ...licences.map((value) => ({ value, label: value }))];
}

export function languageChoices(languages: readonly string[]): readonly Choice<string | null>[] {
  return [any(), ...languages.map((value) => ({ value, label: languageName(value) }))];
}

/** Intl costs a first frame, so these are words like all others; a language without one keeps its tag. */
export function languageName(tag: string): string {
  const names: Readonly<Record<string, string>> = {
    ar: _('Arabic'),
    cs: _('Czech'),
    de: _('German'),
    en: _('English'),
    es: _('Spanish'),
    fr: _('French'),
    it: _('Italian'),
    ja: _('Japanese'),
    ko: _('Korean'),
    nl: _('Dutch'),
    pt: _('Portuguese'),
    zh: _('Chinese'),
  };
  return names[tag] ?? tag;
}

/** The heading of what was found. */
export function foundTitle(count: number): string {
  return fill(ngettext('{count} Model Found', '{count} Models Found', count), { count });
}

/** The same for whoever listens, who does not see that there is nothing. */
export function foundSpoken(count: number): string {
  return count > 0
    ? foundTitle(count)
    : stated(_('No Model Found'), _('Nothing on the list matches all of this.'));
}

/** What the search is for. */
export function searchName(): string {
  return _('Search models by name or publisher');
}

// SPDX-License-Identifier: GPL-3.0-or-later

import type { FlavourAdvice } from '../core/driver/types.ts';
import { flavourNeeds } from './driver.ts';
import { listed } from './joined.ts';
import { _ } from './translate.ts';

/** What a choice installs and needs, a line each with its name. */
export function flavourFacts(
  advice: FlavourAdvice,
): readonly { readonly title: string; readonly text: string }[] {
  const facts: { title: string; text: string }[] = [];
  const { packages, repositories, images = [] } = advice;
  if (packages.length > 0) facts.push({ title: _('Installs'), text: listed(packages) });
  if (images.length > 0) facts.push({ title: _('Image'), text: listed(images.map(({ name }) => name)) });
  if (repositories.length > 0) facts.push({ title: _('From'), text: listed(repositories) });
  // What costs nothing is not counted in bytes.
  const costs = advice.downloadBytes === 0 ? { ...advice, downloadBytes: null } : advice;
  flavourNeeds(costs).forEach((text, at) => facts.push({ title: at === 0 ? _('Takes') : '', text }));
  return facts;
}

/** Label of the button that leads to the plan. */
export function flavourButton({ flavour }: FlavourAdvice): string {
  return flavour === 'clean' ? _('_Remove Driver…') : _('_Install…');
}

/** The same for who hears it without the card around it. */
export function flavourButtonName({ flavour }: FlavourAdvice): string {
  switch (flavour) {
    case 'clean':
      return _('Remove the driver');
    case 'cuda':
      return _('Install CUDA');
    case 'cuda-toolkit':
      return _('Install CUDA for development');
  }
}

export const flavourTexts = {
  heading: () => _('What to Install'),
  inUse: () => _('In use'),
  layer: () => _('_Layer Packages…'),
  suggested: () => _('Suggested'),
};

// SPDX-License-Identifier: GPL-3.0-or-later

import { catalogueTexts } from './catalogue-texts.ts';
import { _ } from './translate.ts';

/**
 * What data says in English, in the person's language where it is known: the texts that Hearth's own catalogue brings
 * are translated with it, those of other lists of models stay as they are.
 */
export function dataText(text: string): string {
  return text === '' ? '' : (catalogueTexts()[text] ?? builtIn()[text] ?? text);
}

/** What is known of the practice model. */
function builtIn(): Readonly<Record<string, string>> {
  return {
    'Random weights. It talks gibberish, and shows how everything works.': _(
      'Random weights. It talks gibberish, and shows how everything works.',
    ),
    'There is none: its weights are random numbers.': _('There is none: its weights are random numbers.'),
    'made on this computer': _('made on this computer'),
    'Hearth, on this computer': _('Hearth, on this computer'),
    'Unknown processor': _('Unknown processor'),
  };
}

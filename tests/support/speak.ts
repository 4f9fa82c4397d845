// SPDX-License-Identifier: GPL-3.0-or-later

import Gettext from 'gettext';
import { systemFormats } from '../../src/platform/locale.ts';
import { setFormats } from '../../src/words/locale.ts';
import { setTranslator } from '../../src/words/translate.ts';

/** Lets the window of a test speak as `src/app/main.ts` does. @param folder where the .mo files are; null for English */
export function speak(folder: string | null): void {
  if (folder === null || folder === '') return;
  Gettext.bindtextdomain('hearth', folder);
  Gettext.textdomain('hearth');
  setTranslator(Gettext.domain('hearth'));
  setFormats(systemFormats());
}

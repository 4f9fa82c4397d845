// SPDX-License-Identifier: GPL-3.0-or-later

import { never } from '../../core/cancel.ts';
import { connectWords } from '../../words/clients.ts';
import type { Ui } from '../context.ts';

/** Lets the model answer, then opens Goose in a terminal, on a folder or at home; what stands in the way is said. */
export function openGooseFrom(ui: Ui, folder: string | null = null): void {
  ui.attempt(
    async () => {
      await ui.hearth.tools.openGoose({ folder, here: false }, never);
      ui.toast(connectWords.opened());
    },
    () => openGooseFrom(ui, folder),
  );
}

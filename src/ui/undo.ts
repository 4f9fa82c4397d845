// SPDX-License-Identifier: GPL-3.0-or-later

import { undoWords } from '../words/app.ts';
import type { Ui } from './context.ts';

/** Takes back what an entry of the journal did, and says how far that went. */
export function takeBack(ui: Ui, plan: string): void {
  ui.attempt(async () => {
    const entry = await ui.hearth.undo(plan);
    const kept = entry.steps.some((step) => step.outcome === 'kept');
    ui.toast(kept ? undoWords.partly() : undoWords.done());
  });
}

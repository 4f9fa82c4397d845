// SPDX-License-Identifier: GPL-3.0-or-later

import type { MainWindow } from '../../src/ui/window/main-window.ts';
import type { FixtureHearth } from './fixture-hearth.ts';

/** Opens what a person would open on a page, by name. */
export async function dialogs(name: string, window: MainWindow, hearth: FixtureHearth): Promise<void> {
  switch (name) {
    case 'plan': {
      const pick = hearth.state.value.shelf?.picks[0]?.modelId ?? '';
      hearth.choose(pick);
      window.start('model');
      return;
    }
    case 'diff':
      window.start('tools');
      return;
    case 'error':
      window.showError(
        {
          code: 'server-died',
          args: { exit: 139 },
          detail: 'llama_model_load: error loading model: tensor data is not within the file bounds',
        },
        () => {},
      );
      return;
    default:
      window.activate_action(`win.${name}`, null);
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later

// The dialog that says what went wrong, in the real window with real keys: it opens on the way on, so that Enter alone tries
// again, or closes what cannot be tried again, and never copies anything. Two processes: this one, and the window in a session
// of its own.

import System from 'system';
import { FixtureHearth } from '../support/fixture-hearth.ts';
import { fixtureState } from '../support/fixture-states.ts';
import { known, pressKeys } from '../support/keyboard.ts';
import { seenInWindow, tellSeen } from '../support/seen-window.ts';
import { equal, run, test } from '../support/tap.ts';
import { buttons, find, pause } from '../support/widgets.ts';
import { windows } from '../support/windows.ts';

interface Shown {
  readonly offered: readonly string[];
  readonly focus: string;
  /** After the keys. */
  readonly open: boolean;
  readonly tried: number;
  /** Where the focus is then. */
  readonly back: string;
}

type Seen = Readonly<Record<'retry' | 'good' | 'copy' | 'escape', Shown>>;

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await inside(file));

async function inside(resources: string): Promise<number> {
  const { app, catalogue, open } = await windows(resources, 'ErrorDialog');
  const state = fixtureState('all-done', catalogue);

  return tellSeen<Seen>(app, async (tell) => {
    const window = await open(new FixtureHearth(state), 'home', 900);
    find(window, 'nextButton').grab_focus();
    const died = { code: 'server-died', args: { exit: 139 }, detail: 'segmentation fault' } as const;
    const missing = { code: 'no-mechanism', args: {}, detail: '' } as const;

    async function show(error: typeof died | typeof missing, ...keys: readonly string[]): Promise<Shown> {
      let tried = 0;
      if (error === died) window.showError(error, () => (tried += 1));
      else window.showError(error);
      await pause(600);
      const dialog = window.visibleDialog;
      const [offered, focus] = [dialog === null ? [] : buttons(dialog), known(window.get_focus())];
      await pressKeys(...keys);
      await pause(500);
      const open = window.visibleDialog !== null;
      window.visibleDialog?.force_close();
      await pause(300);
      return { offered, focus, open, tried, back: known(window.get_focus()) };
    }

    tell({
      retry: await show(died, 'Return'),
      good: await show(missing, 'Return'),
      copy: await show(died, 'Tab', 'Return'),
      escape: await show(died, 'Escape'),
    });
    window.destroy();
  });
}

let seen: Seen | null = null;
const back = 'nextButton';

test('the window shows the dialog', () => {
  [seen] = seenInWindow<Seen>().seen;
});

test('it opens on Try Again, and Enter tries again', () => {
  equal(seen?.retry, {
    ...{ offered: ['Try Again', 'Copy Details'], focus: 'retryButton', open: false, tried: 1, back },
  });
});

test('what cannot be tried again opens on Close, and Enter closes it', () => {
  equal(seen?.good, {
    ...{ offered: ['Close', 'Copy Details'], focus: 'closeButton', open: false, tried: 0, back },
  });
});

test('the details are one Tab away; copying them leaves the dialog open and tries nothing', () => {
  equal([seen?.copy.open, seen?.copy.tried], [true, 0]);
});

test('Escape closes it, tries nothing, and the focus is where it was', () => {
  equal([seen?.escape.open, seen?.escape.tried, seen?.escape.back], [false, 0, back]);
});

await run(120_000);

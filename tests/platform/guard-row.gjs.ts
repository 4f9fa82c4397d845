// SPDX-License-Identifier: GPL-3.0-or-later

// What can be done about the next start, in the real window on made-up sights, one family of systems after the other: where
// modules come with an image or a package, and where images are started and not kernels, nothing is offered that could only
// fail. Two processes: this one, and the window in a session of its own.

import System from 'system';
import type { DriverSight } from '../../src/core/driver/types.ts';
import { known } from '../../src/core/known.ts';
import { kernels, kernelSight, moduleFile, workingSight } from '../support/driver-sights.ts';
import { FixtureHearth } from '../support/fixture-hearth.ts';
import { laptopWithDriver } from '../support/fixture-machine.ts';
import { fixtureState } from '../support/fixture-states.ts';
import { seenInWindow, tellSeen } from '../support/seen-window.ts';
import { assert, equal, run, test } from '../support/tap.ts';
import { all, buttons } from '../support/widgets.ts';
import { windows } from '../support/windows.ts';

const { running: kernel, older: keep } = kernels;

const guards = {
  failed: { tag: 'failed', kernel, because: 'other', keep },
  'no module': { tag: 'falls-back', kernel, because: 'no-module', keep },
  'no key': { tag: 'falls-back', kernel, because: 'key-not-enrolled', keep },
  'blocked key': { tag: 'falls-back', kernel, because: 'key-blocked', keep },
} satisfies Readonly<Record<string, DriverSight['guard']>>;

const systems = {
  fedora: workingSight(),
  atomic: { ...workingSight(), advice: { ...workingSight().advice, family: 'fedora-atomic' } },
  // With an update of the image that waits for the next start.
  staged: {
    ...workingSight(),
    advice: { ...workingSight().advice, family: 'fedora-atomic' },
    kernels: [kernelSight(), kernelSight({ running: false, isDefault: false, staged: true })],
  },
  // Ubuntu's packages bring modules that are built and signed.
  prebuilt: {
    ...workingSight(),
    advice: { ...workingSight().advice, family: 'ubuntu' },
    kernels: [kernelSight({ module: known(moduleFile({ prebuilt: true }), 'fixture'), trust: 'trusted' })],
  },
} satisfies Readonly<Record<string, DriverSight>>;

interface Row {
  readonly at: string;
  /** What the row offers; null where there is no row. */
  readonly offered: readonly string[] | null;
  readonly labels: number;
}

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await inside(file));

async function inside(resources: string): Promise<number> {
  const { app, catalogue, open } = await windows(resources, 'GuardRow');
  const state = fixtureState('all-done', catalogue);
  return tellSeen<Row>(app, async (tell) => {
    for (const [system, sight] of Object.entries(systems))
      for (const [name, guard] of Object.entries(guards)) {
        const hearth = new FixtureHearth({
          ...state,
          machine: laptopWithDriver(),
          driver: { ...sight, guard },
        });
        const window = await open(hearth, 'driver', 500);
        const [row] = all(window, (widget) => widget.name === 'guard' && widget.get_mapped());
        const texts = row === undefined ? [] : all(row, (widget) => widget.get_css_name() === 'label');
        tell({
          at: `${system}, ${name}`,
          offered: row === undefined ? null : buttons(row),
          labels: texts.length,
        });
        window.destroy();
      }
  });
}

const offers: Readonly<Record<string, readonly string[]>> = {
  'fedora, failed': ['Show Log', 'Build Now…', 'Keep This Kernel…'],
  'fedora, no module': ['Build Now…', 'Keep This Kernel…'],
  'fedora, no key': ['Security Key…', 'Keep This Kernel…'],
  'fedora, blocked key': ['Keep This Kernel…'],
  'atomic, failed': ['Show Log'],
  'atomic, no module': [],
  'atomic, no key': ['Security Key…'],
  'atomic, blocked key': [],
  'staged, failed': ['Show Log', 'Keep This System…'],
  'staged, no module': ['Keep This System…'],
  'staged, no key': ['Security Key…', 'Keep This System…'],
  'staged, blocked key': ['Keep This System…'],
  'prebuilt, failed': ['Show Log', 'Keep This Kernel…'],
  'prebuilt, no module': ['Keep This Kernel…'],
  'prebuilt, no key': ['Security Key…', 'Keep This Kernel…'],
  'prebuilt, blocked key': ['Keep This Kernel…'],
};

let seen: readonly Row[] = [];

test('the window shows the row on each system', () => {
  ({ seen } = seenInWindow<Row>());
  equal(
    seen.map(({ at }) => at),
    Object.keys(offers),
  );
});

for (const [at, wanted] of Object.entries(offers))
  test(`${at}: ${wanted.length === 0 ? 'it is said, and nothing is offered' : wanted.join(' ')}`, () => {
    const row = seen.find((each) => each.at === at);
    equal(row?.offered, wanted);
    assert((row?.labels ?? 0) >= 2, 'the row says what and why');
  });

await run(120_000);

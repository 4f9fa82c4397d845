// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { MemoryLook } from '../../../tests/support/memory-look.ts';
import { observeCharge, observeOnBattery } from './power.ts';

/** Supplies as sysfs shows them: name, type, online, scope. */
type Supply = readonly [name: string, type: string, online?: string | undefined, scope?: string];

function look(supplies: readonly Supply[]): MemoryLook {
  const files: Record<string, string> = {};
  for (const [name, type, online, scope] of supplies) {
    const folder = `/sys/class/power_supply/${name}`;
    files[`${folder}/type`] = `${type}\n`;
    if (online !== undefined) files[`${folder}/online`] = `${online}\n`;
    if (scope !== undefined) files[`${folder}/scope`] = `${scope}\n`;
  }
  return new MemoryLook(files);
}

const battery: Supply = ['BAT0', 'Battery'];

const cases: readonly (readonly [string, readonly Supply[], boolean])[] = [
  ['plugged in', [['AC', 'Mains', '1'], battery], false],
  ['unplugged', [['AC', 'Mains', '0'], battery], true],
  ['charged by USB', [['AC', 'Mains', '0'], ['ucsi0', 'USB', '1'], battery], false],
  ['a desktop', [['AC', 'Mains', '1']], false],
  ['a desktop with the battery of a mouse', [['hidpp', 'Battery', undefined, 'Device']], false],
];

test.each(cases)('%s', async (_name, supplies, expected) => {
  expect(await observeOnBattery(look(supplies))).toMatchObject({ known: true, value: expected });
});

test('what is not told is not known', async () => {
  expect(await observeOnBattery(new MemoryLook({}))).toMatchObject({ known: false, reason: 'absent' });
  expect(await observeOnBattery(look([battery]))).toMatchObject({ known: false, reason: 'not-told' });
});

test('the charge of the fullest battery of the computer, and of no mouse', async () => {
  const folder = '/sys/class/power_supply';
  const files = (name: string, capacity: string, scope = 'System'): Record<string, string> => ({
    [`${folder}/${name}/type`]: 'Battery\n',
    [`${folder}/${name}/scope`]: `${scope}\n`,
    [`${folder}/${name}/capacity`]: `${capacity}\n`,
  });
  const two = { ...files('BAT0', '4'), ...files('BAT1', '31'), ...files('hidpp', '90', 'Device') };
  expect(await observeCharge(new MemoryLook(two))).toMatchObject({ known: true, value: 31 });
  expect(await observeCharge(new MemoryLook(files('BAT0', 'full')))).toMatchObject({ known: false });
  expect(await observeCharge(new MemoryLook({}))).toMatchObject({ known: false });
});

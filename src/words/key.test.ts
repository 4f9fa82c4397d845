// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  fixtureKey,
  installedSight,
  withMechanism,
  workingSight,
} from '../../tests/support/driver-sights.ts';
import { press, startRehearsal, type RehearsalKey } from '../core/driver/rehearsal.ts';
import type { KeyEnding } from '../core/driver/types.ts';
import { driverEnding, endingWords } from './driver-ending.ts';
import { agreeRows, blindRows, codeSpoken, digitSpoken, keyHead } from './key-page.ts';
import { howToType, keySteps, onlyIf, stepsText } from './key-steps.ts';
import { choiceSpoken, rehearsalWords, screenSpoken } from './rehearsal.ts';

const types = readFileSync(new URL('../core/driver/types.ts', import.meta.url), 'utf8');
function members<T extends string>(name: string): readonly T[] {
  const union = new RegExp(`export type ${name} =([^;]*);`).exec(types)?.[1] ?? '';
  return [...union.matchAll(/^\s*\| '([a-z-]+)'/gm)].map((match) => match[1] as T);
}

const endings = members<KeyEnding>('KeyEnding');
const code = '48271935';
const sentence = /^[^{}]{10,}[.:?]$/;

describe('how a request ended', () => {
  test('each ending is one sentence, and says what to do unless all is well', () => {
    expect(endings).toHaveLength(7);
    for (const ending of endings) {
      for (const task of ['enrol', 'delete'] as const) {
        const words = endingWords(ending, task, false);
        expect(words.sentence, ending).toMatch(/^[^.{}]{10,}\.$/);
        expect(words.next === '' || sentence.test(words.next), ending).toBe(true);
        expect(words.next !== '' || words.good, ending).toBe(true);
      }
    }
  });

  test('no two of them sound the same, and deletions are told as such', () => {
    const said = endings.map((ending) => endingWords(ending, 'enrol', false).sentence);
    expect(new Set(said).size).toBe(endings.length);
    for (const ending of ['pending', 'not-done'] as const)
      expect(endingWords(ending, 'delete', false).sentence).toMatch(/deleted/);
  });

  test('where every stored key is at stake, "Continue boot" is named', () => {
    expect(endingWords('cut-off', 'enrol', false)).toMatchObject({ button: { does: 'withdraw' } });
    expect(endingWords('cut-off', 'enrol', false).next).toContain('“Continue boot”: every key stays');
  });

  test('from a sight: what was asked for, and whether the driver works', () => {
    expect(driverEnding(null)).toBeNull();
    expect(driverEnding(installedSight())).toBeNull();
    expect(driverEnding(workingSight({ ending: 'enrolled' }))?.sentence).toContain(
      'the graphics driver works',
    );
    const request = {
      kind: 'delete',
      fingerprint: fixtureKey.fingerprint,
      bootId: 'a',
      requestedAt: 0,
    } as const;
    const asked = withMechanism(workingSight({ ending: 'not-done' }), { request });
    expect(driverEnding(asked)?.title).toBe('Key Not Deleted');
  });
});

describe('the steps', () => {
  test.each(['enrol', 'delete'] as const)('%s: they say the firmware’s own words, in order', (task) => {
    const text = keySteps(task).join('\n');
    const own =
      task === 'enrol'
        ? [
            'Perform MOK management',
            'Enroll MOK',
            'Continue',
            'Enroll the key(s)?',
            'Yes',
            'Password:',
            'Reboot',
          ]
        : [
            'Perform MOK management',
            'Delete MOK',
            'Continue',
            'Delete the key(s)?',
            'Yes',
            'Password:',
            'Reboot',
          ];
    let from = 0;
    for (const word of own) {
      const at = text.indexOf(word, from);
      expect(at, word).toBeGreaterThan(-1);
      from = at;
    }
  });

  test('what keeps the stored keys safe is in them, and how to type', () => {
    expect(onlyIf('enrol')).toBe(
      'Only continue if the second line says Enroll MOK. If it says Reset MOK, choose Continue boot.',
    );
    for (const task of ['enrol', 'delete'] as const) {
      expect(stepsText(task)).toContain(onlyIf(task));
      expect(stepsText(task)).toContain(howToType());
    }
  });

  test('what a phone scans has no digits of a code and no address', () => {
    for (const task of ['enrol', 'delete'] as const) {
      expect(stepsText(task)).not.toMatch(/\d{3}|:\/\/|www\./);
      expect(new TextEncoder().encode(stepsText(task)).length).toBeLessThan(1400);
    }
  });
});

describe('the page', () => {
  test('heads for each stage', () => {
    const stages = [
      { tag: 'unknown' },
      { tag: 'no-service' },
      { tag: 'ready' },
      { tag: 'pending' },
      { tag: 'done' },
      { tag: 'refused', obstacles: [] },
    ] as const;
    for (const stage of stages) {
      for (const task of ['enrol', 'delete'] as const) {
        expect(keyHead(stage, task).title).toMatch(/^[^.{}]+$/);
        expect(keyHead(stage, task).sentence).toMatch(sentence);
      }
    }
  });

  test('what one agrees to has the fingerprint as the firmware shows it, and how far trust goes', () => {
    const rows = agreeRows(fixtureKey, 'enrol');
    expect(rows[0]?.text).toBe('47 35 1A 13 60 C3 28 35 35 F8 \nFA 81 26 8E 31 0D 5E BF 58 C9 ');
    expect(rows.map(({ id }) => id)).toEqual(['fingerprint', 'trust', 'reach']);
    expect(agreeRows({ ...fixtureKey, modulesOnly: true }, 'enrol')[2]?.text).toMatch(/modules only/);
    expect(agreeRows(fixtureKey, 'delete')).toHaveLength(1);
  });

  test('a code is said digit by digit, in its two groups', () => {
    expect(codeSpoken(code)).toBe('4, 8, 2, 7. 1, 9, 3, 5');
    expect(digitSpoken(code, 4)).toBe('Digit 5 of 8: 1');
  });

  test('who cannot see the screens is told the keys, and when not to press them', () => {
    const text = blindRows('enrol')
      .map((row) => row.text)
      .join('\n');
    expect(text).toContain('↓ Enter ↓ Enter ↓ Enter, the eight digits, Enter, Enter');
    expect(text).toContain('Press nothing');
  });
});

describe('beside the rehearsal', () => {
  const names: Readonly<Record<string, RehearsalKey>> = {
    v: { tag: 'down' },
    '!': { tag: 'enter' },
    x: { tag: 'escape' },
  };
  const ways = [
    '',
    'v',
    'vv',
    'vv!',
    'v!',
    'v!v',
    'v!!',
    'v!v!',
    'v!v!v',
    'v!v!!',
    'v!v!v!',
    'v!v!v!4',
    'v!v!v!!',
  ];
  const more = [
    'v!v!v!1!',
    'v!v!v!1!!1!!1!',
    'v!v!v!1!!1!!1!!',
    'v!v!v!1!!1!!1!!!',
    `v!v!v!${code}!`,
    `v!v!v!${code}!v`,
  ];
  const last = [`v!v!v!${code}!!`, '!', 'x', '4', '4!', '4v!', '4v!v!', `4v!v!${code}!`, `4v!v!${code}!!`];

  test('every state has a title and something to do, without holes and without the code', () => {
    for (const task of ['enrol', 'delete', 'reset'] as const) {
      for (const way of [...ways, ...more, ...last]) {
        const state = Array.from(way).reduce(
          (before, letter) => press(before, names[letter] ?? { tag: 'character', character: letter }, code),
          startRehearsal(task),
        );
        const { title, next, remark } = rehearsalWords(state);
        expect(title, way).toMatch(/^[^.{}]{4,}$/);
        expect(next, way).toMatch(sentence);
        expect(remark === '' || sentence.test(remark), `${way}: ${remark}`).toBe(true);
        expect(screenSpoken(state)).not.toContain(code);
        expect(choiceSpoken(state)).toContain(next);
      }
    }
  });

  test('a screen reader hears what the firmware shows, which line is selected, and what to press', () => {
    expect(screenSpoken(startRehearsal('enrol'))).toBe(
      'The First Menu. Perform MOK management. “Continue boot” selected, line 1 of 4. Press ↓ once, so that the second line is selected. Only continue if it says “Enroll MOK”.',
    );
  });
});

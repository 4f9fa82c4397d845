// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { press, startRehearsal, type Rehearsal, type RehearsalKey, type RehearsalTask } from './rehearsal.ts';

const code = '48271935';

/** v and ^ for the arrows, ! for Enter, x for Escape, < for Backspace, anything else is typed. */
function keyOf(letter: string): RehearsalKey {
  const named = {
    v: 'down',
    '^': 'up',
    '!': 'enter',
    x: 'escape',
    '<': 'backspace',
    '?': 'other',
    '#': 'shifted',
    K: 'keypad',
  } as const;
  const tag = (named as Readonly<Record<string, (typeof named)[keyof typeof named]>>)[letter];
  return tag === undefined ? { tag: 'character', character: letter } : { tag };
}

function play(task: RehearsalTask, keys: string): Rehearsal {
  return Array.from(keys).reduce((state, letter) => press(state, keyOf(letter), code), startRehearsal(task));
}

const toPassword = 'v!v!v!';

describe('the right way', () => {
  test.each(['enrol', 'delete'] as const)('%s: down, Enter three times, the code, Enter, Enter', (task) => {
    const screens = Array.from(`${toPassword}${code}!!`).map((_, at, all) => {
      return play(task, all.slice(0, at + 1).join('')).screen;
    });
    const steps = ['menu', 'keys', 'keys', 'question', 'question', 'password'];
    expect(screens).toEqual([...steps, ...Array.from(code, () => 'password'), 'done', 'over']);
    expect(play(task, `${toPassword}${code}!!`).ending).toBe('done');
  });

  test('after a power cut it is "Continue boot", and every key stays', () => {
    expect(play('reset', '?').screen).toBe('menu');
    expect(play('reset', '?!').ending).toBe('kept');
    expect(play('reset', '?x').ending).toBe('kept');
  });
});

describe('wrong turns end as in the firmware', () => {
  const table: readonly (readonly [string, string, Partial<Rehearsal>])[] = [
    ['"Continue boot" loses the request', '!', { screen: 'over', ending: 'lost' }],
    ['and so does Escape in the menu', 'x', { screen: 'over', ending: 'lost' }],
    ['arrows stop at both ends', '^^^', { selected: 0 }],
    ['and at the lower one', 'vvvvvv', { selected: 3 }],
    ['keys from a disk are another way', 'vv!', { screen: 'menu', selected: 2, remark: 'disk' }],
    ['other keys do nothing', '?5<', { screen: 'menu', selected: 0 }],
    ['the key is shown and left with any key', 'v!!', { screen: 'view' }],
    ['back from it', 'v!!?', { screen: 'keys', selected: 0 }],
    [
      '"No" leads back to the menu, where the request still is',
      'v!v!!',
      { screen: 'menu', remark: 'said-no' },
    ],
    ['Escape in the list goes on', 'v!x', { screen: 'question' }],
    ['Escape on the question is not "No"', 'v!v!x', { screen: 'password' }],
    ['Escape is nothing while the code is typed', `${toPassword}4x8`, { screen: 'password', typed: 2 }],
    ['a wrong code', `${toPassword}1234!`, { screen: 'mismatch', misses: 1, remark: 'two-left' }],
    ['nothing typed', `${toPassword}!`, { screen: 'no-length', misses: 1 }],
    ['one digit short', `${toPassword}4827193!`, { screen: 'mismatch' }],
    ['one digit more', `${toPassword}${code}5!`, { screen: 'mismatch' }],
    ['a second chance', `${toPassword}1!!`, { screen: 'password', misses: 1, typed: 0 }],
    ['a third wrong code', `${toPassword}1!!1!!1!`, { screen: 'mismatch', misses: 3, remark: null }],
    ['then it failed', `${toPassword}1!!1!!1!!`, { screen: 'failed' }],
    ['and may be tried again', `${toPassword}1!!1!!1!!!`, { screen: 'menu', misses: 0, remark: 'try-again' }],
    ['to the end', `${toPassword}1!!1!!1!!!${toPassword}${code}!!`, { ending: 'done' }],
    ['a slip is put right with Backspace', `${toPassword}489<271935!`, { screen: 'done' }],
    ['Backspace at the beginning', `${toPassword}<<${code}!`, { screen: 'done' }],
    ['the keypad types nothing', `${toPassword}K`, { typed: 0, remark: 'keypad' }],
    ['a digit with Shift is a sign, and wrong', `${toPassword}#`, { typed: 1, right: 0, remark: 'shift' }],
    ['"Reboot" also by Escape', `${toPassword}${code}!x`, { ending: 'done' }],
  ];
  test.each(table)('%s', (_name, keys, expected) => expect(play('enrol', keys)).toMatchObject(expected));

  test('"Reset MOK" with the right code erases every key', () => {
    expect(play('reset', `?v!v!${code}!!`)).toMatchObject({ screen: 'over', ending: 'erased' });
  });

  test('what ended stays ended', () => {
    const over = play('enrol', '!');
    expect(press(over, { tag: 'enter' }, code)).toBe(over);
  });
});

describe('whatever is pressed', () => {
  const keys = fc.array(fc.constantFrom(...Array.from('vv^!!!x<?#K48271935')), { maxLength: 60 });

  test('nothing breaks, and nothing is kept of the code but how much of it was typed', () => {
    fc.assert(
      fc.property(fc.constantFrom('enrol', 'delete', 'reset' as const), keys, (task, pressed) => {
        const state = play(task, pressed.join(''));
        expect(state.right).toBeLessThanOrEqual(state.typed);
        expect(state.selected).toBeGreaterThanOrEqual(0);
        expect(Object.keys(state).toSorted()).toEqual(Object.keys(startRehearsal(task)).toSorted());
        expect(Object.values(state).some((value) => typeof value === 'string' && /\d/.test(value))).toBe(
          false,
        );
      }),
      { numRuns: 500 },
    );
  });

  test('a key is enrolled only where the code was typed whole, right after "Password:"', () => {
    fc.assert(
      fc.property(keys, (pressed) => {
        let state = startRehearsal('enrol');
        let line = '';
        for (const letter of pressed) {
          const before = state;
          state = press(state, keyOf(letter), code);
          if (before.screen !== 'password') line = '';
          else if (/[\d#]/.test(letter)) line += letter;
          else if (letter === '<') line = line.slice(0, -1);
          const enrolled = state.screen === 'done' && before.screen !== 'done';
          expect(enrolled).toBe(before.screen === 'password' && letter === '!' && line === code);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

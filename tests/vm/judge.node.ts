// SPDX-License-Identifier: GPL-3.0-or-later
//
// What Hearth itself says of a virtual machine: its rehearsal of the firmware's screens, and its judgement of what a guest
// saw. One question as JSON on standard input, one answer on standard output.

import { readFileSync } from 'node:fs';

import { screenText, type ShownKey } from '../../src/core/driver/rehearsal-screen.ts';
import {
  press,
  startRehearsal,
  type RehearsalKey,
  type RehearsalTask,
} from '../../src/core/driver/rehearsal.ts';
import { keySteps } from '../../src/words/key-steps.ts';
import { judgeGuest, type Guest } from './judge-guest.node.ts';

interface Rehearse {
  readonly ask: 'rehearse';
  readonly task: RehearsalTask;
  /** Names of keys, or digits. */
  readonly keys: readonly string[];
  readonly code: string;
  readonly key: ShownKey;
}

interface Guide {
  readonly ask: 'guide';
  readonly task: 'enrol' | 'delete';
}

type Question = Rehearse | Guide | ({ readonly ask: 'guest' } & Guest);

const named = ['up', 'down', 'enter', 'escape', 'backspace', 'other'] as const;
const size = { columns: 160, rows: 42 };

function keyOf(name: string): RehearsalKey {
  const tag = named.find((one) => one === name);
  return tag === undefined ? { tag: 'character', character: name } : { tag };
}

/** The first screen, and the one after each key. */
function rehearse({ task, keys, code, key }: Rehearse): unknown {
  let state = startRehearsal(task);
  const states = [state];
  for (const name of keys) states.push((state = press(state, keyOf(name), code)));
  const screens = states.map((one) => {
    const { lines, selection } = screenText(one, key, size);
    return {
      name: one.screen,
      lines,
      selection: selection && [selection.row, selection.from, selection.to],
    };
  });
  return { screens, ending: state.ending };
}

function answer(question: Question): unknown {
  switch (question.ask) {
    case 'rehearse':
      return rehearse(question);
    case 'guide':
      return keySteps(question.task);
    case 'guest':
      return judgeGuest(question);
  }
}

process.stdout.write(JSON.stringify(answer(JSON.parse(readFileSync(0, 'utf8')) as Question)));

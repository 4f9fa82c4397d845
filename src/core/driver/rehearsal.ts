// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * MokManager (shim 16.1) as far as a key is enrolled or deleted in it, to be practised before the restart. Pure: the code is
 * handed in with each key and never kept, only how much of it was typed and how much of that was right.
 *
 * Where the firmware does something surprising, so does this: Escape on the question goes on to the password, and nothing
 * is lost before the menu is left.
 */

/** What is practised: a key enrolled, a key deleted, or what a power cut in the middle leaves behind. */
export type RehearsalTask = 'enrol' | 'delete' | 'reset';

/**
 * The keys that MokManager knows; every other one is `other`. `shifted` is a digit's key with Shift, which types a sign;
 * `keypad` is a digit of the keypad, which types nothing on many computers before the system starts.
 */
export type RehearsalKey =
  | { readonly tag: 'up' | 'down' | 'enter' | 'escape' | 'backspace' | 'shifted' | 'keypad' | 'other' }
  | { readonly tag: 'character'; readonly character: string };

export type RehearsalScreen =
  /** "Press any key", with a countdown: only after a power cut, as Hearth has it left out otherwise. */
  | 'countdown'
  | 'menu'
  | 'keys'
  | 'view'
  | 'question'
  | 'password'
  /** "Password doesn't match", or nothing was typed. */
  | 'mismatch'
  | 'no-length'
  /** After three of these. */
  | 'failed'
  /** The menu again, with "Reboot" in it. */
  | 'done'
  /** MokManager was left. */
  | 'over';

/** What the person just ran into and should be told, besides what the screen itself says. */
export type RehearsalRemark =
  'disk' | 'said-no' | 'try-again' | 'two-left' | 'one-left' | 'keypad' | 'shift' | null;

export interface Rehearsal {
  readonly task: RehearsalTask;
  readonly screen: RehearsalScreen;
  /** Which line is selected, from 0. */
  readonly selected: number;
  /** Characters typed, and how many of them from the first on are those of the code. */
  readonly typed: number;
  readonly right: number;
  /** Wrong codes in a row, 0 to 3, and what the firmware said of the last one. */
  readonly misses: number;
  readonly miss: 'mismatch' | 'no-length' | null;
  readonly remark: RehearsalRemark;
  /** How MokManager was left. */
  readonly ending: RehearsalEnding | null;
}

/**
 * `done`: the key is enrolled or deleted. `lost`: left without, and the request is gone. `kept`: left the "Reset MOK" menu
 * with all keys in place, which is right. `erased`: every stored key is gone.
 */
export type RehearsalEnding = 'done' | 'lost' | 'kept' | 'erased';

/** Longest password that MokManager takes. */
const longest = 256;
const chances = 3;

export function startRehearsal(task: RehearsalTask): Rehearsal {
  return {
    task,
    screen: task === 'reset' ? 'countdown' : 'menu',
    selected: 0,
    typed: 0,
    right: 0,
    misses: 0,
    miss: null,
    remark: null,
    ending: null,
  };
}

/** Lines to choose from, in the firmware's own English; empty where there is nothing to choose. */
export function choices({ task, screen }: Pick<Rehearsal, 'task' | 'screen'>): readonly string[] {
  const disk = ['Enroll key from disk', 'Enroll hash from disk'];
  switch (screen) {
    case 'menu':
      return ['Continue boot', menuEntry[task], ...disk];
    case 'done':
      return ['Reboot', ...disk];
    case 'keys':
      return ['View key 0', 'Continue'];
    case 'question':
      return ['No', 'Yes'];
    case 'mismatch':
    case 'no-length':
    case 'failed':
      return ['OK'];
    case 'countdown':
    case 'view':
    case 'password':
    case 'over':
      return [];
  }
}

/** The second line of the menu: what tells a request that is there from one that a power cut took. */
export const menuEntry: Readonly<Record<RehearsalTask, string>> = {
  enrol: 'Enroll MOK',
  delete: 'Delete MOK',
  reset: 'Reset MOK',
};

/** Lines at the top of the screen. */
export function titleLines({
  task,
  screen,
  miss,
}: Pick<Rehearsal, 'task' | 'screen' | 'miss'>): readonly string[] {
  switch (screen) {
    case 'countdown':
      return ['Shim UEFI key management'];
    case 'menu':
    case 'done':
      return ['Perform MOK management'];
    case 'keys':
      return [task === 'delete' ? '[Delete MOK]' : '[Enroll MOK]'];
    case 'question':
      return [question[task]];
    case 'password':
      // The screen is not cleared between two tries: what it said about the last one stays.
      return miss === null ? [question[task]] : titleLines({ task, screen: miss, miss });
    case 'mismatch':
      return ['ERROR', '', "Password doesn't match"];
    case 'no-length':
      return ['ERROR', '', 'Invalid password length'];
    case 'failed':
      return [failure[task]];
    case 'view':
    case 'over':
      return [];
  }
}

const question: Readonly<Record<RehearsalTask, string>> = {
  enrol: 'Enroll the key(s)?',
  delete: 'Delete the key(s)?',
  reset: 'Erase all stored keys in MokList?',
};

const failure: Readonly<Record<RehearsalTask, string>> = {
  enrol: 'Failed to enroll keys',
  delete: 'Failed to delete keys',
  reset: 'Failed to erase keys',
};

/** What one key does. @param code the one-time code, digits */
export function press(state: Rehearsal, key: RehearsalKey, code: string): Rehearsal {
  if (state.screen === 'over') return state;
  if (state.screen === 'countdown') return go(state, 'menu');
  if (state.screen === 'view') return go(state, 'keys');
  if (state.screen === 'password') return typeKey(state, key, code);
  const lines = choices(state);
  switch (key.tag) {
    case 'up':
      return { ...state, selected: Math.max(0, state.selected - 1), remark: null };
    case 'down':
      return { ...state, selected: Math.min(lines.length - 1, state.selected + 1), remark: null };
    case 'enter':
      return chosen(state, state.selected);
    case 'escape':
      return chosen(state, null);
    case 'backspace':
    case 'shifted':
    case 'keypad':
    case 'other':
    case 'character':
      return state;
  }
}

/** @param line which line was chosen; null for Escape */
function chosen(state: Rehearsal, line: number | null): Rehearsal {
  switch (state.screen) {
    case 'menu':
      if (line === null || line === 0) return leave(state, state.task === 'reset' ? 'kept' : 'lost');
      if (line > 1) return { ...state, remark: 'disk' };
      return go(state, state.task === 'reset' ? 'question' : 'keys');
    case 'done':
      if (line !== null && line > 0) return { ...state, remark: 'disk' };
      return leave(state, state.task === 'reset' ? 'erased' : 'done');
    case 'keys':
      return go(state, line === 0 ? 'view' : 'question');
    case 'question':
      // Escape is not "No" here: MokManager goes on to the password.
      if (line === 0) return { ...go(state, 'menu'), remark: 'said-no' };
      return { ...go(state, 'password'), misses: 0, miss: null };
    case 'mismatch':
    case 'no-length':
      return state.misses < chances ? go(state, 'password') : go(state, 'failed');
    case 'failed':
      return { ...go(state, 'menu'), misses: 0, miss: null, remark: 'try-again' };
    case 'countdown':
    case 'view':
    case 'password':
    case 'over':
      return state;
  }
}

function typeKey(state: Rehearsal, key: RehearsalKey, code: string): Rehearsal {
  switch (key.tag) {
    case 'enter':
      return submit(state, code);
    case 'backspace': {
      const typed = Math.max(0, state.typed - 1);
      return { ...state, typed, right: Math.min(state.right, typed), remark: null };
    }
    case 'character': {
      if (state.typed >= longest) return state;
      const fits = state.right === state.typed && code[state.typed] === key.character;
      return { ...state, typed: state.typed + 1, right: state.right + (fits ? 1 : 0), remark: null };
    }
    case 'shifted':
      return { ...typeKey(state, { tag: 'character', character: '' }, code), remark: 'shift' };
    case 'keypad':
      return { ...state, remark: 'keypad' };
    case 'up':
    case 'down':
    case 'escape':
    case 'other':
      return state;
  }
}

function submit(state: Rehearsal, code: string): Rehearsal {
  if (state.typed === code.length && state.right === code.length && code !== '') return go(state, 'done');
  const misses = state.misses + 1;
  const remark = misses === 1 ? 'two-left' : misses === 2 ? 'one-left' : null;
  const miss = state.typed === 0 ? 'no-length' : 'mismatch';
  return { ...go(state, miss), misses, miss, remark };
}

function go(state: Rehearsal, screen: RehearsalScreen): Rehearsal {
  return { ...state, screen, selected: 0, typed: 0, right: 0, remark: null };
}

function leave(state: Rehearsal, ending: RehearsalEnding): Rehearsal {
  return { ...go(state, 'over'), ending };
}

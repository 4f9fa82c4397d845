// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import type { ErrorCode } from '../../core/errors.ts';
import type { Offer, Shelf } from '../../core/models/types.ts';
import type { Plan } from '../../core/setup/plan.ts';
import { step } from '../../core/setup/plan.ts';
import type { HearthState } from '../../core/setup/state.ts';
import type { Assistant, Event, Next, Turn } from './machine.ts';
import { advance, assistant } from './machine.ts';

const plan: Plan = { id: 'p1', task: 'model', steps: [step('key', { do: 'make-key', path: '/k' })] };
const nothing: Plan = { ...plan, steps: [] };
const endpoint = { baseUrl: 'http://127.0.0.1:8765/v1' } as never;
const answer = { text: 'ja' } as never;

function offer(id: string, more: Partial<Offer> = {}): Offer {
  return {
    entry: { id },
    fit: {},
    installed: null,
    partial: null,
    onDisk: null,
    refused: null,
    ...more,
  } as Offer;
}

function seen(change: Partial<HearthState> = {}): HearthState {
  const shelf: Shelf = {
    offers: [offer('small'), offer('open'), offer('huge', { refused: 'does-not-fit' })],
    own: [],
    loose: [],
    managedBy: null,
    picks: [
      {
        role: 'balanced',
        modelId: 'small',
        reason: { kind: 'fastest-that-fits' },
        smaller: null,
        larger: null,
      },
      { role: 'open-data', modelId: 'open', reason: { kind: 'data-published' }, smaller: null, larger: null },
    ],
    problems: [],
  };
  const state = {
    mode: { tag: 'real' },
    choices: { modelId: null },
    shelf,
    goose: { program: { path: '/usr/bin/goose', version: null } },
    standings: { driver: { tag: 'not-needed' }, model: { tag: 'ready', offer: 'choose-model' } },
    ...change,
  };
  return state as unknown as HearthState;
}

const practice = { tag: 'practice', machine: 'laptop', folder: '/tmp/x' } as const;

/** Plays events after each other and returns each turn. */
function play(first: Assistant, events: readonly Event[], now = seen()): Turn[] {
  let state = first;
  return events.map((event) => {
    const turn = advance(state, event, now);
    state = turn.state;
    return turn;
  });
}

const asking = assistant({ unattended: false, wanted: null, suggestion: 'Why?' });
const alone = assistant({ unattended: true, wanted: null, suggestion: 'Why?' });
const start: readonly Event[] = [{ tag: 'started' }, { tag: 'looked' }];
const enterKey: Event = { tag: 'replied', text: '' };
const failedWith = (code: ErrorCode): Event => ({ tag: 'failed', error: { code, args: {}, detail: null } });

function last(turns: readonly Turn[]): Turn {
  const turn = turns.at(-1);
  if (turn === undefined) throw new Error('nothing happened');
  return turn;
}
const shown = (turn: Turn): string[] => turn.show.map((each) => each.show);
const questionOf = (next: Next): string | null => (next.do === 'ask' ? next.question.id : null);

describe('the assistant', () => {
  it('goes from welcome to an answer by pressing Enter', () => {
    const turns = play(asking, [
      ...start,
      enterKey,
      enterKey,
      { tag: 'planned', plan },
      enterKey,
      { tag: 'applied' },
      { tag: 'served', endpoint },
      enterKey,
      { tag: 'model-said', answer },
      enterKey,
      { tag: 'planned', plan },
      enterKey,
      { tag: 'applied' },
      { tag: 'goose-said', answer },
    ]);
    expect(turns.map((turn) => turn.next.do)).toEqual([
      'look',
      'ask',
      'ask',
      'choose-and-plan',
      'ask',
      'apply',
      'serve',
      'ask',
      'ask-model',
      'ask',
      'plan-tools',
      'ask',
      'apply',
      'ask-goose',
      'end',
    ]);
    expect(turns[3]?.next).toMatchObject({ modelId: 'small' });
    expect(turns[8]?.next).toMatchObject({ prompt: 'Why?' });
    expect(last(turns).next).toEqual({ do: 'end', exit: 0 });
  });

  it('asks nothing when unattended, and shows the same', () => {
    const turns = play(alone, [
      ...start,
      { tag: 'planned', plan },
      { tag: 'applied' },
      { tag: 'served', endpoint },
      { tag: 'model-said', answer },
      { tag: 'planned', plan: nothing },
      { tag: 'goose-said', answer },
    ]);
    expect(turns.map((turn) => turn.next.do)).toEqual([
      'look',
      'choose-and-plan',
      'apply',
      'serve',
      'ask-model',
      'plan-tools',
      'ask-goose',
      'end',
    ]);
    expect(turns.flatMap(shown)).toEqual([
      'welcome',
      'computer',
      'driver',
      'picks',
      'chosen',
      'plan',
      'carried-out',
      'serving',
      'question',
      'measured',
      'tools',
      'nothing-to-do',
      'goose-question',
      'goose-measured',
      'summary',
    ]);
  });

  it('starts from what is there: a model that is on the disk, or half of one', () => {
    const there = seen({
      choices: { modelId: 'open' } as never,
      standings: { driver: { tag: 'done' }, model: { tag: 'done' } } as never,
    });
    const turns = play(asking, [...start, enterKey, enterKey], there);
    expect(questionOf(turns[2]!.next)).toBe('keep-model');
    expect(last(turns).next.do).toBe('serve');

    const half = seen();
    const partial = { modelId: 'open', bytes: 5, total: 10, path: '/p' };
    const resumed = {
      ...half,
      shelf: { ...half.shelf!, offers: [offer('small'), offer('open', { partial })] },
    };
    const again = play(asking, [...start, enterKey, enterKey], resumed);
    expect(shown(again[2]!)).toContain('resumes');
    expect(last(again).next).toMatchObject({ do: 'choose-and-plan', modelId: 'open' });
  });

  it('takes a number, a name or the whole shelf, and asks again for anything else', () => {
    const at = last(play(asking, [...start, enterKey])).state;
    const choose = (text: string): Turn => advance(at, { tag: 'replied', text }, seen());
    expect(choose('2').next).toMatchObject({ modelId: 'open' });
    expect(choose('Open').next).toMatchObject({ modelId: 'open' });
    expect(shown(choose('m'))).toEqual(['shelf']);
    for (const nonsense of ['0', '7', 'huge', '-1', 'constructor']) {
      expect(shown(choose(nonsense)), nonsense).toEqual(['not-understood']);
      expect(questionOf(choose(nonsense).next)).toBe('pick');
    }
  });

  it('says when the publisher is out of reach, and offers practice', () => {
    const before: readonly Event[] = [...start, enterKey, enterKey, { tag: 'planned', plan }, enterKey];
    for (const code of ['offline', 'host-not-found', 'connection-refused', 'tls'] as const) {
      const turns = play(asking, [...before, failedWith(code), enterKey]);
      expect(shown(turns.at(-2)!)).toEqual(['unreachable']);
      expect(last(turns).next.do).toBe('practise');
    }
    const retried = play(asking, [...before, failedWith('offline'), { tag: 'replied', text: 'r' }]);
    expect(last(retried).next).toEqual({ do: 'apply', plan });
    const unattended = play(alone, [...start, { tag: 'planned', plan }, failedWith('offline')]);
    expect(last(unattended).next).toEqual({ do: 'end', exit: 3 });
  });

  it('does not offer practice to somebody who practises', () => {
    const now = seen({
      mode: practice,
      shelf: { offers: [], picks: [], own: [], loose: [], managedBy: null, problems: [] },
    });
    expect(last(play(asking, [...start, enterKey], now)).next).toEqual({ do: 'end', exit: 3 });
    const real = seen({
      shelf: { offers: [], picks: [], own: [], loose: [], managedBy: null, problems: [] },
    });
    expect(questionOf(last(play(asking, [...start, enterKey], real)).next)).toBe('nothing-fits');
    expect(last(play(alone, start, real)).next).toEqual({ do: 'end', exit: 3 });
  });

  it('does nothing after a no, and says so with its exit code', () => {
    const turns = play(asking, [
      ...start,
      enterKey,
      enterKey,
      { tag: 'planned', plan },
      { tag: 'replied', text: 'n' },
    ]);
    expect(shown(last(turns))).toEqual(['not-done', 'summary']);
    expect(last(turns).next).toEqual({ do: 'end', exit: 4 });
  });

  it('ends without Goose where there is none, and still well', () => {
    const now = seen({ goose: { program: null } as never });
    const turns = play(
      alone,
      [
        ...start,
        { tag: 'planned', plan },
        { tag: 'applied' },
        { tag: 'served', endpoint },
        { tag: 'model-said', answer },
      ],
      now,
    );
    expect(shown(last(turns))).toEqual(['measured', 'no-goose', 'summary']);
    expect(last(turns).next).toEqual({ do: 'end', exit: 0 });
  });

  it('passes a failure of Goose on in the exit code', () => {
    const before: readonly Event[] = [
      ...start,
      { tag: 'planned', plan },
      { tag: 'applied' },
      { tag: 'served', endpoint },
      { tag: 'model-said', answer },
    ];
    expect(last(play(alone, [...before, failedWith('goose-silent')])).next).toEqual({ do: 'end', exit: 1 });
  });

  it('ends at once when interrupted, at the end of the answers, and at q', () => {
    const at = last(play(asking, start)).state;
    expect(advance(at, { tag: 'interrupted' }, seen()).next).toEqual({ do: 'end', exit: 130 });
    expect(advance(at, failedWith('cancelled'), seen()).next).toEqual({ do: 'end', exit: 130 });
    expect(advance(at, { tag: 'input-ended' }, seen()).next).toEqual({ do: 'end', exit: 4 });
    expect(advance(at, { tag: 'replied', text: 'q' }, seen()).next).toEqual({ do: 'end', exit: 4 });
  });

  it('goes back with b', () => {
    const at = last(play(asking, [...start, enterKey])).state;
    expect(advance(at, { tag: 'replied', text: 'b' }, seen()).state.page).toBe('computer');
  });

  it('is total, and never carries anything out that was not agreed to', () => {
    const event = fc.oneof(
      fc.constantFrom<Event>(
        { tag: 'started' },
        { tag: 'looked' },
        { tag: 'applied' },
        { tag: 'planned', plan },
        { tag: 'planned', plan: nothing },
        { tag: 'served', endpoint },
        { tag: 'model-said', answer },
        { tag: 'goose-said', answer },
        failedWith('offline'),
        failedWith('hash-mismatch'),
      ),
      fc
        .constantFrom('', 'y', 'n', '1', 'm', 'r', 'o', 'p', 's', 'b', 'x')
        .map((text): Event => ({ tag: 'replied', text })),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let state = asking;
        for (const each of events) {
          const before = state;
          const turn = advance(state, each, seen());
          if (turn.next.do === 'apply') expect(each.tag === 'replied' && before.asked !== null).toBe(true);
          if (turn.next.do === 'end') return;
          state = turn.state;
        }
      }),
    );
  });
});

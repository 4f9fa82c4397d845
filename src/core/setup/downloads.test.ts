// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdReasons, type HoldReason } from '../models/transfer-rules.ts';
import {
  ask,
  atOnce,
  drop,
  ended,
  hold,
  isAlive,
  itemOf,
  noDownloads,
  pause,
  placeInQueue,
  release,
  roomTaken,
  seenOnDisk,
  stopped,
  sumOf,
  told,
  type DownloadEnd,
  type DownloadQueue,
  type DownloadStep,
  type QueueChange,
} from './downloads.ts';

const total = 1000;
const error = { code: 'tls', args: {}, detail: null } as const;

/** A queue with what it told the engine to do. */
class Play {
  queue: DownloadQueue = noDownloads;
  steps: string[] = [];

  do(change: QueueChange): this {
    [this.queue] = change;
    this.steps.push(...change[1].map((step) => `${step.do} ${step.modelId}`));
    return this;
  }

  ask(modelId: string, agreed: readonly HoldReason[] = []): this {
    const asked = {
      modelId,
      plan: `p-${modelId}`,
      steps: 1,
      total,
      bytes: 0,
      host: 'h',
      agreed,
      needsRoom: true,
    };
    return this.do(ask(this.queue, asked));
  }

  end(modelId: string, end: DownloadEnd): this {
    return this.do(ended(this.queue, modelId, `p-${modelId}`, end));
  }

  get shown(): readonly string[] {
    return this.queue.items.map(
      ({ modelId, status, held }) => `${modelId} ${status}${held === null ? '' : ` ${held}`}`,
    );
  }
}

test('two run, the third waits its turn', () => {
  const play = new Play().ask('a').ask('b').ask('c').ask('d');
  expect(play.shown).toEqual(['a running', 'b running', 'c waiting', 'd waiting']);
  expect(placeInQueue(play.queue.items, 'd')).toBe(2);
  expect(placeInQueue(play.queue.items, 'a')).toBeNull();
  play.end('a', 'done');
  expect(play.shown).toEqual(['b running', 'c running', 'd waiting']);
  expect(play.steps).toEqual(['start a', 'start b', 'start c']);
});

test('the same model twice is busy, wherever it stands', () => {
  const play = new Play().ask('a').ask('b').ask('c');
  for (const id of ['a', 'c']) expect(() => play.ask(id)).toThrow(/busy/);
  play.do(hold(play.queue, 'a', 'metered'));
  expect(() => play.ask('a')).toThrow(/busy/);
});

test('paused by a person: the turn is free only when the bytes have stopped', () => {
  const play = new Play().ask('a').ask('b').ask('c');
  play.do(pause(play.queue, 'a'));
  expect(play.shown).toEqual(['a pausing', 'b running', 'c waiting']);
  play.end('a', 'stopped');
  expect(play.shown).toEqual(['a paused', 'b running', 'c running']);
  expect(play.steps.slice(2)).toEqual(['end a', 'start c']);
  expect(play.ask('a').shown).toEqual(['b running', 'c running', 'a waiting']);
});

test('one that only waits is paused at once, and its late end says nothing', () => {
  const play = new Play().ask('a').ask('b').ask('c');
  play.do(pause(play.queue, 'c')).end('c', 'stopped');
  expect(play.shown.at(-1)).toBe('c paused');
  play.do(ended(play.queue, 'a', 'an earlier plan', 'done'));
  expect(play.shown[0]).toBe('a running');
});

test('held: the lane stays and gives its turn away; over, it waits for one', () => {
  const play = new Play().ask('a').ask('b').ask('c');
  play.do(hold(play.queue, 'a', 'metered'));
  play.do(stopped(play.queue, 'a'));
  expect(play.shown).toEqual(['a paused metered', 'b running', 'c running']);
  play.do(release(play.queue, 'a', false));
  expect(play.shown[0]).toBe('a waiting');
  play.end('b', 'done');
  expect(play.shown).toEqual(['a running', 'c running']);
});

test('what a person agreed to does not hold again', () => {
  const play = new Play().ask('a');
  play
    .do(hold(play.queue, 'a', 'metered'))
    .do(stopped(play.queue, 'a'))
    .do(release(play.queue, 'a', true));
  play.do(hold(play.queue, 'a', 'metered'));
  expect(play.shown).toEqual(['a running']);
  play.do(hold(play.queue, 'a', 'low-battery'));
  // Agreed while its bytes are still being stopped.
  play.do(release(play.queue, 'a', true)).do(stopped(play.queue, 'a'));
  expect(play.shown).toEqual(['a running']);
  const known = new Play().ask('b', ['metered']);
  expect(known.do(hold(known.queue, 'b', 'metered')).shown).toEqual(['b running']);
});

test('a failure stays until it is tried again or dropped', () => {
  const play = new Play().ask('a').end('a', { error });
  expect(itemOf(play.queue.items, 'a')).toMatchObject({ status: 'failed', error });
  expect(new Play().ask('a').end('a', { error }).ask('a').shown).toEqual(['a running']);
  expect(play.do(drop(play.queue, 'a')).shown).toEqual([]);
});

test('dropped: off the list, also when the disk still shows what came', () => {
  const play = new Play().ask('a');
  play.do(drop(play.queue, 'a'));
  expect(play.shown).toEqual(['a pausing']);
  play.end('a', 'stopped');
  const partials = [{ modelId: 'a', bytes: 10, total, path: '/a' }];
  play.queue = seenOnDisk(play.queue, partials, new Set());
  expect(play.shown).toEqual([]);
  expect(seenOnDisk(noDownloads, partials, new Set()).items).toMatchObject([
    { modelId: 'a', status: 'paused' },
  ]);
  expect(play.ask('a').shown).toEqual(['a running']);
});

test('the disk decides what is paused', () => {
  const partials = [{ modelId: 'a', bytes: 10, total, path: '/a' }];
  const seen = seenOnDisk(noDownloads, partials, new Set());
  expect(seenOnDisk(seen, partials, new Set())).toBe(seen);
  expect(seenOnDisk(seen, [], new Set()).items).toEqual([]);
  expect(seenOnDisk(seen, partials, new Set(['a'])).items).toEqual([]);
  const play = new Play().ask('a').ask('b').ask('c');
  play.do(pause(play.queue, 'c'));
  play.queue = seenOnDisk(play.queue, [], new Set());
  expect(play.shown.at(-1)).toBe('c paused');
});

test('sums: what is left, how long, and the room that is spoken for', () => {
  const play = new Play().ask('a').ask('b').ask('c');
  const news = { step: 1, steps: 2, total, phase: 'downloading', host: 'h' } as const;
  play.queue = told(play.queue, 'a', { ...news, done: 400, rate: 100 });
  expect(itemOf(play.queue.items, 'a')?.secondsLeft).toBe(6);
  play.queue = told(play.queue, 'b', { ...news, done: 0, rate: null, phase: 'no-network' });
  expect(sumOf(play.queue.items)).toEqual({ count: 3, bytesLeft: 2600, secondsLeft: 26 });
  expect(roomTaken(play.queue.items, 'b')).toBe(1600);
  expect(sumOf(noDownloads.items)).toEqual({ count: 0, bytesLeft: 0, secondsLeft: null });
});

const ids = ['a', 'b', 'c', 'd', 'e'];
const move = fc.record({
  id: fc.constantFrom(...ids),
  what: fc.constantFrom(
    ...([
      'ask',
      'pause',
      'drop',
      'hold',
      'release',
      'agree',
      'stopped',
      'done',
      'fail',
      'told',
      'disk',
    ] as const),
  ),
  reason: fc.constantFrom(...holdReasons),
});

/** Lanes as an engine would have them: what was asked for and has not ended. */
interface Lane {
  readonly plan: string;
  moving: boolean;
  ending: boolean;
}

function obey(lanes: Map<string, Lane>, steps: readonly DownloadStep[]): void {
  for (const { do: what, modelId } of steps) {
    const lane = lanes.get(modelId);
    expect(lane, `${what} for ${modelId}, which has no lane`).toBeDefined();
    if (lane === undefined) continue;
    if (what === 'start') {
      expect(lane.moving, 'started twice').toBe(false);
      lane.moving = true;
    }
    if (what === 'end') {
      lane.ending = true;
      // One that only waits ends at once, by the engine's own hand.
      if (!lane.moving) lanes.delete(modelId);
    }
  }
}

test('any sequence: nothing is lost, never more than two, never one twice', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 120 }), (moves) => {
      let queue = noDownloads;
      let plans = 0;
      const lanes = new Map<string, Lane>();
      const take = ([after, steps]: QueueChange): void => {
        queue = after;
        obey(lanes, steps);
      };
      for (const { id, what, reason } of moves) {
        const lane = lanes.get(id);
        const before = itemOf(queue.items, id);
        if (what === 'ask') {
          plans += 1;
          const asked = {
            modelId: id,
            plan: `${plans}`,
            steps: 1,
            total,
            bytes: 0,
            host: null,
            agreed: [],
            needsRoom: true,
          };
          if (lane !== undefined) expect(() => ask(queue, asked)).toThrow(/busy/);
          else {
            lanes.set(id, { plan: `${plans}`, moving: false, ending: false });
            take(ask(queue, asked));
          }
        } else if (what === 'pause') take(pause(queue, id));
        else if (what === 'drop') take(drop(queue, id));
        else if (what === 'hold') take(hold(queue, id, reason));
        else if (what === 'release' || what === 'agree') take(release(queue, id, what === 'agree'));
        else if (what === 'stopped' && lane?.moving === true && before?.held != null) {
          lane.moving = false;
          take(stopped(queue, id));
        } else if ((what === 'done' || what === 'fail' || what === 'stopped') && lane?.moving === true) {
          if (what === 'stopped' && !lane.ending) continue;
          lanes.delete(id);
          take(
            ended(queue, id, lane.plan, what === 'done' ? 'done' : what === 'fail' ? { error } : 'stopped'),
          );
        } else if (what === 'told') {
          queue = told(queue, id, {
            step: 0,
            steps: 1,
            done: 5,
            total,
            rate: 1,
            phase: 'downloading',
            host: null,
          });
        } else if (what === 'disk') queue = seenOnDisk(queue, [], new Set());
        const names = queue.items.map(({ modelId }) => modelId);
        expect(new Set(names).size, 'a model stands there twice').toBe(names.length);
        const alive = queue.items.filter(isAlive).map(({ modelId }) => modelId);
        expect(new Set(alive), 'lanes and list differ').toEqual(new Set(lanes.keys()));
        expect([...lanes.values()].filter(({ moving }) => moving).length).toBeLessThanOrEqual(atOnce);
        const free =
          queue.items.filter(({ status }) => status === 'running' || status === 'pausing').length < atOnce;
        const waits = queue.items.some(({ status }) => status === 'waiting');
        expect(free && waits, 'a turn is free and somebody waits').toBe(false);
      }
      // Everything that is alive gets its turn and ends.
      for (let round = 0; lanes.size > 0; round += 1) {
        expect(round, 'it never ends').toBeLessThan(50);
        for (const item of queue.items) if (item.held !== null) take(release(queue, item.modelId, true));
        for (const [id, lane] of [...lanes]) {
          if (!lane.moving) continue;
          const item = itemOf(queue.items, id);
          if (item?.status === 'pausing' && item.held !== null) {
            lane.moving = false;
            take(stopped(queue, id));
          } else {
            lanes.delete(id);
            take(ended(queue, id, lane.plan, lane.ending ? 'stopped' : 'done'));
          }
        }
      }
    }),
    { numRuns: 2000 },
  );
});

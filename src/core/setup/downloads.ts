// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError, type ErrorValue } from '../errors.ts';
import type { HoldReason } from '../models/transfer-rules.ts';
import type { PartialDownload } from '../models/types.ts';
import type { HearthState } from './state.ts';
import type { Progress } from './tasks.ts';

/**
 * The downloads of models, as a function of what happened. The engine carries the commands out; all rules are here.
 *
 * - Each model has a lane of its own; the same model twice is refused.
 * - Two at most move bytes at once, the others wait in the order in which they were asked for. One alone would stand
 *   still whenever its publisher does; more share the same line and disk, so that everything is there later, and each
 *   takes a processor for its hash.
 * - A person pauses: the lane ends, and what came is on the disk, which is what is shown as paused.
 * - Hearth holds: the lane stays, gives its turn away, and goes on when the reason is over or a person agrees.
 * - What failed stays in the list until it is tried again or dropped. Nothing goes on by itself after a failure.
 */

export const atOnce = 2;

export type DownloadStatus = 'waiting' | 'running' | 'pausing' | 'paused' | 'failed';

export interface DownloadItem {
  readonly modelId: string;
  /** Plan that brings it; null for a file that lies there from before. */
  readonly plan: string | null;
  readonly status: DownloadStatus;
  /** Step of its plan, from 0, and how many there are. */
  readonly step: number;
  readonly steps: number;
  readonly bytes: number;
  readonly total: number;
  /** Bytes per second, or null while nothing comes. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
  readonly host: string | null;
  readonly phase: Progress['phase'] | null;
  /** Why it paused by itself; null when it did not. */
  readonly held: HoldReason | null;
  readonly error: ErrorValue | null;
  /** What a person knows of and goes on in spite of. */
  readonly agreed: readonly HoldReason[];
  /** What is still to come takes room on the disk; false for a file that is there already. */
  readonly needsRoom: boolean;
}

export interface DownloadQueue {
  readonly items: readonly DownloadItem[];
  /** Taken off the list by a person; what came of them lies on the disk all the same. */
  readonly dropped: readonly string[];
}

export type DownloadStep =
  /** Its turn: bytes may move. */
  | { readonly do: 'start'; readonly modelId: string }
  /** Bytes stop, the lane stays. */
  | { readonly do: 'hold'; readonly modelId: string }
  /** The lane ends. */
  | { readonly do: 'end'; readonly modelId: string };

export type QueueChange = readonly [DownloadQueue, readonly DownloadStep[]];

export const noDownloads: DownloadQueue = { items: [], dropped: [] };

/** Somebody in Hearth works on it or waits to. */
export function isAlive({ status, held }: DownloadItem): boolean {
  return status === 'waiting' || status === 'running' || status === 'pausing' || held !== null;
}

export function itemOf(items: readonly DownloadItem[], modelId: string): DownloadItem | null {
  return items.find((item) => item.modelId === modelId) ?? null;
}

/** Why a model did not come; what the task failed with is about the chosen one. */
export function failureOf(
  { downloads, choices, failures }: Pick<HearthState, 'downloads' | 'choices' | 'failures'>,
  modelId: string,
): ErrorValue | null {
  const own = itemOf(downloads, modelId)?.error ?? null;
  return own ?? (choices.modelId === modelId ? (failures.model ?? null) : null);
}

/** Trying again gives the same answer, and what came is of no use, until the list of models is a newer one. */
export function awaitsCatalogue(failure: ErrorValue | null): boolean {
  return failure?.code === 'publisher-changed';
}

export type NewDownload = Pick<
  DownloadItem,
  'modelId' | 'steps' | 'total' | 'bytes' | 'host' | 'agreed' | 'needsRoom'
> & { readonly plan: string };

/** @throws busy when the model is on its way already */
export function ask(queue: DownloadQueue, asked: NewDownload): QueueChange {
  const before = itemOf(queue.items, asked.modelId);
  if (before !== null && isAlive(before)) throw new HearthError('busy', { name: asked.modelId });
  const item: DownloadItem = { ...idle, ...asked, status: 'waiting' };
  return next({
    items: [...queue.items.filter(({ modelId }) => modelId !== asked.modelId), item],
    dropped: queue.dropped.filter((id) => id !== asked.modelId),
  });
}

/** A person stops it for now. */
export function pause(queue: DownloadQueue, modelId: string): QueueChange {
  const item = itemOf(queue.items, modelId);
  if (item === null || !isAlive(item)) return [queue, []];
  const busy = item.status === 'running' || item.status === 'pausing';
  const change: Partial<DownloadItem> = busy
    ? { status: 'pausing', held: null }
    : { ...quiet, status: 'paused', held: null, plan: null };
  return next(put(queue, modelId, change), { do: 'end', modelId });
}

/** A person takes it off the list. */
export function drop(queue: DownloadQueue, modelId: string): QueueChange {
  const item = itemOf(queue.items, modelId);
  if (item === null) return [queue, []];
  const dropped = [...queue.dropped.filter((id) => id !== modelId), modelId];
  const [paused, steps] = pause({ ...queue, dropped }, modelId);
  const left = itemOf(paused.items, modelId);
  return [left !== null && isAlive(left) ? paused : remove(paused, modelId), steps];
}

/** Something speaks against it now. */
export function hold(queue: DownloadQueue, modelId: string, reason: HoldReason): QueueChange {
  const item = itemOf(queue.items, modelId);
  if (item === null || item.held === reason || item.agreed.includes(reason)) return [queue, []];
  if (item.status === 'waiting')
    return next(put(queue, modelId, { ...quiet, status: 'paused', held: reason }));
  if (item.status === 'running')
    return next(put(queue, modelId, { status: 'pausing', held: reason }), { do: 'hold', modelId });
  // Why it stands still may change meanwhile.
  return [item.held === null ? queue : put(queue, modelId, { held: reason }), []];
}

/** The reason is over, or (`agreed`) a person goes on in spite of it. */
export function release(queue: DownloadQueue, modelId: string, agreed: boolean): QueueChange {
  const item = itemOf(queue.items, modelId);
  if (item?.held == null) return [queue, []];
  const all = agreed ? [...item.agreed, item.held] : item.agreed;
  // Bytes that are being stopped are stopped first; then it goes on, see `stopped`.
  if (item.status === 'pausing') return [put(queue, modelId, { agreed: all }), []];
  return next(put(queue, modelId, { agreed: all, held: null, status: 'waiting' }));
}

export type DownloadNews = Omit<Progress, 'stepId'>;

export function told(queue: DownloadQueue, modelId: string, news: DownloadNews): DownloadQueue {
  const { step, steps, done, total, rate, phase, host } = news;
  const item = itemOf(queue.items, modelId);
  if (item === null || !isAlive(item)) return queue;
  const size = total ?? item.total;
  const bytes = done ?? item.bytes;
  const moving = rate !== null && rate >= 1 && phase === 'downloading';
  const secondsLeft = moving ? Math.max(0, size - bytes) / rate : null;
  return put(queue, modelId, {
    ...{ step, steps, bytes, rate, phase, secondsLeft },
    total: size,
    host: host ?? item.host,
  });
}

/** A held lane's bytes have stopped. */
export function stopped(queue: DownloadQueue, modelId: string): QueueChange {
  const item = itemOf(queue.items, modelId);
  if (item === null || item.status !== 'pausing') return [queue, []];
  const over = item.held === null || item.agreed.includes(item.held);
  const change: Partial<DownloadItem> = over ? { status: 'waiting', held: null } : { status: 'paused' };
  return next(put(queue, modelId, { ...quiet, ...change }));
}

export type DownloadEnd = 'done' | 'stopped' | { readonly error: ErrorValue };

/** A lane has ended. One that gave way to a later plan of the same model says nothing any more. */
export function ended(queue: DownloadQueue, modelId: string, plan: string, end: DownloadEnd): QueueChange {
  if (itemOf(queue.items, modelId)?.plan !== plan) return [queue, []];
  if (end === 'done' || queue.dropped.includes(modelId)) return next(remove(queue, modelId));
  const common = { ...quiet, held: null, plan: null, step: 0, steps: 1 };
  const change: Partial<DownloadItem> =
    end === 'stopped' ? { ...common, status: 'paused' } : { ...common, status: 'failed', error: end.error };
  return next(put(queue, modelId, change));
}

/** What the disk shows: partial files are paused downloads, and what is whole is none any more. */
export function seenOnDisk(
  queue: DownloadQueue,
  partials: readonly PartialDownload[],
  installed: ReadonlySet<string>,
): DownloadQueue {
  const kept = queue.items.flatMap((item): readonly DownloadItem[] => {
    if (isAlive(item)) return [item];
    if (installed.has(item.modelId)) return [];
    const bytes = partials.find(({ modelId }) => modelId === item.modelId)?.bytes ?? 0;
    // Nothing came of it yet, or what came was thrown away: only what a person still has to decide about stays.
    if (bytes === 0 && item.status === 'paused' && item.bytes > 0) return [];
    return [bytes === item.bytes ? item : { ...item, bytes }];
  });
  const found = partials
    .filter(({ modelId }) => itemOf(kept, modelId) === null)
    .filter(({ modelId }) => !installed.has(modelId) && !queue.dropped.includes(modelId))
    .map(({ modelId, bytes, total }): DownloadItem => ({ ...idle, modelId, bytes, total }));
  const same = found.length === 0 && kept.every((item, index) => item === queue.items[index]);
  return same && kept.length === queue.items.length ? queue : { ...queue, items: [...kept, ...found] };
}

/** Bytes that are still to be written for what is on its way, beside one model. */
export function roomTaken(items: readonly DownloadItem[], beside: string): number {
  return items
    .filter((item) => isAlive(item) && item.needsRoom && item.modelId !== beside)
    .reduce((sum, { bytes, total }) => sum + Math.max(0, total - bytes), 0);
}

export interface DownloadSum {
  readonly count: number;
  readonly bytesLeft: number;
  /** Null while no rate is known. */
  readonly secondsLeft: number | null;
}

/** Everything that is on its way; what Hearth holds back counts, what a person paused does not. */
export function sumOf(items: readonly DownloadItem[]): DownloadSum {
  const alive = items.filter(isAlive);
  const bytesLeft = alive.reduce((sum, { bytes, total }) => sum + Math.max(0, total - bytes), 0);
  const rate = alive.reduce((sum, item) => sum + (item.secondsLeft === null ? 0 : (item.rate ?? 0)), 0);
  return { count: alive.length, bytesLeft, secondsLeft: rate < 1 ? null : bytesLeft / rate };
}

/** Place in the queue, from 1, of one that waits; null for others. */
export function placeInQueue(items: readonly DownloadItem[], modelId: string): number | null {
  const waiting = items.filter(({ status }) => status === 'waiting');
  const at = waiting.findIndex((item) => item.modelId === modelId);
  return at < 0 ? null : at + 1;
}

/** An item as the progress of a plan's step. */
export function progressOf(item: DownloadItem): Progress {
  const { step, steps, bytes, total, rate, phase, host } = item;
  return { step, steps, stepId: 'download', done: bytes, total, rate, phase: phase ?? 'working', host };
}

const quiet = { rate: null, secondsLeft: null, phase: null } as const;
const idle = {
  ...quiet,
  plan: null,
  status: 'paused',
  step: 0,
  steps: 1,
  host: null,
  held: null,
  error: null,
  agreed: [],
  needsRoom: true,
} as const;

/** Turns that are free are given to those who wait, in order. */
function next(queue: DownloadQueue, ...steps: readonly DownloadStep[]): QueueChange {
  const busy = queue.items.filter(({ status }) => status === 'running' || status === 'pausing').length;
  const starting = queue.items
    .filter(({ status }) => status === 'waiting')
    .slice(0, Math.max(0, atOnce - busy))
    .map(({ modelId }) => modelId);
  const items = queue.items.map((item): DownloadItem =>
    starting.includes(item.modelId) ? { ...item, status: 'running', phase: 'working' } : item,
  );
  const starts = starting.map((modelId): DownloadStep => ({ do: 'start', modelId }));
  return [{ ...queue, items }, [...steps, ...starts]];
}

function put(queue: DownloadQueue, modelId: string, change: Partial<DownloadItem>): DownloadQueue {
  const items = queue.items.map((item) => (item.modelId === modelId ? { ...item, ...change } : item));
  return { ...queue, items };
}

function remove(queue: DownloadQueue, modelId: string): DownloadQueue {
  return { ...queue, items: queue.items.filter((item) => item.modelId !== modelId) };
}

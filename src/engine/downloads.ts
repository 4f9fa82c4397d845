// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, type Cancel } from '../core/cancel.ts';
import { hasCode, toErrorValue } from '../core/errors.ts';
import type { Conditions } from '../core/machine/conditions.ts';
import { holdReason, holdReasons } from '../core/models/transfer-rules.ts';
import type { PartialDownload } from '../core/models/types.ts';
import type { Clock } from '../core/ports.ts';
import {
  ask,
  drop,
  ended,
  hold,
  isAlive,
  itemOf,
  noDownloads,
  pause,
  release,
  seenOnDisk,
  stopped,
  told,
  type DownloadItem,
  type DownloadNews,
  type DownloadQueue,
  type NewDownload,
  type QueueChange,
} from '../core/setup/downloads.ts';

/**
 * Milliseconds between looks at the network and the battery while something is fetched. A phone's network that was
 * joined by mistake has cost some tens of megabytes by then; the look itself costs a few milliseconds of a processor.
 */
export const lookEvery = 5000;

export interface DownloadsDeps {
  readonly clock: Clock;
  readonly lookEvery: number;
  conditions(): Promise<Conditions>;
  /** Bytes free where models go. */
  free(): Promise<number>;
  onChange(items: readonly DownloadItem[]): void;
  report(thrown: unknown, context: string): void;
}

/** What the work in a lane may do. */
export interface LaneCalls {
  readonly cancel: Cancel;
  /** Moves bytes. Stopped and called again as often as something speaks against it for a while. */
  transfer(attempt: (cancel: Cancel) => Promise<void>): Promise<void>;
  tell(news: DownloadNews): void;
}

class Lane {
  readonly cancel = new CancelSource();
  readonly plan: string;
  #turn = false;
  #holding = false;
  #attempt: CancelSource | null = null;
  #wake: () => void = () => {};

  constructor(plan: string) {
    this.plan = plan;
  }

  start(): void {
    this.#turn = true;
    this.#wake();
  }

  hold(): void {
    this.#holding = true;
    this.#attempt?.cancel();
  }

  /** Its turn. @throws cancelled */
  async turn(): Promise<void> {
    while (!this.#turn) {
      this.cancel.throwIfCancelled();
      let forget = (): void => {};
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        forget = this.cancel.onCancel(resolve);
      });
      forget();
    }
    this.cancel.throwIfCancelled();
  }

  /** True when the attempt came to its end, false when it was held. */
  async run(attempt: (cancel: Cancel) => Promise<void>): Promise<boolean> {
    if (!this.#holding) {
      const one = this.cancel.child();
      this.#attempt = one;
      try {
        await attempt(one);
        return true;
      } catch (thrown) {
        if (!hasCode(thrown, 'cancelled') || !this.#holding) throw thrown;
      } finally {
        this.#attempt = null;
      }
    }
    this.cancel.throwIfCancelled();
    this.#holding = false;
    this.#turn = false;
    return false;
  }
}

/** Runs the downloads of models side by side, as `core/setup/downloads.ts` says. */
export class Downloads {
  readonly #deps: DownloadsDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #over = new CancelSource();
  #queue: DownloadQueue = noDownloads;
  #looking = false;

  constructor(deps: DownloadsDeps) {
    this.#deps = deps;
  }

  get items(): readonly DownloadItem[] {
    return this.#queue.items;
  }

  /** Plans that are under way. */
  get plans(): readonly string[] {
    return [...this.#lanes.values()].map(({ plan }) => plan);
  }

  /** @throws busy, cancelled when it was paused or dropped, and what the work throws */
  async run(asked: NewDownload, work: (calls: LaneCalls) => Promise<void>): Promise<void> {
    const { modelId } = asked;
    const change = ask(this.#queue, asked);
    const lane = new Lane(asked.plan);
    this.#lanes.set(modelId, lane);
    this.#take(change);
    void this.#watch();
    try {
      await lane.turn();
      await work({
        cancel: lane.cancel,
        transfer: (attempt) => this.#transfer(modelId, lane, attempt),
        tell: (news) => this.#set(told(this.#queue, modelId, news)),
      });
      this.#take(ended(this.#queue, modelId, asked.plan, 'done'));
    } catch (thrown) {
      const end = hasCode(thrown, 'cancelled') ? 'stopped' : { error: toErrorValue(thrown) };
      this.#take(ended(this.#queue, modelId, asked.plan, end));
      throw thrown;
    } finally {
      if (this.#lanes.get(modelId) === lane) this.#lanes.delete(modelId);
    }
  }

  pause(modelId: string): void {
    this.#take(pause(this.#queue, modelId));
  }

  drop(modelId: string): void {
    this.#take(drop(this.#queue, modelId));
  }

  /** Goes on in spite of what holds it. */
  goOn(modelId: string): void {
    this.#take(release(this.#queue, modelId, true));
  }

  seenOnDisk(partials: readonly PartialDownload[], installed: ReadonlySet<string>): void {
    this.#set(seenOnDisk(this.#queue, partials, installed));
  }

  /** Everything stops; what came stays. */
  close(): void {
    this.#over.cancel();
    for (const { modelId } of this.#queue.items) this.pause(modelId);
  }

  async #transfer(modelId: string, lane: Lane, attempt: (cancel: Cancel) => Promise<void>): Promise<void> {
    while (!(await lane.run(attempt))) {
      this.#take(stopped(this.#queue, modelId));
      await lane.turn();
    }
  }

  #take([queue, steps]: QueueChange): void {
    this.#set(queue);
    for (const { do: what, modelId } of steps) {
      const lane = this.#lanes.get(modelId);
      if (what === 'start') lane?.start();
      else if (what === 'hold') lane?.hold();
      else lane?.cancel.cancel();
    }
  }

  #set(queue: DownloadQueue): void {
    if (queue === this.#queue) return;
    const { items } = this.#queue;
    this.#queue = queue;
    if (queue.items !== items) this.#deps.onChange(queue.items);
  }

  /** Looks around now and then, as long as something is under way that could be held. */
  async #watch(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      while (this.#queue.items.some(canBeHeld) && !this.#over.cancelled) {
        await this.#lookAround();
        await this.#deps.clock.sleep(this.#deps.lookEvery, this.#over);
      }
    } catch (thrown) {
      if (!hasCode(thrown, 'cancelled')) this.#deps.report(thrown, 'looking around');
    } finally {
      this.#looking = false;
    }
  }

  async #lookAround(): Promise<void> {
    const [now, free] = await Promise.all([this.#deps.conditions(), this.#deps.free()]);
    for (const { modelId } of this.#queue.items.filter(canBeHeld)) {
      const item = itemOf(this.#queue.items, modelId);
      if (item === null) continue;
      const reason = holdReason({ ...now, bytes: item.total - item.bytes, free }, item.agreed);
      if (reason !== null) this.#take(hold(this.#queue, modelId, reason));
      else if (item.held !== null) this.#take(release(this.#queue, modelId, false));
    }
  }
}

function canBeHeld(item: DownloadItem): boolean {
  return isAlive(item) && holdReasons.some((reason) => !item.agreed.includes(reason));
}

// SPDX-License-Identifier: GPL-3.0-or-later

import {
  arrive,
  closed,
  markers,
  type Arrival,
  type Change,
  type Door,
  type Markers,
} from '../core/first-boot/markers.ts';
import { allSeen, withSeen } from '../core/first-boot/news.ts';
import type { TaskId } from '../core/setup/tasks.ts';
import type { FirstBootIntents } from './api.ts';
import type { Parts } from './parts.ts';

type Needs = Pick<Parts, 'files' | 'paths' | 'settings' | 'report'>;

/** The markers in the state folder and the few settings of the first run. */
export class FirstBoot implements FirstBootIntents {
  readonly #needs: Needs;
  readonly #arrived: (arrival: Arrival) => void;
  #arrival: Arrival = 'person';
  /** Changes are made one after the other. */
  #writing: Promise<void> = Promise.resolve();

  constructor(needs: Needs, arrived: (arrival: Arrival) => void) {
    this.#needs = needs;
    this.#arrived = arrived;
  }

  async arrive(door: Door): Promise<Arrival | null> {
    const { arrival, changes } = arrive(door, await this.#found());
    await this.#make(changes);
    if (arrival !== null) {
      this.#arrival = arrival;
      this.#arrived(arrival);
    }
    // What is new is new to those who know what was there before.
    const { firstRunDone, pagesSeen = {} } = this.#needs.settings.read();
    if (firstRunDone && Object.keys(pagesSeen).length === 0) this.#write({ pagesSeen: allSeen(pagesSeen) });
    return arrival;
  }

  restartShown(): void {
    if (this.#arrival !== 'resume') return;
    // A restart that is asked for from now on has a marker of its own.
    this.#arrival = 'person';
    void this.#make(closed('resume'));
  }

  atPage(page: string): void {
    if (this.#needs.settings.read().firstRunPage !== page) this.#write({ firstRunPage: page });
  }

  pageSeen(page: TaskId): void {
    const { pagesSeen = {} } = this.#needs.settings.read();
    const next = withSeen(pagesSeen, page);
    if (next !== pagesSeen) this.#write({ pagesSeen: next });
  }

  finish(): void {
    const { pagesSeen = {} } = this.#needs.settings.read();
    this.#write({ firstRunDone: true, firstRunPage: null, pagesSeen: allSeen(pagesSeen) });
    void this.#make(closed('first-login'));
  }

  dismiss(): void {
    void this.#make([...closed('first-login'), ...(this.#arrival === 'resume' ? closed('resume') : [])]);
  }

  settled(): Promise<void> {
    return this.#writing;
  }

  #write(change: Parameters<Parts['settings']['write']>[0]): void {
    this.#needs.settings.write(change);
  }

  async #found(): Promise<Markers> {
    const { files, report } = this.#needs;
    const found = await Promise.all(
      markers.map(async (marker) => {
        try {
          return [marker, (await files.stat(this.#path(marker))) !== null] as const;
        } catch (thrown) {
          report(thrown, marker);
          return [marker, false] as const;
        }
      }),
    );
    return Object.fromEntries(found) as Markers;
  }

  /** A change that fails keeps none of the others from being made: each of them alone keeps Hearth away. */
  #make(changes: readonly Change[]): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      for (const change of changes) {
        try {
          await this.#change(change);
        } catch (thrown) {
          this.#needs.report(thrown, `${change.do} ${change.marker}`);
        }
      }
    });
    return this.#writing;
  }

  async #change(change: Change): Promise<void> {
    const { files, paths } = this.#needs;
    const path = this.#path(change.marker);
    const there = (await files.stat(path)) !== null;
    if (there === (change.do === 'write')) return;
    if (change.do === 'write') {
      await files.makeFolder(paths.state, 0o700);
      await files.writeAtomic(path, '', 0o600);
    } else {
      await files.remove(path);
      await files.sync(paths.state);
    }
  }

  #path(marker: string): string {
    return `${this.#needs.paths.state}/${marker}`;
  }
}

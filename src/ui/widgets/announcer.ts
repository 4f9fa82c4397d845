// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import Gtk from 'gi://Gtk?version=4.0';
import { sumOf } from '../../core/setup/downloads.ts';
import type { HearthState } from '../../core/setup/state.ts';
import { taskIds, type Standing, type TaskId } from '../../core/setup/tasks.ts';
import { stated } from '../../words/joined.ts';
import { downloadsOver, downloadsSummary } from '../../words/downloads.ts';
import { standingWords, taskTitle } from '../../words/tasks.ts';
import type { Hearth } from '../../engine/api.ts';

/** Seconds between two announcements of the same progress. */
const pause = 30;

/** Tells screen readers how tasks go: each change of standing once, progress now and then. */
export class Announcer {
  readonly #widget: Gtk.Widget;
  readonly #said = new Map<TaskId, { tag: Standing['tag']; at: number }>();
  readonly #end: () => void;
  #several = false;

  constructor(widget: Gtk.Widget, hearth: Hearth) {
    this.#widget = widget;
    this.#note(hearth.state.value);
    this.#end = hearth.state.subscribe((state, before) => {
      if (state.downloads !== before.downloads) this.#tellDownloads(state, before);
      if (state.standings === before.standings) return;
      // The first look at the machine is not an event.
      if (before.looked) this.#tell(state);
      else this.#note(state);
    });
  }

  end(): void {
    this.#end();
  }

  #note(state: HearthState): void {
    for (const task of taskIds) this.#said.set(task, { tag: state.standings[task].tag, at: 0 });
  }

  /** Several at once are told when they become several and when all have ended; each row has its own progress. */
  #tellDownloads(state: HearthState, before: HearthState): void {
    const now = sumOf(state.downloads).count;
    if (now === sumOf(before.downloads).count) return;
    const several = this.#several;
    if (now >= 2) this.#several = true;
    else if (now === 0) this.#several = false;
    if (this.#several === several) return;
    const text = this.#several ? downloadsSummary(state.downloads) : downloadsOver();
    this.#widget.announce(text, Gtk.AccessibleAnnouncementPriority.LOW);
  }

  #tell(state: HearthState): void {
    const now = GLib.get_monotonic_time() / 1e6;
    for (const task of taskIds) {
      const standing = state.standings[task];
      const said = this.#said.get(task);
      const changed = said?.tag !== standing.tag;
      if (!changed && !(standing.tag === 'running' && now - (said?.at ?? 0) > pause)) continue;
      this.#said.set(task, { tag: standing.tag, at: now });
      {
        const { label, sentence } = standingWords(standing);
        this.#widget.announce(
          stated(taskTitle(task), label, sentence),
          Gtk.AccessibleAnnouncementPriority.LOW,
        );
      }
    }
  }
}

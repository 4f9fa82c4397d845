// SPDX-License-Identifier: GPL-3.0-or-later

import { taskIds } from '../../core/setup/tasks.ts';
import { shownTasks } from '../../core/vendor/types.ts';
import type { Hearth } from '../../engine/api.ts';
import type { PageName } from '../context.ts';

/** The walk through the pages of the first run: where it begins, where it goes on, and that it was seen. */
export class Tour {
  readonly #hearth: Hearth;
  readonly #pages: readonly PageName[];
  #on: boolean;
  /** Page to go on with from Welcome, which comes first after a restart to say how that went. */
  #kept: PageName | null = null;

  constructor(hearth: Hearth) {
    const { arrival, choices, vendor } = hearth.state.value;
    this.#hearth = hearth;
    this.#pages = ['welcome', ...shownTasks(vendor), 'summary'];
    this.#on = !choices.firstRunDone && vendor.firstRun === 'pages';
    if (this.#on && arrival === 'resume') this.#kept = this.#page(choices.firstRunPage);
  }

  get on(): boolean {
    return this.#on;
  }

  /** The pages to open with, the visible one last; those before it are there to go back to. */
  firstPages(wanted: PageName | null): readonly PageName[] {
    const root: PageName = this.#on ? 'welcome' : 'home';
    if (wanted !== null) return wanted === root ? [root] : [root, wanted];
    const page = this.#page(this.#hearth.state.value.choices.firstRunPage);
    if (!this.#on || this.#kept !== null || page === null) return [root];
    return this.#pages.slice(0, this.#pages.indexOf(page) + 1);
  }

  /** The page after this one; null at the end. */
  after(from: PageName): PageName | null {
    const next = from === 'welcome' ? this.#kept : null;
    if (next !== null) this.#kept = null;
    return next ?? this.#pages[this.#pages.indexOf(from) + 1] ?? null;
  }

  /** Remembers how far the walk is, and which news were seen. */
  visible(name: string): void {
    const { firstBoot } = this.#hearth;
    const task = taskIds.find((id) => id === name);
    if (!this.#on && task !== undefined) firstBoot.pageSeen(task);
    if (this.#on && this.#kept === null && this.#pages.some((page) => page === name)) firstBoot.atPage(name);
  }

  finish(): void {
    this.#on = false;
    this.#hearth.firstBoot.finish();
  }

  /** A page that is kept, where there still is such a page. */
  #page(kept: string | null | undefined): PageName | null {
    return this.#pages.slice(1).find((name) => name === kept) ?? null;
  }
}

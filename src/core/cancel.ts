// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from './errors.ts';

/** A request to stop, AbortSignal-shaped because GJS has none. Passed down; never created by a port. */
export interface Cancel {
  readonly cancelled: boolean;
  /** Calls `listener` once when cancelled (at once if it already is). Returns a function that forgets it. */
  onCancel(listener: () => void): () => void;
  /** @throws HearthError with code `cancelled`. */
  throwIfCancelled(): void;
}

export class CancelSource implements Cancel {
  #cancelled = false;
  readonly #listeners = new Set<() => void>();

  get cancelled(): boolean {
    return this.#cancelled;
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }

  onCancel(listener: () => void): () => void {
    if (this.#cancelled) {
      listener();
      return () => {};
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  throwIfCancelled(): void {
    if (this.#cancelled) throw new HearthError('cancelled');
  }

  /** A source that is cancelled with this one, and can be cancelled alone. */
  child(): CancelSource {
    const child = new CancelSource();
    this.onCancel(() => child.cancel());
    return child;
  }
}

/** For calls that nobody will cancel. */
export const never: Cancel = {
  cancelled: false,
  onCancel: () => () => {},
  throwIfCancelled: () => {},
};

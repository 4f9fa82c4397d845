// SPDX-License-Identifier: GPL-3.0-or-later

/** One immutable value that changes, and those who watch it. Watchers are called in order, after the change. */
export class Store<T> {
  #value: T;
  readonly #watchers = new Set<(value: T, previous: T) => void>();

  constructor(initial: T) {
    this.#value = initial;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    const previous = this.#value;
    this.#value = value;
    for (const watcher of [...this.#watchers]) watcher(value, previous);
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  /** Calls `watcher` on every change; returns the function that ends it. */
  subscribe(watcher: (value: T, previous: T) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Calls `watcher` now and whenever the picked part changes (by identity). */
  watch<P>(pick: (value: T) => P, watcher: (part: P) => void): () => void {
    let last = pick(this.#value);
    watcher(last);
    return this.subscribe((value) => {
      const next = pick(value);
      if (Object.is(next, last)) return;
      last = next;
      watcher(next);
    });
  }
}

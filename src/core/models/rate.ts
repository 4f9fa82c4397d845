// SPDX-License-Identifier: GPL-3.0-or-later

/** Bytes a second over the last seconds. Fed with the time, because core has no clock. */
export class RateMeter {
  readonly #window: number;
  readonly #samples: { readonly time: number; readonly bytes: number }[] = [];

  /** @param window milliseconds that count */
  constructor(window = 5000) {
    this.#window = window;
  }

  /** Notes how much there is at a time in milliseconds, and says the rate; null until half a second is known. */
  add(time: number, bytes: number): number | null {
    const last = this.#samples.at(-1);
    // A file that was cut is a new beginning.
    if (last !== undefined && bytes < last.bytes) this.#samples.length = 0;
    this.#samples.push({ time, bytes });
    while (this.#samples.length > 2 && (this.#samples[0]?.time ?? time) < time - this.#window) {
      this.#samples.shift();
    }
    const first = this.#samples[0];
    if (first === undefined || time - first.time < 500) return null;
    return ((bytes - first.bytes) * 1000) / (time - first.time);
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/** A moment of an answer: seconds since its beginning, and tokens a second around then. */
export interface PacePoint {
  readonly at: number;
  readonly rate: number;
}

/** Milliseconds of work that one point stands for: less would show noise. */
const step = 250;
/** More points than a small picture can show; beyond, every second one is let go. */
const most = 120;

/** Speed over time, from how many tokens were written in how many milliseconds so far. */
export class Pace {
  #points: readonly PacePoint[] = [];
  #last = { tokens: 0, ms: 0 };
  #step = step;

  get points(): readonly PacePoint[] {
    return this.#points;
  }

  /** True when there is a new point. What goes backwards, or stands still, is left out. */
  add({ tokens, ms }: { readonly tokens: number; readonly ms: number }): boolean {
    const [more, took] = [tokens - this.#last.tokens, ms - this.#last.ms];
    if (took < this.#step || more <= 0) return false;
    this.#last = { tokens, ms };
    this.#points = [...this.#points, { at: ms / 1000, rate: (more / took) * 1000 }];
    if (this.#points.length > most) {
      this.#points = this.#points.filter((_point, index) => index % 2 === 1);
      this.#step *= 2;
    }
    return true;
  }
}

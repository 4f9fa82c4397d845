// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';

/** Intervals between frames, in milliseconds. */
export interface Frames {
  /** By the frame clock: what animations go by. */
  readonly clock: readonly number[];
  /** By the time at which each frame began to be made: what a late main loop does to it. */
  readonly wall: readonly number[];
  /** Processor time that the main loop took from one frame to the next: what cannot be blamed on a busy computer. */
  readonly work: readonly number[];
  /** Seconds watched. */
  readonly seconds: number;
}

/** Notes every frame of the window that a widget is in. */
export class FrameLog {
  #clock: number[] = [];
  #wall: number[] = [];
  #work: number[] = [];
  #frame = 0;
  #moment = 0;
  #worked = 0;

  constructor(widget: Gtk.Widget) {
    widget.add_tick_callback((_widget, clock) => {
      const frame = clock.get_frame_time();
      const moment = GLib.get_monotonic_time();
      const worked = mainThreadTime();
      if (this.#frame !== 0) {
        this.#clock.push((frame - this.#frame) / 1000);
        this.#wall.push((moment - this.#moment) / 1000);
        this.#work.push(worked - this.#worked);
      }
      this.#frame = frame;
      this.#moment = moment;
      this.#worked = worked;
      return GLib.SOURCE_CONTINUE;
    });
  }

  /** The frames while something goes on. */
  async during(work: () => Promise<void>): Promise<Frames> {
    this.#clock = [];
    this.#wall = [];
    this.#work = [];
    const started = GLib.get_monotonic_time();
    await work();
    const seconds = (GLib.get_monotonic_time() - started) / 1e6;
    return { clock: this.#clock, wall: this.#wall, work: this.#work, seconds };
  }
}

/** Milliseconds that this thread has run. Source: proc(5), schedstat; the first number is in nanoseconds. */
function mainThreadTime(): number {
  const [, bytes] = GLib.file_get_contents('/proc/thread-self/schedstat');
  return Number(new TextDecoder().decode(bytes).split(' ')[0]) / 1e6;
}

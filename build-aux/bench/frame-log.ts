// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';
import type Gtk from 'gi://Gtk?version=4.0';

/** Intervals between frames, in milliseconds. */
export interface Frames {
  /** By the frame clock: what animations go by. */
  readonly clock: readonly number[];
  /** By the time at which each frame began to be made: what a late main loop does to it. */
  readonly wall: readonly number[];
  /** Processor time of this process in percent of one processor. */
  readonly processor: number;
}

/** Notes every frame of the window that a widget is in. */
export class FrameLog {
  #clock: number[] = [];
  #wall: number[] = [];
  #frame = 0;
  #moment = 0;

  constructor(widget: Gtk.Widget) {
    widget.add_tick_callback((_widget, clock) => {
      const frame = clock.get_frame_time();
      const moment = GLib.get_monotonic_time();
      if (this.#frame !== 0) {
        this.#clock.push((frame - this.#frame) / 1000);
        this.#wall.push((moment - this.#moment) / 1000);
      }
      this.#frame = frame;
      this.#moment = moment;
      return GLib.SOURCE_CONTINUE;
    });
  }

  /** The frames while something goes on. */
  async during(work: () => Promise<void>): Promise<Frames> {
    this.#clock = [];
    this.#wall = [];
    const [ticks, started] = [processorTicks(), GLib.get_monotonic_time()];
    await work();
    const seconds = (GLib.get_monotonic_time() - started) / 1e6;
    // A tick is a hundredth of a second to every program.
    const processor = (processorTicks() - ticks) / seconds;
    return { clock: this.#clock, wall: this.#wall, processor };
  }
}

/** User and system time of this process, its children not counted. Source: proc(5), /proc/self/stat. */
function processorTicks(): number {
  const [, bytes] = GLib.file_get_contents('/proc/self/stat');
  const fields = new TextDecoder().decode(bytes).split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

/** The desktop's screen reader, without sound: what it would say is in its own log. */
export class Orca {
  readonly #log: string;
  readonly #process: Gio.Subprocess;
  #read = 0;

  /** @param folder where its log lies */
  constructor(folder: string) {
    this.#log = `${folder}/orca.log`;
    this.#process = Gio.Subprocess.new(
      ['orca', `--debug-file=${this.#log}`],
      Gio.SubprocessFlags.STDOUT_SILENCE | Gio.SubprocessFlags.STDERR_SILENCE,
    );
  }

  /** Waits until it has said a text. @throws when it has not */
  hears(text: string, seconds: number): void {
    const end = GLib.get_monotonic_time() + seconds * 1e6;
    while (!this.#all().some((line) => line.includes(text))) {
      if (GLib.get_monotonic_time() > end) throw new Error(`Orca did not say “${text}” within ${seconds} s`);
      GLib.usleep(100_000);
    }
  }

  /** What it said since the last time: waits until it says something, and then until it has been quiet for a moment. */
  said(): readonly string[] {
    let [heard, quiet] = [this.#read, 0];
    for (let tries = 0; tries < 60 && (heard === this.#read ? tries < 30 : quiet < 4); tries += 1) {
      GLib.usleep(100_000);
      const now = this.#all().length;
      quiet = now === heard ? quiet + 1 : 0;
      heard = now;
    }
    const lines = this.#all().slice(this.#read);
    this.#read += lines.length;
    return lines;
  }

  end(): void {
    this.#process.force_exit();
    this.#process.wait(null);
  }

  #all(): readonly string[] {
    if (!GLib.file_test(this.#log, GLib.FileTest.EXISTS)) return [];
    const [, bytes] = GLib.file_get_contents(this.#log);
    const text = new TextDecoder().decode(bytes);
    // What follows in braces is the voice.
    return [...text.matchAll(/SPEECH OUTPUT: '(.*?)'\s*(?:\{|$)/gm)].map((match) => match[1] ?? '');
  }
}

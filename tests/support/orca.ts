// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

/** A line of tests/support/orca-customizations.py. */
interface Line {
  readonly said?: string;
  readonly idle?: true;
}

/** The desktop's screen reader, without sound: what it would say is in a file. */
export class Orca {
  readonly #process: Gio.Subprocess;
  readonly #file: Gio.File;
  #stream: Gio.FileInputStream | null = null;
  /** The lines are ASCII: no letter is cut where one reading ends. */
  readonly #decoder = new TextDecoder();
  /** The beginning of a line whose end is not there yet. */
  #rest = '';
  readonly #lines: Line[] = [];
  #read = 0;
  #fences = 0;

  /** @param folder where its files lie */
  constructor(folder: string) {
    const settings = `${folder}/data/orca`;
    GLib.mkdir_with_parents(settings, 0o755);
    const own = Gio.File.new_for_path('tests/support/orca-customizations.py');
    own.copy(Gio.File.new_for_path(`${settings}/${own.get_basename() ?? ''}`), 0, null, null);
    this.#file = Gio.File.new_for_path(`${folder}/orca.log`);
    const silent = Gio.SubprocessFlags.STDOUT_SILENCE | Gio.SubprocessFlags.STDERR_SILENCE;
    const launcher = Gio.SubprocessLauncher.new(silent);
    launcher.setenv('XDG_DATA_HOME', `${folder}/data`, true);
    this.#process = launcher.spawnv(['orca', `--debug-file=${this.#file.get_path() ?? ''}`]);
  }

  /** What it said since `take`. */
  heard(): readonly string[] {
    this.#pull();
    return this.#lines
      .slice(this.#read)
      .flatMap(({ said }) => (said === undefined || isFence(said) ? [] : [said]));
  }

  /** What it said since the last time. */
  take(): readonly string[] {
    const heard = this.heard();
    this.#read = this.#lines.length;
    return heard;
  }

  /** Waits until what it said since `take` is enough, and not longer than that. @returns whether it was */
  waitFor(enough: (heard: readonly string[]) => boolean, seconds: number): boolean {
    return this.#until(() => enough(this.heard()), seconds);
  }

  /**
   * Waits until it has said all that it was told of before.
   *
   * @param announce has the window announce a text, which comes after all that happened in the window so far
   */
  catchUp(announce: (text: string) => void, seconds: number): boolean {
    const fence = `${fenceName} ${++this.#fences}`;
    announce(fence);
    return this.#until(() => {
      this.#pull();
      const at = this.#lines.findIndex(({ said }) => said === fence);
      return at >= 0 && this.#lines.slice(at).some(({ idle }) => idle === true);
    }, seconds);
  }

  end(): void {
    this.#process.force_exit();
    this.#process.wait(null);
  }

  #until(enough: () => boolean, seconds: number): boolean {
    const end = GLib.get_monotonic_time() + seconds * 1e6;
    while (!enough()) {
      if (GLib.get_monotonic_time() > end) return false;
      GLib.usleep(20_000);
    }
    return true;
  }

  /** Reads what was added to the file. */
  #pull(): void {
    if (this.#stream === null && !this.#file.query_exists(null)) return;
    this.#stream ??= this.#file.read(null);
    for (;;) {
      const bytes = this.#stream.read_bytes(65536, null).toArray();
      if (bytes.length === 0) return;
      const lines = (this.#rest + this.#decoder.decode(bytes)).split('\n');
      this.#rest = lines.pop() ?? '';
      // Until it has read how to, it writes its own log.
      for (const line of lines) if (line.startsWith('{')) this.#lines.push(JSON.parse(line) as Line);
    }
  }
}

const fenceName = 'caught up';

function isFence(text: string): boolean {
  return text.startsWith(fenceName);
}

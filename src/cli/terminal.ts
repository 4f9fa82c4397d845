// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib';
import Gio from 'gi://Gio';
import GioUnix from 'gi://GioUnix?version=2.0';
import GLibUnix from 'gi://GLibUnix?version=2.0';

import type { Cancel } from '../core/cancel.ts';
import { never } from '../core/cancel.ts';
import type { Sink } from './output.ts';
import { OutputClosed } from './output.ts';

/** The terminal this program was started from, or the pipes in its place. */

const encoder = new TextEncoder();

export function isTerminal(descriptor: number): boolean {
  // GLib's name for isatty(): that is all it looks at.
  return GLib.log_writer_supports_color(descriptor);
}

export function sink(descriptor: 1 | 2): Sink {
  const stream = GioUnix.OutputStream.new(descriptor, false);
  return {
    terminal: isTerminal(descriptor),
    write(text) {
      try {
        stream.write_all(encoder.encode(text), null);
      } catch (error) {
        // A reader that went away is no failure of this program; any other trouble with standard output cannot be said.
        throw new OutputClosed(error instanceof GLib.Error ? error.message : String(error));
      }
    },
  };
}

const sizePattern = /^(\d+) (\d+)\s*$/;

/** Columns of the terminal, asked once and again after a change of size. 80 where there is none. */
export function columnsOf(terminal: boolean): () => number {
  const fromEnvironment = Number(GLib.getenv('COLUMNS') ?? '');
  if (Number.isInteger(fromEnvironment) && fromEnvironment > 0) return () => fromEnvironment;
  if (!terminal) return () => 80;
  let columns: number | null = null;
  GLibUnix.signal_add(GLib.PRIORITY_DEFAULT, signalNumbers.WINCH, () => {
    columns = null;
    return GLib.SOURCE_CONTINUE;
  });
  return () => (columns ??= askTerminal());
}

function askTerminal(): number {
  try {
    const stty = ['stty', '-F', '/dev/tty', 'size'];
    const [, stdout] = GLib.spawn_sync(null, stty, null, GLib.SpawnFlags.SEARCH_PATH, null);
    const found = sizePattern.exec(new TextDecoder().decode(stdout ?? new Uint8Array()));
    return Number(found?.[2] ?? '') || 80;
  } catch {
    return 80;
  }
}

/** Lines of standard input. Waiting for one leaves the main loop running, so Ctrl+C is heard. */
export class Input {
  readonly terminal = isTerminal(0);
  #stream: Gio.DataInputStream | null = null;

  /** The next line without its newline, or null at its end or when cancelled. */
  line(cancel: Cancel = never): Promise<string | null> {
    this.#stream ??= Gio.DataInputStream.new(GioUnix.InputStream.new(0, false));
    const stream = this.#stream;
    const cancellable = new Gio.Cancellable();
    const forget = cancel.onCancel(() => cancellable.cancel());
    return new Promise((resolve, reject) => {
      stream.read_line_async(GLib.PRIORITY_DEFAULT, cancellable, (_source, result) => {
        forget();
        try {
          const [bytes] = stream.read_line_finish(result);
          resolve(bytes === null ? null : new TextDecoder().decode(bytes).replace(/\r$/, ''));
        } catch (error) {
          if (error instanceof GLib.Error && error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
            resolve(null);
          else reject(error);
        }
      });
    });
  }

  /** All that is left, at most `most` characters. */
  async rest(most: number, cancel: Cancel): Promise<string> {
    const lines: string[] = [];
    let size = 0;
    for (let line = await this.line(cancel); line !== null && size < most; line = await this.line(cancel)) {
      lines.push(line);
      size += line.length + 1;
    }
    return lines.join('\n').slice(0, most);
  }
}

const signalNumbers = { INT: 2, TERM: 15, HUP: 1, WINCH: 28 } as const;

/** Calls `stop` when somebody asks the program to end. */
export function onStop(stop: (signal: 'INT' | 'TERM' | 'HUP') => void): void {
  for (const name of ['INT', 'TERM', 'HUP'] as const) {
    GLibUnix.signal_add(GLib.PRIORITY_HIGH, signalNumbers[name], () => {
      stop(name);
      return GLib.SOURCE_CONTINUE;
    });
  }
}

export function speaksUtf8(): boolean {
  return GLib.get_charset()[0];
}

/** Seconds from some fixed point. */
export function seconds(): number {
  return GLib.get_monotonic_time() / 1e6;
}

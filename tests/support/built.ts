// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

/** Runs the built program as people do: another process, its own arguments, signals and pipes. */

export interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly pid: number;
  signal(name: 'INT' | 'TERM'): void;
  write(text: string): void;
  closeInput(): void;
  /** What standard output holds so far. */
  readonly soFar: () => string;
  readonly ended: Promise<Ended>;
}

export interface BuiltOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string | null>>;
  readonly argv?: readonly string[];
}

const signals = { INT: 2, TERM: 15 } as const;

/** Starts `hearth` (from PATH) or another program, with standard input left open. */
export function start(args: readonly string[], options: BuiltOptions = {}): Running {
  const launcher = Gio.SubprocessLauncher.new(
    Gio.SubprocessFlags.STDIN_PIPE | Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_PIPE,
  );
  for (const [name, value] of Object.entries(options.env ?? {})) {
    if (value === null) launcher.unsetenv(name);
    else launcher.setenv(name, value, true);
  }
  const child = launcher.spawnv([...(options.argv ?? ['hearth']), ...args]);
  const out = collect(child.get_stdout_pipe());
  const err = collect(child.get_stderr_pipe());
  const exited = new Promise<void>((resolve) => {
    child.wait_async(null, (_child, result) => {
      child.wait_finish(result);
      resolve();
    });
  });
  const stdin = child.get_stdin_pipe();
  return {
    pid: Number(child.get_identifier()),
    signal: (name) => child.send_signal(signals[name]),
    write: (text) => void stdin?.write_all(new TextEncoder().encode(text), null),
    closeInput: () => void stdin?.close(null),
    soFar: out.text,
    ended: Promise.all([exited, out.done, err.done]).then(() => ({
      exit: child.get_if_exited() ? child.get_exit_status() : 128 + child.get_term_sig(),
      out: out.text(),
      err: err.text(),
    })),
  };
}

/** Runs to the end. */
export function hearth(args: readonly string[], options: BuiltOptions = {}): Promise<Ended> {
  const running = start(args, options);
  if (options.stdin !== undefined) running.write(options.stdin);
  running.closeInput();
  return running.ended;
}

function collect(stream: Gio.InputStream | null): {
  readonly text: () => string;
  readonly done: Promise<void>;
} {
  const pieces: Uint8Array[] = [];
  const text = (): string => {
    const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return new TextDecoder().decode(all);
  };
  const done = new Promise<void>((resolve) => {
    const next = (): void => {
      if (stream === null) return resolve();
      stream.read_bytes_async(65_536, GLib.PRIORITY_DEFAULT, null, (_stream, result) => {
        const bytes = stream.read_bytes_finish(result);
        if (bytes.get_size() === 0) return resolve();
        pieces.push(bytes.toArray());
        next();
      });
    };
    next();
  });
  return { text, done };
}

/** Waits until something holds. @throws when it does not within `limit` milliseconds */
export async function until(holds: () => boolean, what: string, limit = 30_000): Promise<void> {
  const end = GLib.get_monotonic_time() + limit * 1000;
  while (!holds()) {
    if (GLib.get_monotonic_time() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Text of a small file that a program holds, e.g. in /proc. */
export function textOf(path: string): string {
  const [, bytes] = GLib.file_get_contents(path);
  return new TextDecoder().decode(bytes);
}

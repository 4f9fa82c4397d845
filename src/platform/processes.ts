// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import { HearthError } from '../core/errors.ts';
import type { Cancel } from '../core/cancel.ts';
import { Utf8Pieces } from '../core/utf8.ts';
import type { Child, Output, Processes, RunOptions } from '../core/ports.ts';
import { toHearthError } from './errors.ts';
import { writeBytes } from './gio.ts';

const chunkSize = 64 * 1024;
const outputCap = 64 * 1024 * 1024;
const tailCap = 16 * 1024;
/** Milliseconds for last words after a program's end; what it started may hold its output open for long. */
const lastWords = 250;

/** Programs as children that die with Hearth, in the C locale. */
export const processes: Processes = {
  run,
  interact,
  start,
  find: (name) => Promise.resolve(GLib.find_program_in_path(name)),
};

async function run(argv: readonly string[], options: RunOptions, cancel: Cancel): Promise<Output> {
  cancel.throwIfCancelled();
  const flags =
    pipes | (options.stdin === undefined ? Gio.SubprocessFlags.NONE : Gio.SubprocessFlags.STDIN_PIPE);
  const child = spawn(argv, options, flags);
  let stopped: 'timeout' | 'cancelled' | null = null;
  const stop = (why: 'timeout' | 'cancelled'): void => {
    stopped ??= why;
    child.force_exit();
  };
  const timer = options.timeout === undefined ? null : setTimeout(() => stop('timeout'), options.timeout);
  const forget = cancel.onCancel(() => stop('cancelled'));
  try {
    const close = new Gio.Cancellable();
    const [stdout, stderr] = await Promise.all([
      collect(child.get_stdout_pipe(), close, outputCap, options.onLine),
      collect(child.get_stderr_pipe(), close, outputCap),
      options.stdin === undefined ? null : feed(child, options.stdin),
      ended(child, close),
    ]);
    if (stopped !== null) throw new HearthError(stopped, { command: argv[0] ?? '' });
    return { stdout, stderr, exit: exitOf(child) };
  } finally {
    forget();
    if (timer !== null) clearTimeout(timer);
  }
}

async function interact(argv: readonly string[], cancel: Cancel): Promise<number> {
  cancel.throwIfCancelled();
  const child = spawn(argv, {}, Gio.SubprocessFlags.STDIN_INHERIT);
  const forget = cancel.onCancel(() => child.send_signal(15));
  try {
    await child.wait_async(null);
    cancel.throwIfCancelled();
    return exitOf(child);
  } finally {
    forget();
  }
}

function start(argv: readonly string[], options: Omit<RunOptions, 'stdin' | 'timeout'>): Promise<Child> {
  return new Promise((resolve) => {
    const child = spawn(argv, options, pipes | Gio.SubprocessFlags.STDIN_PIPE);
    const close = new Gio.Cancellable();
    const tail = collectTail(child.get_stderr_pipe(), close);
    const output = collect(child.get_stdout_pipe(), close, 0, options.onLine);
    const exited = Promise.all([ended(child, close), tail, output]).then(([, stderrTail]) => ({
      exit: exitOf(child),
      stderrTail,
    }));
    const stdin = child.get_stdin_pipe();
    resolve({
      pid: Number(child.get_identifier() ?? 0),
      exited,
      write: async (bytes) => {
        try {
          if (stdin !== null) await writeBytes(stdin, bytes);
        } catch (thrown) {
          throw toHearthError(thrown, { command: argv[0] ?? '' });
        }
      },
      closeStdin: async () => {
        try {
          await stdin?.close_async(GLib.PRIORITY_DEFAULT, null);
        } catch {
          // The program may have ended and closed it first.
        }
      },
      signal: (name) => child.send_signal(name === 'TERM' ? 15 : name === 'KILL' ? 9 : 2),
    });
  });
}

const pipes = Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_PIPE;

function spawn(argv: readonly string[], options: RunOptions, flags: Gio.SubprocessFlags): Gio.Subprocess {
  const name = argv[0] ?? '';
  const program = GLib.find_program_in_path(name);
  if (program === null) throw new HearthError('command-missing', { command: name });
  const launcher = new Gio.SubprocessLauncher({ flags });
  launcher.setenv('LC_ALL', 'C', true);
  for (const [key, value] of Object.entries(options.env ?? {})) {
    if (value === null) launcher.unsetenv(key);
    else launcher.setenv(key, value, true);
  }
  if (options.cwd !== undefined) launcher.set_cwd(options.cwd);
  const setpriv = GLib.find_program_in_path('setpriv');
  const bond = setpriv === null ? [] : [setpriv, '--pdeathsig', 'KILL', '--'];
  try {
    return launcher.spawnv([...bond, program, ...argv.slice(1)]);
  } catch (thrown) {
    throw toHearthError(thrown, { command: name });
  }
}

function exitOf(child: Gio.Subprocess): number {
  return child.get_if_signaled() ? 128 + child.get_term_sig() : child.get_exit_status();
}

async function ended(child: Gio.Subprocess, close: Gio.Cancellable): Promise<void> {
  await child.wait_async(null);
  setTimeout(() => close.cancel(), lastWords);
}

async function feed(child: Gio.Subprocess, text: string): Promise<void> {
  const stdin = child.get_stdin_pipe();
  try {
    if (stdin !== null) await writeBytes(stdin, new TextEncoder().encode(text));
    await stdin?.close_async(GLib.PRIORITY_DEFAULT, null);
  } catch {
    // A program that ends without reading its input says why by its own output and status.
  }
}

/** Reads a stream to its end as UTF-8 (bad bytes replaced), keeping at most `cap` bytes, handing over lines as they come. */
async function collect(
  stream: Gio.InputStream | null,
  close: Gio.Cancellable,
  cap: number,
  onLine?: (line: string) => void,
): Promise<string> {
  if (stream === null) return '';
  const pieces = new Utf8Pieces();
  let kept = '';
  let room = cap;
  let open = '';
  for (;;) {
    const bytes = await readChunk(stream, close);
    const text = bytes === null ? pieces.end() : pieces.push(bytes);
    if (room > 0) kept += text.slice(0, room);
    room -= text.length;
    if (onLine !== undefined) {
      const lines = (open + text).split('\n');
      open = lines.pop() ?? '';
      for (const line of lines) onLine(line);
      if (bytes === null && open !== '') onLine(open);
    }
    if (bytes !== null) continue;
    // Not left to the garbage collector: each open pipe is a file descriptor.
    stream.close_async(GLib.PRIORITY_DEFAULT, null).catch(() => {});
    return kept;
  }
}

async function collectTail(stream: Gio.InputStream | null, close: Gio.Cancellable): Promise<string> {
  let tail = '';
  await collect(stream, close, 0, (line) => {
    tail = `${tail}${line}\n`.slice(-tailCap);
  });
  return tail;
}

async function readChunk(stream: Gio.InputStream, close: Gio.Cancellable): Promise<Uint8Array | null> {
  try {
    const bytes = await stream.read_bytes_async(chunkSize, GLib.PRIORITY_DEFAULT, close);
    return bytes.get_size() === 0 ? null : bytes.toArray();
  } catch {
    // The other end went away: what was read is what there is.
    return null;
  }
}

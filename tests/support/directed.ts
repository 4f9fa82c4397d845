// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import System from 'system';

/** The window of `windowStage` in a process of its own, told line by line what to show. */
export interface Directed {
  /** False when it came down. */
  show(scene: string): boolean;
  /** Has something done in the window that stands, see `act` of tests/support/acts.ts. False when it came down. */
  act(what: string): boolean;
  /** What `inspect` of tests/support/layout.ts saw. */
  inspect(): string;
  /** What `walkFocus` of tests/support/focus-walk.ts saw. */
  focus(): string;
  /** What `stillness` of tests/support/stillness.ts saw. */
  still(): string;
  /** What `breadth` and `sharpness` saw. */
  room(): string;
  end(): void;
}

/** Starts the file that runs now as the window. @param environment what the window sees besides */
export function directed(resources: string, environment: Readonly<Record<string, string>> = {}): Directed {
  const launcher = Gio.SubprocessLauncher.new(
    Gio.SubprocessFlags.STDIN_PIPE | Gio.SubprocessFlags.STDOUT_PIPE,
  );
  launcher.setenv('G_DEBUG', 'fatal-criticals', true);
  for (const [name, value] of Object.entries(environment)) launcher.setenv(name, value, true);
  const process = launcher.spawnv(['gjs', '-m', System.programPath ?? '', '--window', resources]);
  const input = process.get_stdin_pipe();
  const output = Gio.DataInputStream.new(process.get_stdout_pipe() as Gio.InputStream);
  const ask = (line: string): string => {
    input?.write_all(new TextEncoder().encode(`${line}\n`), null);
    return output.read_line_utf8(null)[0] ?? '';
  };
  const done = (line: string): boolean => {
    try {
      return ask(line) === 'ready';
    } catch {
      return false;
    }
  };
  return {
    show: done,
    act: (what) => done(`@${what}`),
    inspect: () => ask('?'),
    focus: () => ask('focus'),
    still: () => ask('still'),
    room: () => ask('room'),
    end: () => {
      input?.close(null);
      process.wait(null);
    },
  };
}

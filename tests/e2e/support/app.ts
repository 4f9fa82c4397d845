// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import { start, textOf, until, type Running } from '../../support/built.ts';

/** The installed program as one start of it, and everything that came of it. */
export class App {
  /** In the environment of everything that this start brings about. */
  readonly #mark = `e2e-${GLib.uuid_string_random()}`;
  readonly #tmp = GLib.dir_make_tmp('hearth-e2e-XXXXXX');
  readonly running: Running;
  exit: number | null = null;
  errors = '';

  /** @param wrap a program and its arguments that `hearth` is started by */
  constructor(args: readonly string[], { wrap = [] as readonly string[], home = '' } = {}) {
    const folders = home === '' ? {} : homeFolders(home);
    this.running = start(args, {
      argv: [...wrap, 'hearth'],
      // A critical warning of GLib or GTK is the end of the program, and so of the test.
      env: { G_DEBUG: 'fatal-criticals', HEARTH_E2E: this.#mark, TMPDIR: this.#tmp, ...folders },
    });
    this.running.closeInput();
    void this.running.ended.then(({ exit, err }) => {
      this.exit = exit;
      this.errors = err;
    });
  }

  async ended(limit = 15_000): Promise<void> {
    await until(() => this.exit !== null, 'the end of the program', limit);
  }

  /** Kills the program itself, so that it can do nothing more; not what it started. */
  kill(): void {
    GLib.spawn_command_line_sync(`kill -KILL ${this.running.pid}`);
  }

  /** Command lines of what still runs, without the program itself. */
  alive(): readonly string[] {
    return everyProcess().flatMap((pid) => {
      if (pid === this.running.pid) return [];
      // Behind the wall the environment is empty; the arguments still name the folder.
      const command = read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
      const ours = read(`/proc/${pid}/environ`).includes(this.#mark) || command.includes(this.#tmp);
      return ours && command !== '' ? [command] : [];
    });
  }

  /** Names of what lies in the folder for temporary files. */
  leftovers(): readonly string[] {
    const found: string[] = [];
    const files = Gio.File.new_for_path(this.#tmp).enumerate_children('standard::name', 0, null);
    for (let info = files.next_file(null); info !== null; info = files.next_file(null))
      found.push(info.get_name());
    return found;
  }
}

function homeFolders(home: string): Readonly<Record<string, string | null>> {
  return {
    HOME: home,
    XDG_CONFIG_HOME: null,
    XDG_DATA_HOME: null,
    XDG_STATE_HOME: null,
    XDG_CACHE_HOME: null,
  };
}

function everyProcess(): readonly number[] {
  const found: number[] = [];
  const files = Gio.File.new_for_path('/proc').enumerate_children('standard::name', 0, null);
  for (let info = files.next_file(null); info !== null; info = files.next_file(null))
    if (/^\d+$/.test(info.get_name())) found.push(Number(info.get_name()));
  return found;
}

function read(path: string): string {
  try {
    return textOf(path);
  } catch {
    // It has ended, or is somebody else's.
    return '';
  }
}

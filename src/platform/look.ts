// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { HearthError } from '../core/errors.ts';
import type { FileStat, Look, Output } from '../core/ports.ts';
import { guard, toHearthError } from './errors.ts';
import { decodeText, defaultCap, listFolder, readFile, readStream, statFile } from './gio.ts';

const defaultTimeout = 10_000;
/** No reading command that Hearth runs says more. */
const outputCap = 1024 * 1024;

/** A look at this computer, as the person who runs Hearth. */
export class LocalLook implements Look {
  async readText(path: string, maxBytes = defaultCap): Promise<string> {
    return decodeText(await readFile(path, maxBytes), path);
  }

  readBytes(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    if (range === undefined) return readFile(path, defaultCap);
    return readFile(path, range.length, { offset: range.offset, cut: true });
  }

  list(path: string): Promise<readonly string[]> {
    return listFolder(path);
  }

  stat(path: string): Promise<FileStat | null> {
    return statFile(path);
  }

  async readLink(path: string): Promise<string> {
    const flags = Gio.FileQueryInfoFlags.NOFOLLOW_SYMLINKS;
    const file = Gio.File.new_for_path(path);
    const info = await guard(
      file.query_info_async('standard::symlink-target', flags, GLib.PRIORITY_DEFAULT, null),
      { path },
    );
    // The getter for it warns when the path is no link.
    const target = info.get_attribute_byte_string('standard::symlink-target');
    if (target === null) throw new HearthError('io', { path }, { detail: 'Not a symbolic link' });
    return target;
  }

  async run(argv: readonly string[], timeout = defaultTimeout): Promise<Output> {
    const program = argv[0] ?? '';
    const args = { program };
    // Looked up first, because a failing start costs a fork.
    if (GLib.find_program_in_path(program) === null) throw new HearthError('command-missing', args);
    const launcher = new Gio.SubprocessLauncher({
      flags: Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_PIPE,
    });
    launcher.setenv('LC_ALL', 'C', true);
    // Only the messages matter, and those are in C; LANGUAGE would win over LC_ALL in some programs.
    launcher.unsetenv('LANGUAGE');
    let process: Gio.Subprocess;
    try {
      process = launcher.spawnv([...argv]);
    } catch (thrown) {
      throw toHearthError(thrown, args, 'command-missing');
    }
    return finish(process, timeout, args);
  }
}

async function finish(process: Gio.Subprocess, timeout: number, args: { program: string }): Promise<Output> {
  const cancellable = new Gio.Cancellable();
  let late = false;
  let timer = GLib.timeout_add(GLib.PRIORITY_DEFAULT, timeout, () => {
    timer = 0;
    late = true;
    process.force_exit();
    // A grandchild may hold the pipes open after the child is gone.
    cancellable.cancel();
    return GLib.SOURCE_REMOVE;
  });
  try {
    const [stdout, stderr] = await Promise.all([
      collect(process.get_stdout_pipe(), args, cancellable),
      collect(process.get_stderr_pipe(), args, cancellable),
    ]);
    await process.wait_async(cancellable);
    const exit = process.get_if_exited() ? process.get_exit_status() : 128 + process.get_term_sig();
    return { stdout, stderr, exit };
  } catch (thrown) {
    process.force_exit();
    if (late) throw new HearthError('timeout', { ...args, seconds: timeout / 1000 });
    throw toHearthError(thrown, args);
  } finally {
    if (timer !== 0) GLib.source_remove(timer);
  }
}

async function collect(
  pipe: Gio.InputStream | null,
  args: { program: string },
  cancellable: Gio.Cancellable,
): Promise<string> {
  if (pipe === null) return '';
  const bytes = await readStream(pipe, outputCap, false, args, cancellable);
  // Tools may print file names in any encoding; what is not UTF-8 becomes a replacement character.
  return new TextDecoder().decode(bytes);
}

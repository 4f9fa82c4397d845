// SPDX-License-Identifier: GPL-3.0-or-later

import { never } from '../core/cancel.ts';
import type { Files, Processes } from '../core/ports.ts';
import { parseProgramVersion } from '../core/server/programs.ts';
import type { Program, ProgramFacts } from '../core/server/types.ts';

/** Milliseconds that a program may take to say its version. */
const patience = 5000;

export interface ProgramDeps {
  readonly processes: Processes;
  readonly files: Files;
  readonly home: string;
  /** Goose's path where somebody named one; it then is that one or none. */
  readonly goose: string | null;
}

const versionsAsked = new Map<string, Promise<string | null>>();

/**
 * The programs that do the work, on the computer that does it.
 *
 * @param versions also ask each for its version, which starts it: about 0.2 seconds, the first time
 */
export async function observePrograms(deps: ProgramDeps, versions = false): Promise<ProgramFacts> {
  const { processes, files, home } = deps;
  const first = async (paths: readonly string[]): Promise<string | null> => {
    for (const path of paths) {
      const stat = await files.stat(path).catch(() => null);
      if (stat !== null && stat.kind !== 'directory') return path;
    }
    return null;
  };
  const program = async (path: string | null, ask = versions): Promise<Program | null> =>
    path === null ? null : { path, version: ask ? await versionOf(path, processes) : null };
  const find = (name: string, ask = versions): Promise<Program | null> =>
    processes.find(name).then((path) => program(path, ask));
  const findGoose = async (): Promise<string | null> =>
    deps.goose !== null
      ? first([deps.goose])
      : ((await processes.find('goose')) ?? first([`${home}/.local/bin/goose`]));
  const proxies = ['/usr/lib/systemd/systemd-socket-proxyd', '/lib/systemd/systemd-socket-proxyd'];
  const [llamaServer, bwrap, socketActivate, socketProxy, curl, goose, userManager] = await Promise.all([
    find('llama-server'),
    find('bwrap'),
    find('systemd-socket-activate', false),
    first(proxies).then((path) => program(path, false)),
    find('curl', false),
    findGoose().then((path) => program(path)),
    hasUserManager(processes),
  ]);
  return { llamaServer, bwrap, socketActivate, socketProxy, userManager, curl, goose };
}

/** A systemd that manages this person's services. `degraded` has a status other than 0 and serves all the same. */
async function hasUserManager(processes: Processes): Promise<boolean> {
  try {
    const { stdout } = await processes.run(
      ['systemctl', '--user', 'is-system-running'],
      { timeout: patience },
      never,
    );
    return ['running', 'degraded', 'starting', 'initializing', 'maintenance'].includes(stdout.trim());
  } catch {
    return false;
  }
}

function versionOf(path: string, processes: Processes): Promise<string | null> {
  const asked = versionsAsked.get(path) ?? askVersion(path, processes);
  versionsAsked.set(path, asked);
  return asked;
}

async function askVersion(path: string, processes: Processes): Promise<string | null> {
  try {
    const { stdout, stderr } = await processes.run([path, '--version'], { timeout: patience }, never);
    // Some print it on standard error.
    return parseProgramVersion(`${stdout}\n${stderr}`);
  } catch {
    return null;
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import type { Files, Processes } from '../core/ports.ts';
import type { Endpoint } from '../core/server/types.ts';
import { clients, type ClientId } from '../core/tools/clients.ts';
import { gooseSession, inTerminal, terminalPrograms } from '../core/tools/terminals.ts';
import { openProgram } from './open-program.ts';

export interface ConnectDeps {
  readonly files: Files;
  readonly processes: Processes;
  readonly home: string;
  /** Where desktop files are, in the order of the system. */
  readonly dataFolders: readonly string[];
}

/** Which programs of the table are here, by name and by folder; none is started. */
export async function findClients({
  files,
  processes,
  home,
  dataFolders,
}: ConnectDeps): Promise<readonly ClientId[]> {
  const flatpaks = ['/var/lib/flatpak/app', `${home}/.local/share/flatpak/app`];
  const is = async (path: string): Promise<boolean> => (await files.stat(path).catch(() => null)) !== null;
  const any = async (checks: readonly Promise<boolean>[]): Promise<boolean> =>
    (await Promise.all(checks)).includes(true);
  const found = await Promise.all(
    clients.map(async ({ id, apps, programs }) => {
      const here = await any([
        ...programs.map(async (name) => (await processes.find(name)) !== null),
        ...apps.flatMap((app) => [
          ...flatpaks.map((folder) => is(`${folder}/${app}`)),
          ...dataFolders.map((folder) => is(`${folder}/applications/${app}.desktop`)),
        ]),
      ]);
      return here ? id : null;
    }),
  );
  return found.filter((id) => id !== null);
}

/**
 * Opens Goose with the local model: in a terminal of its own, which outlives Hearth, or in the one that Hearth was started
 * from. The server was found to answer before this is called.
 *
 * @returns its exit status in this terminal, null for a terminal of its own
 * @throws no-terminal
 */
export async function openGoose(
  goose: string,
  endpoint: Endpoint,
  where: { readonly folder: string; readonly here: boolean },
  { processes }: Pick<ConnectDeps, 'processes'>,
  cancel: Cancel,
): Promise<number | null> {
  const session = gooseSession(goose, endpoint.alias);
  // Terminals that one process serves for all have a folder of their own idea.
  const argv = ['env', `--chdir=${where.folder}`, ...session.slice(1)];
  if (where.here) return processes.interact(argv, cancel);
  for (const program of terminalPrograms) {
    if ((await processes.find(program)) === null) continue;
    await openProgram(processes, inTerminal(program, argv));
    return null;
  }
  throw new HearthError('no-terminal');
}

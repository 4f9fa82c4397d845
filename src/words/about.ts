// SPDX-License-Identifier: GPL-3.0-or-later

import type { BuildConfig } from '../core/config.ts';
import type { HearthState } from '../core/setup/state.ts';
import { taskIds } from '../core/setup/tasks.ts';
import { errorDetails } from './errors.ts';
import { machineReport } from './machine.ts';
import { withoutHomes } from './redact.ts';

/** Versions of the libraries that the window runs on. */
export type Versions = Readonly<Record<string, string>>;

/** What a bug report needs, as plain text. Not translated: it is read by those who fix things. Holds nobody's name. */
export function troubleshooting(state: HearthState, config: BuildConfig, versions: Versions): string {
  const { mode, server } = state;
  const lines = [
    `Hearth ${config.version} (${config.appId})`,
    mode.tag === 'practice' ? `Mode: practice on ${mode.machine}` : 'Mode: real',
    `Libraries: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    '',
    state.machine === null ? 'The computer was not looked at yet.' : machineReport(state.machine),
    '',
    ...programLines(state),
    `Model: ${state.choices.modelId ?? 'none'}, context ${state.choices.contextTokens ?? 'automatic'}`,
    server.tag === 'ready'
      ? `Server: ready, ${server.endpoint.way}, context ${server.endpoint.contextTokens}, isolated ${server.endpoint.isolation.isolated}`
      : `Server: ${server.tag}`,
    '',
    ...taskIds.map((task) => `Task ${task}: ${state.standings[task].tag}`),
    ...Object.entries(state.failures).map(
      ([task, error]) => `\nLast failure of ${task}:\n${errorDetails(error)}`,
    ),
  ];
  return withoutHomes(lines.join('\n'));
}

function programLines({ programs }: HearthState): readonly string[] {
  if (programs === null) return [];
  const { userManager, ...found } = programs;
  const list = Object.entries(found).map(
    ([name, program]) => `${name} ${program === null ? 'missing' : (program.version ?? 'present')}`,
  );
  return [`Programs: ${list.join(', ')}`, `User manager: ${userManager ? 'yes' : 'no'}`];
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, valueOr, type Known } from '../known.ts';
import { complaint, exists, listNames, readText, runCommand } from '../machine/read.ts';
import type { Look } from '../ports.ts';
import {
  dpkgCommand,
  parseDnfOfflineState,
  parseDnfTransaction,
  parseOstreeStatus,
} from './package-output.ts';
import { parsePackages, parsePreparedUpdate, parseRepositories, rpmCommand } from './package-output.ts';
import type { DriverReadings, ImageReading, InstalledPackage, OfflineUpdate } from './readings.ts';
import type { Family } from './types.ts';

export async function observePackages(
  look: Look,
  family: Family | null,
): Promise<Pick<DriverReadings, 'installed' | 'repositories'>> {
  if (family === null) return { installed: missing('not-asked', 'rpm'), repositories: [] };
  const fedora = family === 'fedora' || family === 'fedora-atomic';
  const [installed, repositories] = await Promise.all([
    observeInstalled(look, fedora ? rpmCommand : dpkgCommand),
    fedora ? observeRepositories(look) : [],
  ]);
  return { installed, repositories };
}

/** Both end with an error where a pattern matches nothing, and tell the rest all the same. */
async function observeInstalled(
  look: Look,
  command: readonly string[],
): Promise<Known<readonly InstalledPackage[]>> {
  const output = await runCommand(look, command, 20_000);
  if (!output.known) return output;
  const failed = output.value.exit !== 0 && !/no packages found matching/i.test(output.value.stderr);
  if (failed && output.value.stdout === '')
    return missing('tool-failed', command[0] ?? '', complaint(output.value));
  return known(parsePackages(output.value.stdout), command[0] ?? '');
}

async function observeRepositories(look: Look): Promise<readonly string[]> {
  const folder = '/etc/yum.repos.d';
  const names = valueOr(await listNames(look, folder), []).filter((name) => name.endsWith('.repo'));
  const texts = await Promise.all(names.slice(0, 100).map((name) => readText(look, `${folder}/${name}`)));
  return texts.flatMap((text) => (text.known ? parseRepositories(text.value) : []));
}

export async function observeImage(look: Look): Promise<Known<ImageReading>> {
  const output = await runCommand(look, ['rpm-ostree', 'status', '--json'], 20_000);
  if (!output.known) return output;
  const status = parseOstreeStatus(output.value.stdout);
  return status === null
    ? missing('tool-failed', 'rpm-ostree', complaint(output.value))
    : known(status, 'rpm-ostree');
}

const dnfOffline = '/usr/lib/sysimage/libdnf5/offline';

/** An update that the next restart carries out, or would if a person chose it there. */
export async function observeOfflineUpdate(look: Look): Promise<OfflineUpdate | null> {
  const [armed, prepared, state] = await Promise.all([
    exists(look, '/system-update'),
    readText(look, '/var/lib/PackageKit/prepared-update', 1024 * 1024),
    readText(look, `${dnfOffline}/offline-transaction-state.toml`),
  ]);
  if (prepared.known) {
    const next = armed.known && armed.value;
    return { by: 'packagekit', ...parsePreparedUpdate(prepared.value), armed: next };
  }
  const offline = state.known ? parseDnfOfflineState(state.value) : null;
  if (offline === null) return null;
  const transaction = await readText(look, `${dnfOffline}/transaction.json`, 8 * 1024 * 1024);
  return { by: 'dnf5', ...parseDnfTransaction(transaction.known ? transaction.value : ''), ...offline };
}

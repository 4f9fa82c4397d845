// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import type { Processes } from '../core/ports.ts';
import { contactAhead } from '../core/setup/ledger.ts';
import { hostOf } from '../core/setup/plan.ts';
import { newestFormat, readNewest, versionOf } from '../core/tools/newest.ts';
import type { Ledger } from './ledger.ts';

export interface NewestDeps {
  readonly processes: Processes;
  readonly ledger: Ledger;
  /** Certificates to trust instead of the system's, or null. */
  readonly caFile: string | null;
}

/** Seconds until the connection stands, and until all is over. */
const connectWithin = 15;
const overWithin = 30;

/**
 * Asks the publisher which release is the newest, with one request that carries nothing but its address. Only ever called
 * because a person asked; noted in the ledger before it is made.
 *
 * @throws offline, host-not-found, connection-refused, timeout, tls, http-status, bad-answer, command-missing, cancelled
 */
export async function askNewest(
  url: string,
  subject: string,
  { processes, ledger, caFile }: NewestDeps,
  cancel: Cancel,
): Promise<string> {
  const host = hostOf(url);
  const contact = contactAhead({ host, why: 'version', subject, task: 'tools' });
  const id = await ledger.begin(contact);
  const argv = [
    // First, or a person's own settings file would be read.
    ...['curl', '--disable', '--silent', '--show-error', '--head', '--globoff', '--proto', '=https'],
    ...['--connect-timeout', String(connectWithin), '--max-time', String(overWithin)],
    ...['--user-agent', '', '--output', '/dev/null', '--write-out', newestFormat],
    ...(caFile === null ? [] : ['--cacert', caFile]),
    ...['--', url],
  ];
  const { exit, stdout, stderr } = await processes.run(argv, { env: { LC_ALL: 'C' } }, cancel);
  const answer = readNewest(stdout);
  const { address, sent, received, status } = answer;
  await ledger.write({ ...contact, address, sent, received, status }, id);
  return versionOf(answer, exit, stderr.trim(), host);
}

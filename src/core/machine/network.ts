// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { NetworkFacts } from './facts.ts';
import { complaint, runCommand } from './read.ts';

export const networkCommand =
  'busctl --system --json=short get-property org.freedesktop.NetworkManager /org/freedesktop/NetworkManager org.freedesktop.NetworkManager Connectivity Metered'.split(
    ' ',
  );

/** NMConnectivityState. */
const connectivities = ['unknown', 'none', 'portal', 'limited', 'full'] as const;
/** NMMetered: unknown, yes, no, and two guesses, which NetworkManager itself acts on. */
const metered = ['unknown', 'yes', 'no', 'yes', 'no'] as const;

/** Two lines of JSON, `{"type":"u","data":4}` each; null when they are not that. */
export function parseNetwork(stdout: string): NetworkFacts | null {
  const values = stdout.trim().split('\n', 3).map(dataOf);
  const connectivity = connectivities[values[0] ?? -1];
  const meteredState = metered[values[1] ?? -1];
  if (values.length !== 2 || connectivity === undefined || meteredState === undefined) return null;
  return { connectivity, metered: meteredState };
}

function dataOf(line: string): number | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('data' in value)) return null;
    return typeof value.data === 'number' ? value.data : null;
  } catch {
    return null;
  }
}

export async function observeNetwork(look: Look): Promise<Known<NetworkFacts>> {
  const output = await runCommand(look, networkCommand, 3000);
  if (!output.known) return output;
  if (output.value.exit !== 0) return missing('tool-failed', 'NetworkManager', complaint(output.value));
  const facts = parseNetwork(output.value.stdout);
  return facts === null ? missing('garbled', output.source) : known(facts, 'NetworkManager');
}

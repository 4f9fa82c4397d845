// SPDX-License-Identifier: GPL-3.0-or-later

import { hostOf } from '../setup/plan.ts';

/** Hosts of the package sources in a file of yum's, by their id: where their lists are fetched from. */
export function repositoryHosts(text: string): Readonly<Record<string, readonly string[]>> {
  const hosts: Record<string, string[]> = {};
  let id = '';
  for (const line of text.split('\n', 2000)) {
    const section = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (section !== undefined) id = section;
    const url = /^(?:baseurl|metalink|mirrorlist)\s*=\s*(https?:\/\/\S+)/.exec(line)?.[1];
    if (url === undefined || id === '') continue;
    const host = hostOf(url);
    hosts[id] = [...new Set([...(hosts[id] ?? []), host])];
  }
  return hosts;
}

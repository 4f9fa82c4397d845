// SPDX-License-Identifier: GPL-3.0-or-later

import { hostOf } from '../setup/plan.ts';

/** Hosts of the sources that are on, in a file of yum's, or in one of apt's in either of its forms. */
export function enabledHosts(text: string): readonly string[] {
  const hosts: string[] = [];
  // Blocks of apt's newer form, and sections of yum's.
  for (const block of text.split(/\n\s*\n|^(?=\[)/m)) {
    if (/^enabled\s*[=:]\s*(?:0|no|false)\s*$/im.test(block)) continue;
    for (const line of block.split('\n')) {
      if (!/^(?:deb(?:-src)?\s|URIs:|baseurl|metalink|mirrorlist)/i.test(line)) continue;
      for (const [url] of line.matchAll(/https?:\/\/[^\s\]]+/g)) hosts.push(hostOf(url));
    }
  }
  return [...new Set(hosts)];
}

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

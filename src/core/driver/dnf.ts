// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import type { Resolution } from './packages.ts';

/** One item of a transaction that dnf5's daemon solved. Sizes in bytes. */
export interface DnfItem {
  /** 'Install', 'Upgrade', 'Downgrade', 'Reinstall', 'Remove', 'Replaced', … */
  readonly action: string;
  readonly name: string;
  readonly packageSize: number;
  readonly installSize: number;
}

const coming: ReadonlySet<string> = new Set(['Install', 'Upgrade', 'Downgrade', 'Reinstall']);

export function dnfResolution(items: readonly DnfItem[], verb: 'install' | 'remove'): Resolution {
  const fresh = items.filter(({ action }) => coming.has(action));
  // What a newer version replaces is not lost.
  const renewed = new Set(fresh.map(({ name }) => name));
  const going = items.filter(
    ({ action, name }) => (action === 'Remove' || action === 'Replaced') && !renewed.has(name),
  );
  const sum = (list: readonly DnfItem[], key: 'packageSize' | 'installSize'): number =>
    list.reduce((all, item) => all + item[key], 0);
  return {
    installs: fresh.map(({ name }) => name),
    removes: going.map(({ name }) => name),
    downloadBytes: sum(fresh, 'packageSize'),
    diskBytes: sum(verb === 'install' ? fresh : going, 'installSize'),
  };
}

/** What went wrong, from the text in which dnf5 says it in the C locale. */
export function dnfError(text: string, names: readonly string[]): HearthError {
  const options = { detail: text };
  const missing = /No match for argument: (\S+)/.exec(text)?.[1];
  if (missing !== undefined) return new HearthError('package-missing', { package: missing }, options);
  if (/not authorized|PolicyKit|polkit/i.test(text)) return new HearthError('permission-denied', {}, options);
  if (/No space left|needs? \d+\S* more space|Insufficient space/i.test(text))
    return new HearthError('no-space', {}, options);
  if (/GPG|PGP|OpenPGP|signature|not signed/i.test(text))
    return new HearthError('package-untrusted', {}, options);
  if (/lock/i.test(text) && /(acquire|obtain|held|another|failed)/i.test(text))
    return new HearthError('packages-busy', {}, options);
  if (/Problem|conflict|nothing provides|file .* from install of/i.test(text))
    return new HearthError('package-conflict', names[0] === undefined ? {} : { package: names[0] }, options);
  if (
    /Curl error|Could not resolve|download|Cannot prepare internal mirrorlist|Failed to connect|mirror/i.test(
      text,
    )
  )
    return new HearthError('offline', {}, options);
  return new HearthError('packages-failed', {}, options);
}

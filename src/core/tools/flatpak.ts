// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorCode } from '../errors.ts';

/** A source of programs that Flatpak knows, in one of its installations. */
export interface Remote {
  readonly name: string;
  readonly url: string;
  readonly scope: 'user' | 'system';
}

/** Those whose signatures are checked, from `flatpak remotes --columns=name,url,options`. */
export function parseRemotes(text: string): readonly Remote[] {
  return text.split('\n').flatMap((line): Remote[] => {
    const [name = '', url = '', options = ''] = line.split('\t').map((part) => part.trim());
    const set = options.split(',');
    if (name === '' || url === '' || set.includes('no-gpg-verify') || set.includes('disabled')) return [];
    return [{ name, url, scope: set.includes('user') ? 'user' : 'system' }];
  });
}

/** Flathub, where a person has set it up; for themselves alone rather than for everybody. */
export function flathub(remotes: readonly Remote[]): Remote | null {
  const named = remotes.filter(({ name }) => name === 'flathub');
  return named.find(({ scope }) => scope === 'user') ?? named[0] ?? null;
}

export interface RemoteInfo {
  readonly runtime: string | null;
  /** Bytes. */
  readonly download: number;
  readonly installed: number;
}

const units: Readonly<Record<string, number>> = { bytes: 1, byte: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

/** From `flatpak remote-info`; null where it makes no sense. */
export function parseRemoteInfo(text: string): RemoteInfo | null {
  const field = (name: string): string | null =>
    new RegExp(`^\\s*${name}:[ \\t]*(\\S.*?)\\s*$`, 'm').exec(text)?.[1] ?? null;
  const size = (name: string): number | null => {
    const match = /^([\d.,]+)\s*(\w+)$/u.exec(field(name) ?? '');
    const unit = units[match?.[2] ?? ''];
    const value = Number(match?.[1]?.replace(',', '.'));
    return unit === undefined || !Number.isFinite(value) ? null : Math.round(value * unit);
  };
  const [download, installed] = [
    size('Download Size') ?? size('Download'),
    size('Installed Size') ?? size('Installed'),
  ];
  return download === null || installed === null ? null : { runtime: field('Runtime'), download, installed };
}

/** What a program may use besides its own files, from its metadata: `network`, `home`, `session-bus`. */
export function parsePermissions(metadata: string): readonly string[] {
  const context = /^\[Context\]\n((?:(?!\[).*\n?)*)/m.exec(metadata)?.[1] ?? '';
  const lists = context.split('\n').flatMap((line) => {
    const [, key = '', values = ''] = /^(shared|sockets|devices|filesystems)=(.*)$/.exec(line) ?? [];
    return key === '' ? [] : values.split(';').filter((value) => value !== '' && !value.startsWith('!'));
  });
  return [...new Set(lists)];
}

/** What went wrong, from what `flatpak` said. */
export function flatpakProblem(said: string): ErrorCode {
  if (/signature|GPG verification|public key not found/i.test(said)) return 'app-unsigned';
  if (/Could not resolve/i.test(said)) return 'host-not-found';
  if (/Could not connect|Connection refused|Network is unreachable/i.test(said)) return 'connection-refused';
  if (/No space left|not enough (?:disk )?space|min-free-space/i.test(said)) return 'no-space';
  if (/While (?:fetching|pulling)|timed? ?out/i.test(said)) return 'connection-lost';
  return 'command-failed';
}

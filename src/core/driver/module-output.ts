// SPDX-License-Identifier: GPL-3.0-or-later

import { moduleSigners } from './key/module-signature.ts';
import type { BuildFailure, BuildState, ModuleFile, Signer } from './types.ts';

// What modinfo, od, systemctl and logs of builds say. Text in, facts out.

/** The fields of `modinfo` that matter; null when it lists no file. */
export type ModuleInfo = Pick<ModuleFile, 'path' | 'version' | 'vermagic' | 'srcversion' | 'open'> & {
  readonly signed: boolean;
};

/** Output of `modinfo -k KERNEL nvidia`: 'name:   value' lines, of which some come many times. */
export function parseModinfo(stdout: string): ModuleInfo | null {
  const field = (name: string): string | null =>
    new RegExp(`^${name}:[ \\t]+(\\S.{0,1000}?)\\s*$`, 'm').exec(stdout)?.[1] ?? null;
  const path = field('filename');
  if (path === null || !path.startsWith('/')) return null;
  const license = field('license');
  return {
    path,
    version: field('version'),
    vermagic: field('vermagic'),
    srcversion: field('srcversion'),
    open: license === null ? null : /\b(?:GPL|MIT)\b/.test(license),
    signed: field('sig_id') !== null,
  };
}

/** Bytes as `od -An -v -tx1` writes them. */
export function parseHexDump(text: string): Uint8Array {
  const bytes = text.match(/[0-9a-f]{2}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => parseInt(byte, 16));
}

/** Signers from the dumped end of a module; null when there is a signature that makes no sense. */
export function parseSignersDump(text: string): readonly Signer[] | null {
  try {
    return moduleSigners(parseHexDump(text));
  } catch {
    return null;
  }
}

/** Whether the kernel's xz reader refuses a file with these first bytes: it knows CRC32 and no check at all. */
export function isBadXz(head: Uint8Array): boolean {
  const magic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
  if (head.length < 8 || magic.some((byte, index) => head[index] !== byte)) return false;
  const check = (head[7] ?? 0) & 0x0f;
  return check !== 0 && check !== 1;
}

/** `systemctl show UNIT --property=ActiveState,InactiveExitTimestamp --timestamp=unix`. */
export function parseUnitState(stdout: string): BuildState {
  // A oneshot unit builds while it is activating; one that says "active" has ended and stays so.
  if (!/^ActiveState=activating$/m.test(stdout)) return { tag: 'idle' };
  const since = /^InactiveExitTimestamp=@(\d{1,12})$/m.exec(stdout)?.[1];
  return { tag: 'building', since: since === undefined ? null : Number(since) * 1000 };
}

/**
 * `busctl --json=short call … ListInhibitors`: whether something holds a restart back for a module that is built.
 * Each is (what, who, why, mode, uid, pid).
 */
export function parseInhibitors(stdout: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch {
    return false;
  }
  const data: unknown = typeof value === 'object' && value !== null && 'data' in value ? value.data : null;
  const list: unknown = Array.isArray(data) ? data[0] : null;
  if (!Array.isArray(list)) return false;
  return list.some((one: unknown) => {
    if (!Array.isArray(one)) return false;
    const [what, who, , mode] = one as unknown[];
    return who === 'akmods' && mode === 'block' && typeof what === 'string' && what.includes('shutdown');
  });
}

/** Why a build failed, from the end of its log. */
export function buildFailure(log: string): BuildFailure {
  if (
    /Files needed for building modules against kernel|kernel headers .{0,80}(?:not|cannot) be found/i.test(
      log,
    )
  )
    return 'no-headers';
  if (
    /\bis needed by\b|Failed build dependencies|Unable to locate the compiler|gcc: (?:command )?not found/i.test(
      log,
    )
  )
    return 'missing-packages';
  // What the kernel changed and the driver does not know yet shows as an error of the compiler or of modpost.
  if (/(?:^|\s)(?:fatal )?error: |ERROR: modpost|conftest/m.test(log)) return 'too-old';
  return 'other';
}

/** A log of akmods: 'VERSION-RELEASE-for-KERNEL.log' or '….failed.log'. */
export function akmodsLog(name: string, kernel: string): 'built' | 'failed' | null {
  const end = `-for-${kernel}`;
  if (name.endsWith(`${end}.failed.log`)) return 'failed';
  return name.endsWith(`${end}.log`) ? 'built' : null;
}

/** `dkms status`: 'nvidia/595.71.05, 7.0.0-22-generic, x86_64: installed'. Null when it knows no such module there. */
export function parseDkmsStatus(stdout: string, kernel: string): 'installed' | 'not-installed' | null {
  let found: 'installed' | 'not-installed' | null = null;
  for (const line of stdout.split('\n', 500)) {
    const match = /^nvidia[a-z0-9-]*[/,] ?[^,]+, ([^,]+), [^:]+: (\w+)/.exec(line);
    if (match?.[1] !== kernel) continue;
    if (match[2] === 'installed') return 'installed';
    found = 'not-installed';
  }
  return found;
}

/** `nvidia-smi -L`: 'GPU 0: NVIDIA GeForce RTX 4060 (UUID: GPU-…)', one line a card. */
export function countsCards(stdout: string): number {
  return stdout.match(/^GPU \d+: /gm)?.length ?? 0;
}

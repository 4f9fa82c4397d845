// SPDX-License-Identifier: GPL-3.0-or-later

import { compareReleases } from '../machine/kernel.ts';

// What systemd-boot tells, and is told, by variables of the firmware: the Boot Loader Interface of systemd's documentation.
// Values are UTF-16, little endian, ended by a zero. Entries have the names that kernel-install gives them.

/** Vendor of the variables; their files in efivarfs are `NAME-GUID`. */
export const loaderGuid = '4a67b082-0a4c-41cf-b6c7-440b29bb8c4f';
/** Non-volatile, and there before and after the start: what a setting needs that is to last. */
const attributes = 7;

/** The text of a variable's value, without what comes after its first zero. */
export function loaderText(value: Uint8Array): string {
  const text = new TextDecoder('utf-16le').decode(value);
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

/** A file of efivarfs that holds a text. */
export function loaderVariable(text: string): Uint8Array {
  const bytes = new Uint8Array(4 + 2 * (text.length + 1));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, attributes, true);
  for (let at = 0; at < text.length; at += 1) view.setUint16(4 + 2 * at, text.charCodeAt(at), true);
  return bytes;
}

/** LoaderInfo names the boot loader that was started; GRUB sets it as well. */
export function isSystemdBoot(info: string): boolean {
  return info.startsWith('systemd-boot ');
}

/** An entry of the menu, by the name of its file. */
export interface BootEntry {
  /** As the menu calls it: the file's name without its count of tries. */
  readonly id: string;
  /** It was tried as often as it may be: the menu passes over it. */
  readonly spent: boolean;
}

/** @param name `fedora-6.17.1.conf`, `0a1b…-6.17.1+2-1.efi`, … @returns null for a file that is no entry */
export function bootEntry(name: string): BootEntry | null {
  const parts = /^(.+?)(?:\+(\d+)(?:-\d+)?)?\.(conf|efi)$/i.exec(name);
  if (parts === null) return null;
  const [, base, left, suffix] = parts;
  return { id: `${base}.${suffix}`, spent: left !== undefined && Number(left) === 0 };
}

/** The installed kernel that an entry starts: its id is the machine's word and the kernel's release. */
export function kernelOfEntry(id: string, installed: readonly string[]): string | null {
  const base = id.replace(/\.(conf|efi)$/i, '');
  const fitting = installed.filter((kernel) => base === kernel || base.endsWith(`-${kernel}`));
  return fitting.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

/** The entry of a kernel. @returns null where there is none, or more than one */
export function entryOfKernel(
  kernel: string,
  entries: readonly BootEntry[],
  installed: readonly string[],
): string | null {
  const fitting = new Set(
    entries.filter(({ id }) => kernelOfEntry(id, installed) === kernel).map(({ id }) => id),
  );
  return fitting.size === 1 ? ([...fitting][0] ?? null) : null;
}

/**
 * The kernel that the menu starts by itself. A setting in the firmware comes before the one in loader.conf; both may be a
 * pattern, and one that fits nothing counts as none. Then it is the newest that is left.
 * @returns null where the entry that would be started is not one of an installed kernel
 */
export function defaultOfMenu(
  entries: readonly BootEntry[],
  installed: readonly string[],
  patterns: readonly (string | null)[],
): string | null {
  for (const pattern of patterns) {
    // The one that was started last, which the firmware keeps elsewhere.
    if (pattern === '@saved') return null;
    const wanted = pattern === null ? [] : entries.filter(({ id }) => fits(pattern, id));
    if (wanted.length > 0) return newest(wanted, installed);
  }
  return newest(
    entries.filter(({ spent }) => !spent),
    installed,
  );
}

function newest(entries: readonly BootEntry[], installed: readonly string[]): string | null {
  const kernels = entries.flatMap(({ id }) => kernelOfEntry(id, installed) ?? []);
  return kernels.toSorted(compareReleases).at(-1) ?? null;
}

/** `*`, `?` and nothing else has a meaning here; case does not matter. */
function fits(pattern: string, id: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(id);
}

/** The setting `default` of loader.conf; null where there is none. */
export function defaultInLoaderConf(text: string): string | null {
  return /^default\s+(\S+)\s*$/m.exec(text)?.[1] ?? null;
}

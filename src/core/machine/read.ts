// SPDX-License-Identifier: GPL-3.0-or-later

import { hasCode, toErrorValue } from '../errors.ts';
import { known, missing, type Known, type MissingReason } from '../known.ts';
import type { Look, Output } from '../ports.ts';

/** Small files of /proc and /sys; what is longer is not what it says it is. */
export const smallFile = 256 * 1024;

/** Reads a text file as a fact: a file that cannot be read is a reason, never an error. */
export async function readText(look: Look, path: string, maxBytes = smallFile): Promise<Known<string>> {
  try {
    return known(await look.readText(path, maxBytes), path);
  } catch (thrown) {
    return unreadable(thrown, path);
  }
}

/** The first `length` bytes of a file, or fewer when it is shorter. */
export async function readBytes(look: Look, path: string, length: number): Promise<Known<Uint8Array>> {
  try {
    return known(await look.readBytes(path, { offset: 0, length }), path);
  } catch (thrown) {
    return unreadable(thrown, path);
  }
}

export async function listNames(look: Look, path: string): Promise<Known<readonly string[]>> {
  try {
    return known(await look.list(path), path);
  } catch (thrown) {
    return unreadable(thrown, path);
  }
}

/** Text of a symbolic link; null where there is none. */
export async function readLink(look: Look, path: string): Promise<Known<string | null>> {
  try {
    return known(await look.readLink(path), path);
  } catch (thrown) {
    return hasCode(thrown, 'not-found') ? known(null, path) : unreadable(thrown, path);
  }
}

export async function exists(look: Look, path: string): Promise<Known<boolean>> {
  try {
    return known((await look.stat(path)) !== null, path);
  } catch (thrown) {
    return unreadable(thrown, path);
  }
}

/** Size of a file in bytes, or null when that cannot be told. */
export async function sizeOf(look: Look, path: string): Promise<number | null> {
  try {
    return (await look.stat(path))?.size ?? null;
  } catch {
    return null;
  }
}

/** Runs a reading command. The exit status is the caller's to judge. `timeout` in milliseconds. */
export async function runCommand(
  look: Look,
  argv: readonly string[],
  timeout = 5000,
): Promise<Known<Output>> {
  const source = argv.join(' ');
  try {
    return known(await look.run(argv, timeout), source);
  } catch (thrown) {
    if (hasCode(thrown, 'command-missing')) return missing('no-tool', source);
    if (hasCode(thrown, 'timeout')) return missing('tool-failed', source, 'no answer in time');
    return missing('tool-failed', source, toErrorValue(thrown).detail ?? undefined);
  }
}

// Control characters, and marks that turn the direction of text around.
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** A name for people from a file or a tool: one line, no escape sequences for the terminal, at most 120 characters. */
export function plainText(text: string): string {
  return text.replace(unprintable, ' ').replace(/\s+/g, ' ').trim().slice(0, 120);
}

/** First line of what a command said, for the reason why a fact is missing. */
export function complaint(output: Output): string {
  const said = output.stderr.trim() || output.stdout.trim();
  return plainText(said.split('\n', 1)[0] ?? '') || `exit ${String(output.exit)}`;
}

function unreadable(thrown: unknown, source: string): Known<never> {
  const reason = reasonOf(thrown);
  // That nothing is there needs no explanation.
  return missing(
    reason,
    source,
    reason === 'absent' ? undefined : toErrorValue(thrown).detail?.slice(0, 200),
  );
}

function reasonOf(thrown: unknown): MissingReason {
  if (hasCode(thrown, 'not-found')) return 'absent';
  if (hasCode(thrown, 'denied')) return 'denied';
  if (hasCode(thrown, 'too-large', 'not-text')) return 'garbled';
  // Drivers answer EIO and ENODATA when they have nothing to tell.
  return hasCode(thrown, 'io') ? 'not-told' : 'garbled';
}

/** Applies a parser to a text that may be missing; a parser says null when the text made no sense. */
export function parsed<T>(text: Known<string>, parse: (text: string) => T | null): Known<T> {
  if (!text.known) return text;
  return missingUnless(parse(text.value), text.source);
}

/** What a parser found, or that the source made no sense. */
export function missingUnless<T>(value: T | null, source: string): Known<T> {
  return value === null ? missing('garbled', source) : known(value, source);
}

/** A whole number in decimal or 0x… form, as sysfs writes it; null when it is anything else. */
export function parseNumber(text: string): number | null {
  const match = /^\s*(0x[0-9a-f]{1,13}|[0-9]{1,16})\s*$/i.exec(text);
  const value = match?.[1] === undefined ? NaN : Number(match[1]);
  return Number.isSafeInteger(value) ? value : null;
}

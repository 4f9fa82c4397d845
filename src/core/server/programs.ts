// SPDX-License-Identifier: GPL-3.0-or-later

/** The first version number in what a program says of itself, e.g. 0.7.0 or 1.52.0; null when it says none. */
export function parseProgramVersion(text: string): string | null {
  return /\b(\d+(?:\.\d+){1,3})\b/.exec(text.slice(0, 4000))?.[1] ?? null;
}

// SPDX-License-Identifier: GPL-3.0-or-later

import type { Door } from '../core/first-boot/markers.ts';
import { pageNames, type PageName } from '../ui/context.ts';

export interface WindowOptions {
  /** Name of the recorded machine to practise on, '' for the usual one; null for real. */
  readonly practice: string | null;
  /** Folder of a recorded machine to look at instead of this computer, or null. */
  readonly machine: string | null;
  /** Page to open first; for debugging and pictures. */
  readonly page: PageName | null;
  /** Who starts Hearth: a unit at login, or a person. */
  readonly door: Door;
  /** Folder that Goose is to be opened on, or null. */
  readonly gooseIn: string | null;
  /** What GApplication itself understands. */
  readonly rest: readonly string[];
}

/**
 * Options of the window: --practice[=MACHINE], --machine=DIR, --page=NAME, --goose-in=FOLDER, --first-login, --resume. An
 * unknown page is passed over.
 */
export function windowOptions(argv: readonly string[]): WindowOptions {
  let practice: string | null = null;
  let machine: string | null = null;
  let page: PageName | null = null;
  let door: Door = 'person';
  let gooseIn: string | null = null;
  const rest: string[] = [];
  for (const argument of argv) {
    const [, name, value = ''] = /^--(practice|machine|page|goose-in)(?:=(.*))?$/s.exec(argument) ?? [];
    if (argument === '--first-login' || argument === '--resume')
      door = argument === '--resume' ? 'resume' : 'first-login';
    else if (name === undefined) rest.push(argument);
    else if (name === 'practice') practice = value;
    else if (name === 'machine') machine = value === '' ? null : value;
    else if (name === 'goose-in') gooseIn = value === '' ? null : value;
    else page = pageNames.find((known) => known === value) ?? null;
  }
  return { practice, machine, page, gooseIn, door, rest };
}

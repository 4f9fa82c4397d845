// SPDX-License-Identifier: GPL-3.0-or-later

import type { KeyPlace, TrustedKey } from '../core/driver/types.ts';
import {
  keyLists,
  listFiles,
  parseMokAuth,
  parseMokTimeout,
  variableFile,
  variableValue,
  type MokAuth,
} from '../core/driver/key/efi.ts';
import { keysOf, listCap, parseSignatureLists } from '../core/driver/key/signature-list.ts';
import { secureBootFrom } from '../core/machine/firmware.ts';
import { known, missing, type Known } from '../core/known.ts';
import { sha1 } from '../platform/digest.ts';
import { isThere, namesIn, readSmall, type Box } from './box.ts';

const efi = '/sys/firmware/efi';
const variables = `${efi}/efivars`;

export interface FirmwareSight {
  readonly efi: boolean;
  readonly secureBoot: 'on' | 'off' | 'setup' | 'unknown';
  readonly validationOff: boolean;
  readonly shim: boolean;
  readonly nvramFree: number | null;
  readonly keys: readonly TrustedKey[];
  /** SHA-256 of revoked certificates' signed parts. */
  readonly revoked: ReadonlySet<string>;
  readonly staged: Staged;
}

/** What is left for MokManager to do at the next start. */
export interface Staged {
  /** Fingerprints; null where nothing is staged. */
  readonly enrolment: readonly string[] | null;
  readonly deletion: readonly string[] | null;
  readonly auth: MokAuth | null;
  readonly deletionAuth: MokAuth | null;
  /** MokAuth without MokNew, or the like for a deletion. */
  readonly stale: boolean;
  /** A change that Hearth never stages: of the lists of blocked keys, of passwords, of Secure Boot. */
  readonly other: boolean;
  readonly timeout: number | null;
}

const others = ['MokXNew', 'MokXDel', 'MokPW', 'MokSB', 'MokDB', 'MokListTrustedNew'];

export async function variable(box: Box, name: string): Promise<Uint8Array | null> {
  const bytes = await readSmall(box, box.at(`${variables}/${variableFile(name)}`), listCap);
  return bytes === null ? null : variableValue(bytes);
}

export async function seeFirmware(box: Box): Promise<FirmwareSight> {
  const [there, names, shim] = await Promise.all([
    isThere(box, box.at(efi)),
    namesIn(box, box.at(variables)),
    isThere(box, box.at(`${efi}/mok-variables`)),
  ]);
  const lists = await Promise.all(
    keyLists.map(async ({ name, place }) => readKeys(box, listFiles(name, names), place)),
  );
  return {
    efi: there,
    secureBoot: await secureBoot(box),
    validationOff: names.includes(variableFile('MokSBStateRT')),
    shim,
    nvramFree: there ? await box.files.freeSpace(box.at(variables)).catch(() => null) : null,
    keys: lists.flatMap((list) => list.keys),
    revoked: new Set(lists.flatMap((list) => list.revoked)),
    staged: await seeStaged(box, names),
  };
}

async function readKeys(
  box: Box,
  fileNames: readonly string[],
  place: KeyPlace,
): Promise<{ readonly keys: readonly TrustedKey[]; readonly revoked: readonly string[] }> {
  const parsed = await Promise.all(
    fileNames.map(async (name) => {
      const bytes = await readSmall(box, box.at(`${variables}/${name}`), listCap);
      return bytes === null ? null : parseSignatureLists(variableValue(bytes));
    }),
  );
  const lists = parsed.filter((list) => list !== null);
  return {
    keys: lists.flatMap((list) => keysOf(list, place, sha1)),
    revoked: lists.flatMap((list) => list.revoked),
  };
}

async function secureBoot(box: Box): Promise<FirmwareSight['secureBoot']> {
  const [on, setup] = await Promise.all(
    ['SecureBoot', 'SetupMode'].map(async (name): Promise<Known<Uint8Array>> => {
      const bytes = await readSmall(box, box.at(`${variables}/${variableFile(name)}`), 16);
      return bytes === null ? missing('absent', name) : known(bytes, name);
    }),
  );
  if (on === undefined || setup === undefined) return 'unknown';
  const fact = secureBootFrom(on, setup);
  if (!fact.known) return fact.reason === 'absent' ? 'off' : 'unknown';
  return fact.value;
}

/** What is staged, by what lies in the variables, not by what a tool says. */
export async function seeStaged(box: Box, known?: readonly string[]): Promise<Staged> {
  const names = known ?? (await namesIn(box, box.at(variables)));
  const has = (name: string): boolean => names.includes(variableFile(name));
  const [enrolment, deletion, auth, deletionAuth, timeout] = await Promise.all([
    variable(box, 'MokNew'),
    variable(box, 'MokDel'),
    variable(box, 'MokAuth'),
    variable(box, 'MokDelAuth'),
    variable(box, 'MokTimeout'),
  ]);
  return {
    enrolment: enrolment === null ? null : fingerprints(enrolment),
    deletion: deletion === null ? null : fingerprints(deletion),
    auth: auth === null ? null : parseMokAuth(auth),
    deletionAuth: deletionAuth === null ? null : parseMokAuth(deletionAuth),
    stale: (auth !== null && enrolment === null) || (deletionAuth !== null && deletion === null),
    other: others.some(has),
    timeout: timeout === null ? null : parseMokTimeout(timeout),
  };
}

function fingerprints(list: Uint8Array): string[] {
  return keysOf(parseSignatureLists(list), 'mok', sha1).map((key) => key.fingerprint);
}

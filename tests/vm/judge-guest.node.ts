// SPDX-License-Identifier: GPL-3.0-or-later

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { parseCertificate, plainCertificate, type Digest } from '../../src/core/driver/key/certificate.ts';
import {
  keyLists,
  listFiles,
  parseBootCurrent,
  parseLoadOption,
  removablePath,
  variableFile,
  variableValue,
} from '../../src/core/driver/key/efi.ts';
import { endingFrom, endingOf } from '../../src/core/driver/key/ending.ts';
import { moduleSigners } from '../../src/core/driver/key/module-signature.ts';
import { judgeDeletion, judgePreflight, type PreflightSight } from '../../src/core/driver/key/preflight.ts';
import { keysOf, parseSignatureLists } from '../../src/core/driver/key/signature-list.ts';
import { moduleTrust } from '../../src/core/driver/key/trust.ts';
import type { KeyRequest, MechanismState, TrustedKey } from '../../src/core/driver/types.ts';
import { known } from '../../src/core/known.ts';
import { endingWords } from '../../src/words/driver-ending.ts';

/** What one start of a guest left behind, and what Hearth has on record. */
export interface Guest {
  /** Folder with `efivars`, `mok-variables`, `boot-id`, `statfs`. */
  readonly folder: string;
  /** Files on the EFI partition, `/EFI/…`. */
  readonly partition: readonly string[];
  readonly certificate: string;
  readonly module: string;
  /** null where nothing was asked; `bootId` null for a start before this one. */
  readonly request: {
    readonly kind: KeyRequest['kind'];
    readonly bootId: string | null;
    readonly attempts: number;
  } | null;
  /** ms since the epoch */
  readonly now: number;
  /** What the root service said in that start, where it was asked; its record is believed instead of `request` then. */
  readonly state?: MechanismState;
}

const sha1: Digest = (bytes) => createHash('sha1').update(bytes).digest('hex');

/** How the request ended, what speaks against another one, and whether the kernel trusts the module. */
export function judgeGuest(guest: Guest): unknown {
  const folder = `${guest.folder}/efivars`;
  const files = readdirSync(folder);
  const value = (name: string): Uint8Array | null => {
    const file = variableFile(name);
    return files.includes(file) ? variableValue(readFileSync(`${folder}/${file}`)) : null;
  };
  const key = parseCertificate(readFileSync(guest.certificate), sha1);
  const lists = keyLists.map(({ name, place }) => ({
    place,
    lists: listFiles(name, files).map((file) =>
      parseSignatureLists(variableValue(readFileSync(`${folder}/${file}`))),
    ),
  }));
  const keys: TrustedKey[] = lists.flatMap(({ place, lists: parts }) =>
    parts.flatMap((part) => keysOf(part, place, sha1)),
  );
  const pending = (name: string): string[] => {
    const bytes = value(name);
    return bytes === null
      ? []
      : keysOf(parseSignatureLists(bytes), 'mok', sha1).map((one) => one.fingerprint);
  };
  const [pendingEnrolment, pendingDeletion] = [pending('MokNew'), pending('MokDel')];
  const staleAuth =
    (value('MokAuth') !== null && pendingEnrolment.length === 0) ||
    (value('MokDelAuth') !== null && pendingDeletion.length === 0);
  const bootId = readFileSync(`${guest.folder}/boot-id`, 'utf8').trim();
  const request: KeyRequest | null = guest.request && {
    kind: guest.request.kind,
    fingerprint: key.fingerprint,
    bootId: guest.request.bootId ?? 'a start before this one',
    requestedAt: guest.now,
    attempts: guest.request.attempts,
  };
  const judged = endingOf({
    request,
    bootId,
    enrolled: keys.filter((one) => one.place === 'mok' || one.place === 'db').map((one) => one.fingerprint),
    pendingEnrolment,
    pendingDeletion,
    staleAuth,
  });
  const signers = moduleSigners(readFileSync(guest.module));
  const sight: PreflightSight = {
    efi: true,
    secureBoot: secureBoot(value('SecureBoot'), value('SetupMode')),
    validationOff: value('MokSBStateRT') !== null,
    shim: existsSync(`${guest.folder}/mok-variables`),
    keyManager: keyManager(guest, value),
    nvramFree: nvramFree(guest.folder),
    key: plainCertificate(key),
    keySize: readFileSync(guest.certificate).length,
    keyRevoked: false,
    keys,
    foreignRequest:
      request === null && [...pendingEnrolment, ...pendingDeletion].some((one) => one !== key.fingerprint),
    module: known(signers, guest.module),
    now: guest.now,
  };
  const ending = guest.state === undefined ? judged : endingFrom(guest.state, bootId, keys);
  return {
    ending,
    title: ending && endingWords(ending, request?.kind ?? 'enrol', false).title,
    obstacles: judgePreflight(sight),
    deletion: judgeDeletion(sight),
    trust: moduleTrust(signers, keys, guest.now),
    staleAuth,
    nvramFree: sight.nvramFree,
    mok: keys.filter((one) => one.place === 'mok').map((one) => one.fingerprint),
  };
}

function secureBoot(on: Uint8Array | null, setup: Uint8Array | null): PreflightSight['secureBoot'] {
  if (setup?.[0] === 1) return 'setup';
  return on === null ? 'unknown' : on[0] === 1 ? 'on' : 'off';
}

/** Whether MokManager lies beside the boot loader that the firmware started. */
function keyManager(
  { partition }: Guest,
  value: (name: string) => Uint8Array | null,
): PreflightSight['keyManager'] {
  const current = value('BootCurrent');
  const entry = current && value(`Boot${parseBootCurrent(current)}`);
  if (entry === null) return 'unknown';
  const loader = parseLoadOption(entry).file ?? removablePath;
  const beside = `${loader.slice(0, loader.lastIndexOf('/'))}/mmx64.efi`.toLowerCase();
  return partition.some((file) => file.toLowerCase() === beside) ? 'there' : 'missing';
}

/** `statfs` of efivarfs: free blocks, all blocks, size of one. */
function nvramFree(folder: string): number | null {
  const [free = NaN, , size = NaN] = readFileSync(`${folder}/statfs`, 'utf8').split(' ').map(Number);
  return Number.isFinite(free * size) ? free * size : null;
}

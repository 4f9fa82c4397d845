// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

import type { MechanismState, TrustedKey } from '../core/driver/types.ts';
import { plainCertificate } from '../core/driver/key/certificate.ts';
import { judgePreflight, type PreflightSight } from '../core/driver/key/preflight.ts';
import { enrolled, moduleTrust, signedBy } from '../core/driver/key/trust.ts';
import type { Known } from '../core/known.ts';
import { known } from '../core/known.ts';
import { readLine, type Box } from './box.ts';
import { adapterFor, type Adapter } from './distribution.ts';
import { seeBootPath } from './esp.ts';
import { seeFirmware, type FirmwareSight } from './firmware.ts';
import { findKey, type StoredKey } from './keys.ts';
import { runningKernel, seeModule, type ModuleSight } from './modules.ts';
import { readRecord, updateRecord, type MechanismRecord } from './record.ts';

/** Everything that decisions are made from, seen at one moment. */
export interface Sight {
  readonly adapter: Adapter;
  readonly bootId: string;
  readonly running: string;
  readonly defaultKernel: string | null;
  readonly firmware: FirmwareSight;
  readonly module: Known<ModuleSight | null>;
  readonly key: StoredKey | null;
  readonly record: MechanismRecord;
}

export async function see(box: Box): Promise<Sight> {
  const adapter = await adapterFor(box);
  const [bootId, running, defaultKernel, firmware, record] = await Promise.all([
    readLine(box, box.at('/proc/sys/kernel/random/boot_id')),
    runningKernel(box),
    adapter.readDefault(box),
    seeFirmware(box),
    readRecord(box),
  ]);
  const module = await seeModule(box, defaultKernel ?? running);
  const key = await findKey(box, adapter, module.known ? (module.value?.signers ?? null) : null);
  return { adapter, bootId, running, defaultKernel, firmware, module, key, record };
}

/** What a judge of an enrolment or a deletion looks at. */
export async function preflight(
  box: Box,
  sight: Sight,
  key: PreflightSight['key'],
  keySize: number,
): Promise<PreflightSight> {
  const { firmware, module } = sight;
  const path = firmware.efi ? await seeBootPath(box) : null;
  return {
    ...firmware,
    keyManager: path === null ? 'unknown' : path.there ? 'there' : 'missing',
    key,
    keySize,
    keyRevoked: sight.key !== null && firmware.revoked.has(sha256(sight.key.certificate.toBeSigned)),
    foreignRequest: foreign(sight),
    module: module.known ? known(module.value?.signers ?? null, module.source) : module,
    now: box.now(),
  };
}

/** Something is staged that is neither of this system's key nor of what Hearth asked for. */
export function foreign({ firmware: { staged }, key, record }: Sight): boolean {
  const own = new Set([key?.certificate.fingerprint, record.request?.fingerprint]);
  const strange = [...(staged.enrolment ?? []), ...(staged.deletion ?? [])].some((one) => !own.has(one));
  // A deletion of this system's own key is somebody else's too, unless it was asked for here.
  const deletes = (staged.deletion ?? []).length > 0 && record.request?.kind !== 'delete';
  return staged.other || strange || deletes;
}

export async function stateOf(box: Box): Promise<MechanismState> {
  const sight = await see(box);
  const { firmware, key, record } = sight;
  const { staged } = firmware;
  const certificate = key === null ? null : plainCertificate(key.certificate);
  const judged = judgePreflight(await preflight(box, sight, certificate, key?.der.length ?? 0));
  const verified = await verify(box, sight);
  const { request } = record;
  return {
    key: key === null || certificate === null ? null : { ...certificate, source: key.source },
    pendingEnrolment: staged.enrolment ?? [],
    pendingDeletion: staged.deletion ?? [],
    staleAuth: staged.stale,
    request:
      request === null
        ? null
        : {
            kind: request.kind,
            fingerprint: request.fingerprint,
            bootId: request.bootId,
            requestedAt: request.requestedAt,
            attempts: request.attempts,
          },
    obstacles: judged,
    nvramFree: firmware.nvramFree,
    defaultKernel: sight.defaultKernel,
    driverArguments: await sight.adapter.readArguments(box),
    verified,
  };
}

/** Writes down the driver that runs now, when it is loaded and trusted: the start to go back to. */
async function verify(box: Box, sight: Sight): Promise<MechanismState['verified']> {
  const { record, firmware, running } = sight;
  const read = (name: string): Promise<string | null> =>
    readLine(box, box.at(`/sys/module/nvidia/${name}`)).catch(() => null);
  const [version, taint] = [await read('version'), await read('taint')];
  if (version === null || (firmware.secureBoot === 'on' && (taint ?? 'E').includes('E')))
    return record.verified;
  const module = running === sight.defaultKernel ? sight.module : await seeModule(box, running);
  const signers = module.known ? (module.value?.signers ?? []) : [];
  const key = firmware.keys.find((one) => signers.some((signer) => signedBy(signer, one)));
  const verified = { kernel: running, version, fingerprint: key?.fingerprint ?? null };
  if (JSON.stringify(verified) !== JSON.stringify(record.verified)) await updateRecord(box, { verified });
  return verified;
}

/** Whether the kernel that starts next would load the driver: then nouveau may be kept away. */
export function trustOfNext(
  box: Box,
  sight: Sight,
): 'trusted' | 'module-missing' | 'module-unsigned' | 'module-other-key' {
  const { module, firmware } = sight;
  if (!module.known || module.value === null) return 'module-missing';
  if (firmware.secureBoot !== 'on' || firmware.validationOff) return 'trusted';
  const trust = moduleTrust(module.value.signers, firmware.keys, box.now());
  if (trust === 'trusted') return 'trusted';
  return trust === 'unsigned' ? 'module-unsigned' : 'module-other-key';
}

/** Whether the driver of the next start would be lost with a key. */
export function needsKey(box: Box, sight: Sight, fingerprint: string): boolean {
  const without = sight.firmware.keys.filter((key: TrustedKey) => key.fingerprint !== fingerprint);
  if (!sight.module.known || sight.module.value === null || !enrolled(fingerprint, sight.firmware.keys))
    return false;
  return moduleTrust(sight.module.value.signers, without, box.now()) !== 'trusted';
}

function sha256(bytes: Uint8Array): string {
  return GLib.compute_checksum_for_bytes(GLib.ChecksumType.SHA256, new GLib.Bytes(bytes)) ?? '';
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import type { Cancel } from '../core/cancel.ts';
import type { KeyRequest } from '../core/driver/types.ts';
import { plainCertificate } from '../core/driver/key/certificate.ts';
import { parseSignatureLists } from '../core/driver/key/signature-list.ts';
import { judgeDeletion, judgePreflight } from '../core/driver/key/preflight.ts';
import { signedBy } from '../core/driver/key/trust.ts';
import { parseCryptHash, type ArgumentPreset } from '../core/driver/key/validate.ts';
import type { Output } from '../core/ports.ts';
import { sha1 } from '../platform/digest.ts';
import type { Box } from './box.ts';
import { seeStaged, variable } from './firmware.ts';
import { makeKey } from './make-key.ts';
import { isInstalled, seeModule } from './modules.ts';
import { updateRecord } from './record.ts';
import { refused, Refusal } from './refusal.ts';
import { foreign, needsKey, preflight, see, trustOfNext, type Sight } from './sight.ts';

/** The verbs, once they are permitted. Each looks at the computer itself; none believes what the caller saw. */

export async function prepareKey(box: Box): Promise<string> {
  const sight = await see(box);
  if (sight.key !== null) return sight.key.certificate.fingerprint;
  // An image's driver is signed by whoever made the image: a key of this computer's would sign nothing.
  if (sight.adapter.family === 'fedora-atomic') throw refused('key-missing');
  return makeKey(box, sight.adapter);
}

export async function requestEnrolment(box: Box, fingerprint: string, hash: string): Promise<void> {
  const sight = await see(box);
  refuseUsed(sight, hash);
  const { key } = sight;
  if (key?.certificate.fingerprint !== fingerprint) throw refused('key-missing');
  const judged = judgePreflight(
    await preflight(box, sight, plainCertificate(key.certificate), key.der.length),
  );
  if (judged[0] !== undefined) throw refused(judged[0]);
  await stage(box, sight, { kind: 'enrol', fingerprint, der: key.der, hash });
}

export async function forgetKey(box: Box, fingerprint: string, hash: string): Promise<void> {
  const sight = await see(box);
  refuseUsed(sight, hash);
  const der = await enrolledCertificate(box, fingerprint);
  const key =
    sight.firmware.keys.find((one) => one.place === 'mok' && one.fingerprint === fingerprint) ?? null;
  const judged = judgeDeletion(await preflight(box, sight, key, der?.length ?? 0));
  if (judged[0] !== undefined) throw refused(judged[0]);
  if (der === null) throw refused('key-missing');
  if (needsKey(box, sight, fingerprint) && (await sight.adapter.readArguments(box)) !== 'none')
    throw refused('keep-one-driver');
  await stage(box, sight, { kind: 'delete', fingerprint, der, hash });
}

/** A code is for one request: a hash that was used before may have been seen by somebody. */
function refuseUsed(sight: Sight, hash: string): void {
  const salt = parseCryptHash(hash)?.salt;
  if (salt === undefined) throw new Refusal('Invalid', 'hash');
  if (salt === sight.record.request?.salt) throw new Refusal('Changed', 'this hash was used before');
}

/** As it lies in the list of the machine owner, whatever files there are. */
async function enrolledCertificate(box: Box, fingerprint: string): Promise<Uint8Array | null> {
  for (const suffix of ['', '1', '2', '3']) {
    const list = await variable(box, `MokListRT${suffix}`);
    const found = list === null ? [] : parseSignatureLists(list).certificates;
    const der = found.find((one) => sha1(one) === fingerprint);
    if (der !== undefined) return der;
  }
  return null;
}

interface Request {
  readonly kind: KeyRequest['kind'];
  readonly fingerprint: string;
  readonly der: Uint8Array;
  readonly hash: string;
}

async function stage(box: Box, sight: Sight, request: Request): Promise<void> {
  const { kind, fingerprint, hash } = request;
  const before = sight.record.request;
  const same = before?.kind === kind && before.fingerprint === fingerprint;
  // Asked again before a restart is the same attempt.
  const attempts = !same ? 1 : before.bootId === sight.bootId ? before.attempts : before.attempts + 1;
  const salt = parseCryptHash(hash)?.salt ?? '';
  // Written before anything is staged: after a power cut in between, the firmware shows nothing, and Hearth says so.
  await updateRecord(box, {
    request: { kind, fingerprint, bootId: sight.bootId, requestedAt: box.now(), attempts, salt },
  });
  const folder = GLib.dir_make_tmp('hearth-XXXXXX');
  const copy = `${folder}/key.der`;
  try {
    // What was checked is what is staged: mokutil reads a copy that nobody else can change meanwhile.
    Gio.File.new_for_path(copy).replace_contents(request.der, null, false, Gio.FileCreateFlags.PRIVATE, null);
    await withdraw(box);
    const verb = kind === 'enrol' ? '--import' : '--delete';
    const output = await mokutil(box, [verb, copy, '--hash-file', '/proc/self/fd/0'], `${hash}\n`);
    await mokutil(box, ['--timeout', '-1']);
    const staged = await seeStaged(box);
    const [list, auth] =
      kind === 'enrol' ? [staged.enrolment, staged.auth] : [staged.deletion, staged.deletionAuth];
    const right = list?.length === 1 && list[0] === fingerprint && auth?.salt === salt && auth.method === 4;
    if (!right || staged.timeout !== -1)
      throw new Refusal('Failed', `mokutil did not stage it: ${said(output)}`);
  } catch (thrown) {
    await withdraw(box).catch(() => {});
    await updateRecord(box, { request: before });
    throw thrown;
  } finally {
    await box.files.remove(copy);
    await box.files.remove(folder);
  }
}

/** Takes back what is staged, and what a cut left over. mokutil would keep an older request and its password otherwise. */
async function withdraw(box: Box): Promise<void> {
  const staged = await seeStaged(box);
  if (staged.enrolment !== null || staged.auth !== null) await mokutil(box, ['--revoke-import']);
  if (staged.deletion !== null || staged.deletionAuth !== null) await mokutil(box, ['--revoke-delete']);
  // The usual ten seconds: mokutil removes the variable then.
  if (staged.timeout !== null) await mokutil(box, ['--timeout', '10']);
  const after = await seeStaged(box);
  if (
    after.enrolment !== null ||
    after.auth !== null ||
    after.deletion !== null ||
    after.deletionAuth !== null
  )
    throw new Refusal('Failed', 'what was staged could not be withdrawn');
}

export async function cancelRequest(box: Box): Promise<void> {
  const sight = await see(box);
  const { staged } = sight.firmware;
  if (foreign(sight)) throw refused('foreign-request');
  const nothing = staged.enrolment === null && staged.deletion === null && !staged.stale;
  if (nothing && sight.record.request === null) throw new Refusal('Changed', 'nothing is staged');
  await withdraw(box);
  await updateRecord(box, { request: null });
}

export async function rebuildModule(box: Box, kernel: string, cancel: Cancel): Promise<void> {
  if (!(await isInstalled(box, kernel))) throw new Refusal('Invalid', 'kernel');
  const { adapter, key } = await see(box);
  let last: Output | null = null;
  for (const [index, argv] of (await adapter.rebuild(box, kernel)).entries())
    last = await box.runOutside(`hearth-rebuild-${index}`, argv, cancel);
  const module = await seeModule(box, kernel);
  if (!module.known || module.value === null) throw new Refusal('Failed', said(last));
  const { signers } = module.value;
  if (signers.length === 0) throw refused('module-unsigned');
  if (key !== null && !signers.some((signer) => signedBy(signer, key.certificate)))
    throw refused('module-other-key');
}

export async function setDefaultKernel(box: Box, kernel: string): Promise<void> {
  if (!(await isInstalled(box, kernel))) throw new Refusal('Invalid', 'kernel');
  const { adapter } = await see(box);
  const output = await adapter.setDefault(box, kernel);
  if ((await adapter.readDefault(box)) !== kernel) throw new Refusal('Failed', said(output));
}

/** Never leaves both drivers unusable: nouveau is kept away only once the next start has a module that it trusts. */
export async function setDriverArguments(box: Box, preset: ArgumentPreset): Promise<void> {
  const sight = await see(box);
  const trust = trustOfNext(box, sight);
  if (preset === 'nvidia' && trust !== 'trusted') throw refused(trust);
  const output = await sight.adapter.setArguments(box, preset);
  const now = await sight.adapter.readArguments(box);
  if (now !== preset) throw new Refusal('Failed', said(output));
}

function mokutil(box: Box, argv: readonly string[], stdin?: string): Promise<Output> {
  return box.run(['mokutil', ...argv], stdin);
}

/** The end of what a program said, for the details. A hash has no place there, whoever printed it. */
function said(output: Output | null): string {
  const text = `${output?.stdout ?? ''}\n${output?.stderr ?? ''}`.trim();
  return text.replace(/\$6\$\S+/g, '$6$…').slice(-2000);
}

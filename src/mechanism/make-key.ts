// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { certificateCap, parseCertificate } from '../core/driver/key/certificate.ts';
import { sha1 } from '../platform/digest.ts';
import { random } from '../platform/clock.ts';
import { isThere, readSmall, type Box } from './box.ts';
import { Refusal } from './refusal.ts';
import { placesForNew } from './keys.ts';
import type { Adapter } from './distribution.ts';

/** Ten years, as akmods' own. */
const days = '3650';

/**
 * Makes a key that can sign modules and nothing else: shim takes no kernel and no boot loader from it, so whoever steals
 * it cannot replace those. Nothing that is there is replaced.
 *
 * @returns the fingerprint of its certificate
 */
export async function makeKey(box: Box, adapter: Adapter): Promise<string> {
  const host =
    GLib.get_host_name()
      .replace(/[^A-Za-z0-9.-]/g, '')
      .slice(0, 40) || 'localhost';
  const number = new DataView((await random.bytes(4)).buffer).getUint32(0, true);
  const places = await placesForNew(box, adapter, `${host}-${number}`);
  const certificate = box.at(places.certificate);
  const privateKey = box.at(places.privateKey);
  const links = places.links.map(([from, to]) => [box.at(from), to] as const);
  for (const path of [certificate, privateKey, ...links.map(([from]) => from)])
    if (await isThere(box, path)) throw new Refusal('Changed', `${path} is there already`);
  for (const path of [certificate, privateKey])
    await box.files.makeFolder(GLib.path_get_dirname(path), 0o750);

  const output = await box.run([
    'openssl',
    'req',
    '-new',
    '-x509',
    '-nodes',
    '-sha256',
    ...['-newkey', 'rsa:4096', '-days', days, '-outform', 'DER'],
    ...['-subj', `/O=${host}/CN=${host}-${number} Hearth module signing`],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=digitalSignature'],
    ...['-addext', 'extendedKeyUsage=codeSigning,1.3.6.1.4.1.2312.16.1.2'],
    // The service's umask makes both of them root's alone until they are what they should be.
    ...['-keyout', privateKey, '-out', certificate],
  ]);
  const der = await readSmall(box, certificate, certificateCap);
  if (der === null || !(await isThere(box, privateKey))) {
    await Promise.all([box.files.remove(certificate), box.files.remove(privateKey)]);
    throw new Refusal('Failed', `openssl made no key: ${output.stderr.trim().slice(-500)}`);
  }
  const parsed = parseCertificate(der, sha1);
  if (places.group !== null) {
    await box.run(['chgrp', '--', places.group, privateKey, certificate]);
  }
  await box.run(['chmod', '--', places.group === null ? '0600' : '0640', privateKey]);
  await box.run(['chmod', '--', places.group === null ? '0644' : '0640', certificate]);
  await box.files.sync(privateKey);
  await box.files.sync(certificate);
  for (const [from, to] of links) Gio.File.new_for_path(from).make_symbolic_link(to, null);
  return parsed.fingerprint;
}

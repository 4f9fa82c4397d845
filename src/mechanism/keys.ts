// SPDX-License-Identifier: GPL-3.0-or-later

import type { MechanismState, Signer } from '../core/driver/types.ts';
import { certificateCap, parseCertificate, type ParsedCertificate } from '../core/driver/key/certificate.ts';
import { signedBy } from '../core/driver/key/trust.ts';
import { sha1 } from '../platform/digest.ts';
import { isThere, namesIn, readSmall, type Box } from './box.ts';
import type { Adapter } from './distribution.ts';

export interface StoredKey {
  readonly source: NonNullable<MechanismState['key']>['source'];
  readonly certificate: ParsedCertificate;
  readonly der: Uint8Array;
}

const akmodsFolder = '/etc/pki/akmods';
const akmodsCertificate = `${akmodsFolder}/certs/public_key.der`;
const ubuntuFolder = '/var/lib/shim-signed/mok';
const dkmsFolder = '/var/lib/dkms';

/** The key that modules are signed with on this system; null where there is none. @param module signers of the driver */
export async function findKey(
  box: Box,
  adapter: Adapter,
  module: readonly Signer[] | null,
): Promise<StoredKey | null> {
  if (adapter.family === 'fedora-atomic') {
    const image = await imageKey(box, module ?? []);
    if (image !== null) return image;
  }
  const places: readonly [StoredKey['source'], string][] =
    adapter.family === 'debian' || adapter.family === 'ubuntu'
      ? [
          ['ubuntu', `${ubuntuFolder}/MOK.der`],
          ['dkms', await dkmsCertificate(box)],
        ]
      : [
          ['akmods', akmodsCertificate],
          ['dkms', await dkmsCertificate(box)],
        ];
  for (const [source, path] of places) {
    const key = await readKey(box, box.at(path), source);
    if (key !== null) return key;
  }
  return null;
}

/** Links are followed: all of these folders are root's alone. */
async function readKey(box: Box, path: string, source: StoredKey['source']): Promise<StoredKey | null> {
  const der = await readSmall(box, path, certificateCap);
  return der === null ? null : { source, certificate: parseCertificate(der, sha1), der };
}

/** DKMS may have been told of another place. */
async function dkmsCertificate(box: Box): Promise<string> {
  const names = await namesIn(box, box.at('/etc/dkms/framework.conf.d'));
  const files = ['/etc/dkms/framework.conf', ...names.map((name) => `/etc/dkms/framework.conf.d/${name}`)];
  let path = `${dkmsFolder}/mok.pub`;
  for (const file of files) {
    const text = await box.files.readText(box.at(file), 64 * 1024).catch(() => '');
    path = /^\s*mok_certificate=["']?(\/[^"'\s$]+)["']?\s*$/m.exec(text)?.[1] ?? path;
  }
  return path;
}

/** On an image the driver came signed: the certificate is somewhere in it, and its module tells which one. */
async function imageKey(box: Box, module: readonly Signer[]): Promise<StoredKey | null> {
  if (module.length === 0) return null;
  const folders = ['/etc/pki/akmods/certs', '/usr/etc/pki/akmods/certs', '/usr/share/pki/akmods/certs'];
  for (const name of await namesIn(box, box.at('/usr/share'))) folders.push(`/usr/share/${name}`);
  for (const folder of folders) {
    const names = await namesIn(box, box.at(folder)).catch(() => []);
    for (const name of names.filter((one) => one.endsWith('.der'))) {
      const key = await readKey(box, box.at(`${folder}/${name}`), 'image').catch(() => null);
      if (key !== null && module.some((signer) => signedBy(signer, key.certificate))) return key;
    }
  }
  return null;
}

/** Where a key is made, and what it is called there. */
export interface KeyPlaces {
  readonly source: StoredKey['source'];
  readonly certificate: string;
  readonly privateKey: string;
  /** Links that builders look at, with what they point to; none where the files have those names themselves. */
  readonly links: readonly (readonly [string, string])[];
  /** Group that may read the private key. */
  readonly group: string | null;
}

/** Akmods' own places where akmods is installed, then those of the distribution's DKMS. Paths are those of the system. */
export async function placesForNew(box: Box, adapter: Adapter, name: string): Promise<KeyPlaces> {
  if (await isThere(box, box.at(`${akmodsFolder}/certs`))) {
    return {
      source: 'akmods',
      certificate: `${akmodsFolder}/certs/${name}.der`,
      privateKey: `${akmodsFolder}/private/${name}.priv`,
      links: [
        [akmodsCertificate, `${name}.der`],
        [`${akmodsFolder}/private/private_key.priv`, `${name}.priv`],
      ],
      group: 'akmods',
    };
  }
  const ubuntu = adapter.family === 'ubuntu' || (await isThere(box, box.at(ubuntuFolder)));
  return {
    source: ubuntu ? 'ubuntu' : 'dkms',
    certificate: ubuntu ? `${ubuntuFolder}/MOK.der` : `${dkmsFolder}/mok.pub`,
    privateKey: ubuntu ? `${ubuntuFolder}/MOK.priv` : `${dkmsFolder}/mok.key`,
    links: [],
    group: null,
  };
}

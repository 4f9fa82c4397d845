// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

import type { Digest } from '../core/driver/key/certificate.ts';
import type { Sha512 } from '../core/driver/sha512-crypt.ts';

/** Fingerprints of certificates; nothing is trusted because of them. */
export const sha1: Digest = (bytes) =>
  GLib.compute_checksum_for_bytes(GLib.ChecksumType.SHA1, new GLib.Bytes(bytes)) ?? '';

export const sha512: Sha512 = (data) => {
  const hex = GLib.compute_checksum_for_bytes(GLib.ChecksumType.SHA512, new GLib.Bytes(data)) ?? '';
  return Uint8Array.from({ length: 64 }, (_byte, index) => parseInt(hex.slice(2 * index, 2 * index + 2), 16));
};

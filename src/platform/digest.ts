// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

import type { Digest } from '../core/driver/key/certificate.ts';

/** Fingerprints of certificates; nothing is trusted because of them. */
export const sha1: Digest = (bytes) =>
  GLib.compute_checksum_for_bytes(GLib.ChecksumType.SHA1, new GLib.Bytes(bytes)) ?? '';

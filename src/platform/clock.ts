// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { HearthError } from '../core/errors.ts';
import type { Clock, Random, Sha256 } from '../core/ports.ts';
import { readStream } from './gio.ts';
import { guard } from './errors.ts';

export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => GLib.get_monotonic_time() / 1000,
  sleep: (milliseconds, cancel) =>
    new Promise((resolve, reject) => {
      if (cancel.cancelled) {
        reject(new HearthError('cancelled'));
        return;
      }
      const timer = setTimeout(() => {
        forget();
        resolve();
      }, milliseconds);
      const forget = cancel.onCancel(() => {
        clearTimeout(timer);
        reject(new HearthError('cancelled'));
      });
    }),
};

export const random: Random = {
  bytes: async (count) => {
    const path = '/dev/urandom';
    const file = Gio.File.new_for_path(path);
    const stream = await guard(file.read_async(GLib.PRIORITY_DEFAULT, null), { path });
    try {
      return await guard(readStream(stream, count, true, { path }), { path });
    } finally {
      stream.close_async(GLib.PRIORITY_DEFAULT, null).catch(() => {});
    }
  },
};

export const sha256: Sha256 = (data) => {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  return GLib.compute_checksum_for_bytes(GLib.ChecksumType.SHA256, new GLib.Bytes(bytes)) ?? '';
};

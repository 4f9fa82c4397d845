// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import type { Transfers } from '../core/models/transfer.ts';

/** SHA-256 of a whole file, in hexadecimal; `onPart` hears which part has been read, 0 to 1. @throws io, cancelled */
export async function hashFile(
  path: string,
  size: number,
  transfers: Transfers,
  onPart: (part: number) => void,
  cancel: Cancel,
): Promise<string> {
  cancel.throwIfCancelled();
  const hash = await transfers.hash(path, (bytes) => onPart(size === 0 ? 1 : Math.min(1, bytes / size)));
  const stop = cancel.onCancel(() => hash.abandon());
  try {
    return await hash.finish(size);
  } catch (thrown) {
    cancel.throwIfCancelled();
    throw thrown;
  } finally {
    stop();
  }
}

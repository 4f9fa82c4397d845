// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../cancel.ts';
import type { MechanismState } from './types.ts';

/**
 * The root service, one call a verb. @throws no-mechanism, permission-denied, permission-dismissed, no-agent,
 * key-refused (args.obstacle), busy, changed-since, mechanism-failed
 */
export interface Mechanism {
  state(): Promise<MechanismState>;
  /** @returns the SHA-1 fingerprint of the certificate, 40 hexadecimal digits */
  prepareKey(cancel: Cancel): Promise<string>;
  /** @param hash SHA-512 crypt of the one-time code ('$6$…') */
  requestEnrolment(fingerprint: string, hash: string, cancel: Cancel): Promise<void>;
  cancelRequest(cancel: Cancel): Promise<void>;
  rebuildModule(kernel: string, cancel: Cancel): Promise<void>;
  setDefaultKernel(kernel: string, cancel: Cancel): Promise<void>;
  setDriverArguments(preset: 'nvidia' | 'none', cancel: Cancel): Promise<void>;
  forgetKey(fingerprint: string, hash: string, cancel: Cancel): Promise<void>;
  placeKeyManager(cancel: Cancel): Promise<void>;
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import { finding, moduleOf, type Case, type Row } from './diagnosis-case.ts';
import { enrolled, signedBy } from './key/trust.ts';
import type { Obstacle } from './types.ts';

/** Enough for a certificate and the kernel's own reserve. */
const leastNvram = 16 * 1024;

/** A key is asked for, or a module waits for one. */
function keyMatters({ sight, next }: Case): boolean {
  const asked = sight.mechanism?.request ?? null;
  return asked !== null || next?.trust === 'unknown-key';
}

function obstacle(c: Case, name: Obstacle): boolean {
  return c.sight.mechanism?.obstacles.includes(name) ?? false;
}

/** The firmware would offer "Reset MOK": a password without a request. Their names are visible without root. */
function resetOffered({ sight, readings }: Case): boolean {
  const names = readings?.mokVariables ?? [];
  const visible = names.includes('MokAuth') && !names.includes('MokNew');
  return sight.mechanism?.staleAuth === true || visible;
}

/** The firmware, its screens, and the key. Numbers are those of the table of symptoms in the docs. */
export const keyRows: readonly Row[] = [
  // 1
  {
    id: 'screen-missed',
    detect: ({ sight }) => (sight.ending === 'not-done' ? finding('blocks', 'request-again') : null),
  },
  // 2
  {
    id: 'keyboard-layout',
    detect({ sight, readings }) {
      const layout = readings?.layout ?? null;
      if (sight.ending !== 'not-done' || layout === null || layout === 'us') return null;
      return finding('tells', 'request-again', { layout });
    },
  },
  // 3
  {
    id: 'older-request',
    detect(c) {
      const { mechanism } = c.sight;
      const key = mechanism?.key?.fingerprint;
      const staged = key !== undefined && (mechanism?.pendingEnrolment.includes(key) ?? false);
      const others = staged && mechanism?.request === null;
      return others || obstacle(c, 'foreign-request') ? finding('warns', 'cancel-request') : null;
    },
  },
  // 4
  {
    id: 'no-key-manager',
    detect: (c) =>
      keyMatters(c) && obstacle(c, 'no-key-manager') ? finding('blocks', 'place-key-manager') : null,
  },
  // 5
  {
    id: 'screen-not-shown',
    detect(c) {
      if (c.sight.ending === 'not-shown') return finding('blocks', 'cancel-request', { cause: 'other-path' });
      const without = c.readings?.throughShim.known === true && !c.readings.throughShim.value;
      const noShim = obstacle(c, 'no-shim') || (without && c.secureBoot);
      return keyMatters(c) && noShim ? finding('blocks', null, { cause: 'no-shim' }) : null;
    },
  },
  // 6
  {
    id: 'firmware-drops-key',
    detect: ({ sight }) => (sight.ending === 'dropped' ? finding('blocks', null) : null),
  },
  // 7
  {
    id: 'firmware-full',
    detect(c) {
      const free =
        c.sight.mechanism?.nvramFree ?? (c.readings === null ? null : valueOr(c.readings.nvramFree, null));
      const low = keyMatters(c) && free !== null && free < leastNvram;
      const said = /Could not create MokListRT/.test(c.log);
      if (!low && !said && !(keyMatters(c) && obstacle(c, 'nvram-full'))) return null;
      return finding('blocks', null, free === null ? {} : { free });
    },
  },
  // 8
  {
    id: 'key-wiped',
    detect({ sight, secureBoot }) {
      const before = sight.mechanism?.verified?.fingerprint ?? null;
      if (!secureBoot || before === null || !sight.keys.known) return null;
      if (enrolled(before, sight.keys.value) || sight.ending === 'pending' || sight.ending === 'deleted')
        return null;
      return finding('blocks', 'request-again');
    },
  },
  // 10: which of the two helps depends on whether the module has the key of now.
  {
    id: 'key-unknown',
    detect(c) {
      const { sight, next, image } = c;
      const module = moduleOf(next);
      if (next?.trust !== 'unknown-key' || module === null || image || module.prebuilt) return null;
      if (sight.ending === 'pending') return null;
      const key = sight.mechanism?.key ?? null;
      const args = { kernel: next.kernel };
      if (key === null) return finding('blocks', null, { ...args, cause: 'not-known' });
      const own = module.signers.some((signer) => signedBy(signer, key));
      return own
        ? finding('blocks', 'request-again', { ...args, cause: 'not-enrolled' })
        : finding('blocks', 'rebuild', { ...args, cause: 'other-key' });
    },
  },
  // 25: with Secure Boot off the key is missed only later, when the kernel itself would not start.
  {
    id: 'image-key-missing',
    detect({ sight, next, image, secureBoot }) {
      const module = moduleOf(next);
      if (!image || module === null || !module.prebuilt || module.signers.length === 0) return null;
      if (!sight.keys.known) return null;
      const keys = sight.keys.value;
      const known = keys.some((key) => module.signers.some((signer) => signedBy(signer, key)));
      if (known || sight.ending === 'pending') return null;
      return secureBoot ? finding('blocks', 'request-again') : finding('warns', null);
    },
  },
  // 26
  {
    id: 'enabling-offered',
    detect({ sight, secureBoot }) {
      const key = sight.mechanism?.key ?? null;
      if (!secureBoot || !sight.verified || key?.source !== 'akmods' || !sight.keys.known) return null;
      return enrolled(key.fingerprint, sight.keys.value) ? null : finding('tells', null);
    },
  },
  // 27
  {
    id: 'started-by-bios',
    detect: ({ machine, wanted }) =>
      wanted && valueOr(machine.firmware.kind, null) === 'bios' ? finding('tells', null) : null,
  },
  // 30
  {
    id: 'reset-offered',
    detect: (c) => (resetOffered(c) ? finding('blocks', 'cancel-request') : null),
  },
];

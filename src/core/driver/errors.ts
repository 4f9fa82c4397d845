// SPDX-License-Identifier: GPL-3.0-or-later

/** What can go wrong with the driver, its key, and packages. `words/driver-errors.ts` has the sentences. */
export type DriverErrorCode =
  // the root service, and whoever is asked for permission
  | 'no-mechanism'
  | 'mechanism-failed'
  | 'permission-denied'
  | 'permission-dismissed'
  | 'no-agent'
  /** `args.obstacle` names what speaks against it. */
  | 'key-refused'
  /** Bytes of a key, a signature or a firmware variable that make no sense; `args.what` names them. */
  | 'bad-key-data'
  // packages
  | 'no-package-service'
  | 'packages-busy'
  | 'package-missing'
  | 'package-conflict'
  | 'package-untrusted'
  | 'packages-failed'
  | 'packages-changed'
  // plans for the driver
  | 'driver-impossible'
  | 'keep-one-driver'
  | 'module-failed'
  | 'nothing-to-do'
  | 'restart-refused';

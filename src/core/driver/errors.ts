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
  // where the driver stands
  /** A row of the table of symptoms: `args.finding` names it, the rest are its own. */
  | 'driver-trouble'
  /** The next start would lose the driver: `args` as the guard's verdict. */
  | 'next-start'
  | 'driver-silent'
  // plans for the driver
  | 'driver-impossible'
  | 'keep-one-driver'
  | 'module-failed'
  /** The driver of this system comes built, or nobody knows how it is built here. */
  | 'not-built-here'
  /** An image starts deployments, and not every boot menu can be set. */
  | 'kernel-not-chosen'
  | 'nothing-to-do'
  /** A program holds it back: `args.program` and `args.reason`, in its own words. */
  | 'restart-inhibited'
  | 'restart-refused';

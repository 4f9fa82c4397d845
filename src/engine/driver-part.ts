// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import type { DescribeCards } from '../core/driver/actions.ts';
import type { PackageProgress, SystemPackages } from '../core/driver/packages.ts';
import type { Mechanism } from '../core/driver/ports.ts';
import type { DriverSight } from '../core/driver/types.ts';

/** What the engine needs for the graphics driver, for this computer or a rehearsed one. */
export interface DriverPart {
  readonly mechanism: Mechanism;
  /** Looks at the driver, the keys and the kernels. Reads only, and asks nobody. */
  observe(): Promise<DriverSight>;
  /** The system's package service; null where there is none. */
  packages(): Promise<SystemPackages | null>;
  /** Hosts of package sources by their id, as far as their settings say. */
  hosts(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Reference of the image that runs; null where the system is none. */
  image(): Promise<string | null>;
  rebase(image: string, onProgress: (progress: PackageProgress) => void, cancel: Cancel): Promise<void>;
  /** Discards an update of the image that waits for the next start. */
  dropUpdate(cancel: Cancel): Promise<void>;
  /** Where the cards would be described to containers, and by what; null where NVIDIA's program is missing. */
  cards(): Promise<{ readonly program: string; readonly path: string; readonly settings: string } | null>;
  describeCards(action: DescribeCards, cancel: Cancel): Promise<void>;
  /** Packages that building a module for a kernel needs. */
  buildNeeds(
    kernel: string,
  ): Promise<{ readonly headers: readonly string[]; readonly tools: readonly string[] }>;
  /** The log of a build; null where there is none that an ordinary person may read. */
  buildLog(kernel: string): Promise<string | null>;
  /** Eight digits 1 to 9, from the kernel's random source. */
  code(): Promise<string>;
  /** SHA-512 crypt of a code. */
  hash(code: string): Promise<string>;
  /** Restarts the computer by way of the session. @throws restart-refused */
  restart(): Promise<void>;
}

export type FlavourOptions = {
  /** Lay packages over the image, also where another image could be had. */
  readonly layer?: boolean;
};

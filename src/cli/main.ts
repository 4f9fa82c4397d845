// SPDX-License-Identifier: GPL-3.0-or-later

import type { BuildConfig } from '../core/config.ts';

/** The terminal. Answers only for its version so far. */
export async function main(config: BuildConfig, argv: readonly string[]): Promise<number> {
  if (argv[0] !== '--version') {
    printerr('hearth: only --version is here so far.');
    return 64;
  }
  print(`hearth ${config.version}`);
  return 0;
}

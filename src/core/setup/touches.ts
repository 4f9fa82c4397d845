// SPDX-License-Identifier: GPL-3.0-or-later

import type { TransferCaution } from '../models/transfer-rules.ts';

/** What a step touches, for the preview. */
export interface Touches {
  readonly files: readonly string[];
  readonly units: readonly string[];
  readonly packages: readonly string[];
  readonly downloadBytes: number;
  readonly diskBytes: number;
  readonly hosts: readonly string[];
  /** polkit action, or null when nobody is asked. */
  readonly permission: string | null;
  /** What to know before agreeing. */
  readonly cautions: readonly TransferCaution[];
}

export const touchesNothing: Touches = {
  files: [],
  units: [],
  packages: [],
  downloadBytes: 0,
  diskBytes: 0,
  hosts: [],
  permission: null,
  cautions: [],
};

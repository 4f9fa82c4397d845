// SPDX-License-Identifier: GPL-3.0-or-later

import { valueOr } from '../known.ts';
import type { TransferFacts } from '../models/transfer-rules.ts';
import type { Look } from '../ports.ts';
import { observeNetwork } from './network.ts';
import { observeCharge, observeOnBattery } from './power.ts';

/** What a download asks about its surroundings, now; a few small files and one question to NetworkManager. */
export type Conditions = Pick<TransferFacts, 'offline' | 'metered' | 'onBattery'> & {
  readonly charge: number | null;
};

export async function observeConditions(look: Look): Promise<Conditions> {
  const [network, onBattery, charge] = await Promise.all([
    observeNetwork(look),
    observeOnBattery(look),
    observeCharge(look),
  ]);
  const facts = valueOr(network, null);
  return {
    offline: facts?.connectivity === 'none',
    metered: facts === null || facts.metered === 'unknown' ? null : facts.metered === 'yes',
    onBattery: valueOr(onBattery, null),
    charge: valueOr(charge, null),
  };
}

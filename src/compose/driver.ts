// SPDX-License-Identifier: GPL-3.0-or-later

import { adviseDriver } from '../core/driver/advice.ts';
import type { Mechanism } from '../core/driver/ports.ts';
import type { DriverSight } from '../core/driver/types.ts';
import { HearthError } from '../core/errors.ts';
import { missing } from '../core/known.ts';
import type { MachineFacts } from '../core/machine/facts.ts';
import type { DriverPart } from '../engine/driver-part.ts';

export interface DriverComposition {
  observeMachine(): Promise<MachineFacts>;
}

/** The graphics driver of this computer. */
export function driverPart({ observeMachine }: DriverComposition): DriverPart {
  const absent = (): Promise<never> => Promise.reject(new HearthError('no-mechanism'));
  const mechanism: Mechanism = {
    state: absent,
    prepareKey: absent,
    requestEnrolment: absent,
    cancelRequest: absent,
    rebuildModule: absent,
    setDefaultKernel: absent,
    setDriverArguments: absent,
    forgetKey: absent,
    placeKeyManager: absent,
  };
  return {
    mechanism,
    observe: async (): Promise<DriverSight> => {
      const notAsked = missing('not-asked', 'driver');
      return {
        advice: adviseDriver(await observeMachine()),
        loaded: notAsked,
        installed: notAsked,
        kernels: [],
        keys: notAsked,
        bootId: notAsked,
        mechanism: null,
        mechanismError: new HearthError('no-mechanism').toValue(),
        ending: null,
        guard: { tag: 'unknown', because: 'not-asked' },
        findings: [],
        cuda: notAsked,
        cdi: false,
        verified: false,
      };
    },
    packages: () => Promise.resolve(null),
    hosts: () => Promise.resolve({}),
    image: () => Promise.resolve(null),
    rebase: absent,
    cards: () => Promise.resolve(null),
    describeCards: absent,
    buildNeeds: () => Promise.resolve({ headers: [], tools: [] }),
    buildLog: () => Promise.resolve(null),
    code: absent,
    hash: absent,
    restart: absent,
  };
}

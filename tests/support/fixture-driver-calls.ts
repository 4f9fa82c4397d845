// SPDX-License-Identifier: GPL-3.0-or-later

import type { DriverAction } from '../../src/core/driver/actions.ts';
import type { FindingId, Flavour } from '../../src/core/driver/types.ts';
import { step, type Plan } from '../../src/core/setup/plan.ts';
import type { DriverIntents } from '../../src/engine/api.ts';

/** Driver intents that only note that they were asked, with plans that are given. Touches nothing; never shipped. */
export class FixtureDriver implements DriverIntents {
  /** What the next plans do. */
  actions: readonly DriverAction[] = [];
  code = '12345678';
  log: string | null = null;
  readonly #calls: string[];

  constructor(calls: string[]) {
    this.#calls = calls;
  }

  async refresh(): Promise<void> {
    this.#calls.push('driver refresh');
  }

  plan(flavour: Flavour, options: { readonly layer?: boolean } = {}): Promise<Plan> {
    return this.#plan(`driver plan ${flavour}${options.layer === true ? ' layered' : ''}`);
  }

  planRemoval(): Promise<Plan> {
    return this.#plan('driver removal');
  }

  newCode(): Promise<string> {
    return Promise.resolve(this.code);
  }

  async request(kind: 'enrol' | 'delete'): Promise<void> {
    this.#calls.push(`driver request ${kind}`);
  }

  async cancelRequest(): Promise<void> {
    this.#calls.push('driver cancel-request');
  }

  planCure(finding: FindingId): Promise<Plan> {
    return this.#plan(`driver cure ${finding}`);
  }

  planKeepKernel(kernel: string): Promise<Plan> {
    return this.#plan(`driver keep ${kernel}`);
  }

  planKeepSystem(): Promise<Plan> {
    return this.#plan('driver keep-system');
  }

  planBuild(kernel: string): Promise<Plan> {
    return this.#plan(`driver build ${kernel}`);
  }

  buildLog(): Promise<string | null> {
    return Promise.resolve(this.log);
  }

  async restart(): Promise<void> {
    this.#calls.push('driver restart');
  }

  async #plan(call: string): Promise<Plan> {
    this.#calls.push(call);
    return { id: 'driver-1', task: 'driver', steps: this.actions.map((action) => step(action.do, action)) };
  }
}

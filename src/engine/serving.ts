// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import { chooseWay } from '../core/server/choose.ts';
import type { Endpoint, ServeRequest } from '../core/server/types.ts';
import type { Action } from '../core/setup/plan.ts';
import type { ServingPart } from './parts.ts';
import { ServerApi } from './serving-api.ts';
import { ServingChildren } from './serving-children.ts';
import type { ServingDeps } from './serving-deps.ts';
import { ServingLook } from './serving-look.ts';
import { ServingUnits } from './serving-units.ts';

/** The model server: started behind a wall, looked at before it is used, never served without the wall. */
export class Serving implements ServingPart {
  readonly api: ServerApi;
  readonly #deps: ServingDeps;
  readonly #children: ServingChildren;
  readonly #units: ServingUnits;
  /** Starts and stops follow one another. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: ServingDeps) {
    this.#deps = deps;
    this.api = new ServerApi(deps.http, deps.files, deps.paths.keyFile);
    const tools = { deps, api: this.api, look: new ServingLook(deps.proc, deps.paths.socket) };
    this.#children = new ServingChildren(tools);
    this.#units = new ServingUnits(tools);
  }

  /** Steps that must be carried out before a start; none where Hearth itself holds the server. */
  async prepare(request: ServeRequest): Promise<readonly Action[]> {
    const programs = await this.#deps.programs();
    const way = chooseWay(programs, this.#deps.practice);
    return way === 'children' ? [] : this.#units.prepare(request, programs);
  }

  /**
   * @throws no-engine, no-isolation, port-taken, busy, server-died, out-of-memory, context-too-small,
   *   server-unhealthy, cancelled
   */
  start(request: ServeRequest, cancel: Cancel): Promise<Endpoint> {
    return this.#inTurn(async () => {
      cancel.throwIfCancelled();
      const programs = await this.#deps.programs();
      const way = chooseWay(programs, this.#deps.practice);
      if ((await this.#deps.files.stat(request.modelPath)) === null)
        throw new HearthError('not-found', { path: request.modelPath });
      return way === 'children'
        ? this.#children.start(request, programs, cancel)
        : this.#units.start(request, cancel);
    });
  }

  /** The address that answers now, looked at again, or null. Starts nothing. */
  async check(cancel: Cancel): Promise<Endpoint | null> {
    const own = await this.#children.check(cancel);
    if (own !== null || this.#deps.practice) return own;
    const programs = await this.#deps.programs();
    return programs.userManager ? this.#units.check(cancel) : null;
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#children.stop();
      if (this.#deps.practice) return;
      const programs = await this.#deps.programs();
      if (programs.userManager) await this.#units.stop();
    });
  }

  units(
    verb: 'reload' | 'enable' | 'disable' | 'start' | 'stop' | 'restart',
    units: readonly string[],
  ): Promise<void> {
    return this.#units.units(verb, units);
  }

  /** Ends the children of this process. Units live on: they are the person's. */
  async close(): Promise<void> {
    await this.#children.stop();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work, work);
    this.#turn = result.catch(() => {});
    return result;
  }
}

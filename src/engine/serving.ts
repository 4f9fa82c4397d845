// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import { chooseWay } from '../core/server/choose.ts';
import type { ServerHealth } from '../core/server/health.ts';
import type { Endpoint, ProgramFacts, ServeRequest, ServingWay } from '../core/server/types.ts';
import type { Action } from '../core/setup/plan.ts';
import type { ServingPart } from './parts.ts';
import { ServerApi } from './serving-api.ts';
import { ServingChildren } from './serving-children.ts';
import { refuseChanged, type ServingDeps } from './serving-deps.ts';
import { ServingLook } from './serving-look.ts';
import { ServingUnits } from './serving-units.ts';

/** The model server: started behind a wall, looked at before it is used, never served without the wall. */
export class Serving implements ServingPart {
  readonly api: ServerApi;
  readonly #deps: ServingDeps;
  readonly #look: ServingLook;
  readonly #children: ServingChildren;
  readonly #units: ServingUnits;
  /** Starts and stops follow one another. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: ServingDeps) {
    this.#deps = deps;
    this.api = new ServerApi(deps.http, deps.files, deps.paths.keyFile);
    const tools = { deps, api: this.api, look: new ServingLook(deps.proc, deps.paths.socket) };
    this.#look = tools.look;
    this.#children = new ServingChildren(tools, (work) => this.#inTurn(work));
    this.#units = new ServingUnits(tools);
  }

  /** Steps that must be carried out before a start; none where Hearth itself holds the server. */
  async prepare(request: ServeRequest): Promise<readonly Action[]> {
    const programs = await this.#deps.programs();
    const way = this.#way(request, programs);
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
      const way = this.#way(request, programs);
      if ((await this.#deps.files.stat(request.modelPath)) === null)
        throw new HearthError('not-found', { path: request.modelPath });
      if (request.stamp !== undefined)
        await refuseChanged(this.#deps.files, request.modelPath, request.stamp);
      return way === 'children'
        ? this.#children.start(request, programs, cancel)
        : this.#units.start(request, cancel);
    });
  }

  #way(request: ServeRequest, programs: ProgramFacts): ServingWay {
    return request.engine?.way ?? chooseWay(programs, this.#deps.practice);
  }

  /** The address that answers now, looked at again, or null. Starts nothing. */
  async check(cancel: Cancel): Promise<Endpoint | null> {
    // A unit answers at the same places as the child of another Hearth would: what systemd runs is asked for first.
    if (!this.#children.owns && !this.#deps.practice && (await this.#deps.programs()).userManager) {
      const unit = await this.#units.check(cancel);
      if (unit !== null) return unit;
    }
    return this.#children.check(cancel);
  }

  letGo(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#children.stop();
      if (this.#deps.practice) return;
      const programs = await this.#deps.programs();
      if (programs.userManager) await this.#units.letGo();
    });
  }

  /** Keeps the address of a child open although nobody asks, until it is stopped. */
  hold(): void {
    this.#children.held = true;
  }

  /** How a server that answers does. @throws what the api throws */
  async health({ port, way, contextTokens, isolation, servedBy }: Endpoint): Promise<ServerHealth> {
    const counters = await this.api.counters(port);
    const memory = await this.#look.memory(isolation.serverPid, way !== 'children');
    return {
      ...counters,
      contextTokens,
      memory: {
        ...memory,
        card: servedBy?.gpuBytes ?? null,
        loaded: servedBy === null ? null : servedBy.gpuBytes + servedBy.memoryBytes,
      },
      restarts: this.#children.restarts,
    };
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

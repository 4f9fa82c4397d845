// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../core/errors.ts';
import { findOffer } from '../core/models/shelf.ts';
import type { Offer } from '../core/models/types.ts';
import { isAlive, itemOf } from '../core/setup/downloads.ts';
import { step, type Action, type Plan } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { TaskId } from '../core/setup/tasks.ts';
import { bringActions, type Wish } from './bring.ts';
import type { Parts } from './parts.ts';
import { actionsFor, stepIds } from './plans.ts';

/** Makes plans, each with a name of its own in the journal. Nothing is changed by asking for one. */
export class Planner {
  readonly #parts: Parts;
  readonly #state: () => HearthState;
  #counter = 0;

  constructor(parts: Parts, state: () => HearthState) {
    this.#parts = parts;
    this.#state = state;
  }

  async task(task: TaskId): Promise<Plan> {
    return this.of(task, await actionsFor(task, this.#state(), this.#parts));
  }

  async model(modelId: string, wish: Wish): Promise<Plan> {
    const state = this.#state();
    return this.of('model', await bringActions(offerOf(state, modelId), wish, state, this.#parts));
  }

  async discard(modelId: string): Promise<Plan> {
    const state = this.#state();
    const item = itemOf(state.downloads, modelId);
    if (item !== null && isAlive(item)) throw busyWith(state, modelId);
    const { partials } = await this.#parts.models.list([]);
    const found = partials.filter((partial) => partial.modelId === modelId);
    // What came of a model that is not listed any more can be thrown away as well.
    if (found.length === 0) offerOf(state, modelId);
    const actions = found.map(({ path, bytes }): Action => ({ do: 'discard', modelId, path, size: bytes }));
    return this.of('model', actions);
  }

  async removal(modelId: string): Promise<Plan> {
    const { installed, entry } = offerOf(this.#state(), modelId);
    if (installed === null) throw new HearthError('unknown-model', { model: modelId });
    const { path, size } = installed;
    const own = entry.own === undefined ? {} : { own: true as const };
    return this.of('model', [{ do: 'remove-model', modelId, path, size, ...own }]);
  }

  async of(task: TaskId, actions: readonly Action[]): Promise<Plan> {
    this.#counter += 1;
    const { random, clock } = this.#parts;
    const noise = Array.from(await random.bytes(3), (b) => b.toString(16).padStart(2, '0')).join('');
    const id = `${Math.floor(clock.now()).toString(36)}-${this.#counter}${noise}`;
    const ids = stepIds(actions);
    return { id, task, steps: actions.map((action, index) => step(ids[index] ?? action.do, action)) };
  }
}

/** @throws unknown-model */
export function offerOf({ shelf }: HearthState, modelId: string): Offer {
  const offer = findOffer(shelf, modelId);
  if (offer === null) throw new HearthError('unknown-model', { model: modelId });
  return offer;
}

export function busyWith({ shelf }: HearthState, modelId: string): HearthError {
  const name = shelf?.offers.find(({ entry }) => entry.id === modelId)?.entry.name ?? modelId;
  return new HearthError('busy', { name });
}

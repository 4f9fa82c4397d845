// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, type Cancel } from '../core/cancel.ts';
import { hasCode, toErrorValue, type ErrorValue } from '../core/errors.ts';
import type { Endpoint } from '../core/server/types.ts';
import type { HearthState } from '../core/setup/state.ts';
import { asChosen, forgetOnOtherDevice } from './measuring.ts';
import { otherEndpoint } from '../core/server/others.ts';
import { chosenOther, engineOf } from '../core/setup/engine-of.ts';
import type { Parts } from './parts.ts';
import { serveRequest } from './plans.ts';

/** Keeps what the state says of the server in step with the server. */
export class ServerKeeper {
  readonly #parts: Parts;
  readonly #state: () => HearthState;
  readonly #set: (
    change: Pick<HearthState, 'server' | 'health'> & Partial<Pick<HearthState, 'engines'>>,
  ) => void;
  #starting: Promise<Endpoint> | null = null;

  constructor(
    parts: Parts,
    state: () => HearthState,
    set: (change: Pick<HearthState, 'server' | 'health'> & Partial<Pick<HearthState, 'engines'>>) => void,
  ) {
    this.#parts = parts;
    this.#state = state;
    this.#set = set;
  }

  /** @param failed what was just seen of it, which need not be waited for again */
  async check(failed: unknown = null): Promise<void> {
    if (this.#starting !== null) return;
    if (chosenOther(this.#state()) !== null) return this.#checkOther();
    try {
      if (hasCode(failed, 'server-frozen', 'model-changed')) throw failed;
      const endpoint = await this.#parts.serving.check(new CancelSource());
      if (endpoint !== null) this.#set({ server: { tag: 'ready', endpoint }, health: this.#state().health });
      else if (this.#state().server.tag === 'ready') this.off();
    } catch (thrown) {
      if (!hasCode(thrown, 'server-frozen', 'model-changed')) throw thrown;
      // What was replaced must not be asked; what is frozen is left for a person to look at, or to start again.
      if (thrown.code === 'model-changed') await this.#parts.serving.stop();
      this.failed(thrown.toValue());
    }
  }

  /** Somebody else's server is looked at from outside, and never with Hearth's key. */
  async #checkOther(): Promise<void> {
    const others = await this.#parts.observeOthers();
    const { engines, health } = this.#state();
    const none = { images: [], problems: [], present: [] };
    this.#set({ server: this.#state().server, health, engines: { ...(engines ?? none), others } });
    const run = engineOf(this.#state())?.other ?? null;
    if (chosenOther(this.#state()) === null) return;
    if (run === null) this.off();
    else this.#set({ server: { tag: 'ready', endpoint: otherEndpoint(run) }, health: null });
  }

  /** Another way of serving was chosen: what is said of the address follows at once. */
  chosenAnew(): void {
    const { server } = this.#state();
    const other = chosenOther(this.#state());
    const was = server.tag === 'ready' ? (server.endpoint.other ?? null) : null;
    if (other === null && was === null) return;
    this.off();
    this.check().catch((thrown: unknown) => this.#parts.report(thrown, 'another engine'));
  }

  async checkHealth(): Promise<void> {
    await this.check();
    const { server } = this.#state();
    if (server.tag !== 'ready' || server.endpoint.other !== undefined) return;
    // It may go away between two questions; the next look says so.
    const health = await this.#parts.serving.health(server.endpoint).catch(() => null);
    this.#set({ server, health });
  }

  start(modelId: string, cancel: Cancel): Promise<Endpoint> {
    this.#starting ??= this.#start(modelId, cancel).finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #start(modelId: string, cancel: Cancel): Promise<Endpoint> {
    const request = serveRequest(asChosen(this.#state(), modelId), this.#parts);
    this.#set({ server: { tag: 'starting', modelId: request.modelId }, health: null });
    try {
      const endpoint = await this.#parts.serving.start(request, cancel);
      // A port that was taken is solved once and remembered.
      if (endpoint.port !== request.port) this.#parts.settings.write({ port: endpoint.port });
      this.#set({ server: { tag: 'ready', endpoint }, health: null });
      await forgetOnOtherDevice(this.#state(), endpoint, this.#parts);
      return endpoint;
    } catch (thrown) {
      if (hasCode(thrown, 'cancelled')) this.off();
      else this.failed(toErrorValue(thrown));
      throw thrown;
    }
  }

  async stop(): Promise<void> {
    await this.#parts.serving.stop();
    this.off();
    // What is not Hearth's goes on.
    if (chosenOther(this.#state()) !== null) await this.check();
  }

  async letGo(): Promise<void> {
    await this.#parts.serving.letGo();
    this.off();
  }

  /** It is started again by itself; with an endpoint: it answers. */
  restarts(endpoint: Endpoint | null): void {
    const modelId = this.#state().choices.modelId ?? '';
    const server =
      endpoint === null ? { tag: 'starting' as const, modelId } : { tag: 'ready' as const, endpoint };
    this.#set({ server, health: null });
  }

  /** A server that was ready has ended by itself, or cannot be used: said at once, not at the next look. */
  failed(error: ErrorValue): void {
    this.#set({ server: { tag: 'failed', error }, health: null });
  }

  /** Nothing runs; the next question starts it. */
  off(): void {
    this.#set({ server: { tag: 'off' }, health: null });
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import type { Endpoint } from '../core/server/types.ts';
import type { Plan } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { Newest } from '../core/tools/newest.ts';
import type { Capability } from '../core/tools/capability.ts';
import type { Connection } from '../core/tools/clients.ts';
import type { ToolIntents } from './api.ts';
import type { LabOffer, Parts } from './parts.ts';
import {
  answersItself,
  checkedModel,
  gooseActions,
  gooseTarget,
  ready,
  refuseOthersWork,
  refuseSmallContext,
} from './plans.ts';
import type { Planner } from './planner.ts';

/** What of the engine this needs. */
export interface ToolUseDeps {
  readonly parts: Parts;
  readonly planner: Planner;
  state(): HearthState;
  set(change: Partial<HearthState>): void;
  /** Lets the chosen model answer. */
  serve(cancel: Cancel): Promise<Endpoint>;
}

/** What people do with tools besides setting Goose up. */
export class ToolUse implements ToolIntents {
  readonly #deps: ToolUseDeps;

  constructor(deps: ToolUseDeps) {
    this.#deps = deps;
  }

  /** Looks at Goose, at what Hearth installed, at what the model was found to be, and at other programs. */
  async refresh(): Promise<void> {
    const { parts, set, state } = this.#deps;
    const goose = await parts.goose.observe(gooseTarget(state(), parts));
    const model = checkedModel(state());
    const [install, capability, clients, aiLab] = await Promise.all([
      parts.tools.look(goose.program),
      model === null ? null : parts.capability.kept(model),
      parts.connect.find(),
      parts.aiLab.observe(this.#labOffer()),
    ]);
    set({ goose: { ...goose, install }, capability, clients, aiLab });
  }

  #labOffer(): LabOffer | null {
    const offer = ready(this.#deps.state());
    return offer?.installed == null ? null : { entry: offer.entry, path: offer.installed.path };
  }

  async planAiLab(): Promise<Plan> {
    const { parts, planner } = this.#deps;
    return planner.of('tools', await parts.aiLab.plan(this.#labOffer()));
  }

  openAiLab(): Promise<void> {
    return this.#deps.parts.aiLab.open();
  }

  async planDefault(): Promise<Plan> {
    const { parts, planner, state } = this.#deps;
    return planner.of('tools', await gooseActions(state(), parts, true));
  }

  async openGoose(
    { folder, here }: { readonly folder: string | null; readonly here: boolean },
    cancel: Cancel,
  ): Promise<number | null> {
    const { parts, serve, state } = this.#deps;
    refuseOthersWork(state());
    const endpoint = await serve(cancel);
    await this.refresh();
    const program = state().goose?.program ?? null;
    if (program === null) throw new HearthError('no-goose');
    refuseSmallContext(endpoint);
    return parts.connect.open(program.path, endpoint, { folder: folder ?? parts.paths.home, here }, cancel);
  }

  newestFrom(): Promise<string | null> {
    return this.#deps.parts.tools.newestFrom();
  }

  newest(cancel: Cancel): Promise<Newest> {
    const { parts, state } = this.#deps;
    return parts.tools.newest(state().goose?.program ?? null, cancel);
  }

  async checkAgent(cancel: Cancel): Promise<Capability> {
    const { parts, serve, set, state } = this.#deps;
    refuseOthersWork(state());
    const endpoint = await serve(cancel);
    const model = checkedModel(state());
    if (model === null) throw new HearthError('unknown-model', { model: '' });
    const capability = await parts.capability.check(endpoint, model, cancel);
    set({ capability });
    return capability;
  }

  connection(): Connection | null {
    const { parts, state } = this.#deps;
    const target = gooseTarget(state(), parts);
    if (target === null) return null;
    return {
      baseUrl: `http://127.0.0.1:${target.port}/v1`,
      model: target.alias,
      contextTokens: target.contextTokens,
      keyFile: parts.paths.keyFile,
      answers: answersItself(state()),
    };
  }

  async key(): Promise<string> {
    const { files, paths } = this.#deps.parts;
    return (await files.readText(paths.keyFile, 4096)).trim();
  }
}

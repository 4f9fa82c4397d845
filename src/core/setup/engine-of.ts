// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import { chooseEngine } from '../server/engine.ts';
import {
  otherProgram,
  type EngineDecision,
  type EngineId,
  type OtherServer,
} from '../server/engine-facts.ts';
import type { EngineRun, ServingWay } from '../server/types.ts';
import type { HearthState } from './state.ts';

export type EngineSeen = Pick<HearthState, 'machine' | 'programs' | 'choices' | 'engines' | 'mode'>;

/** The engine for what was seen; null before the first look. */
export function engineOf({ machine, programs, choices, engines, mode }: EngineSeen): EngineDecision | null {
  if (machine === null || programs === null) return null;
  const { images, present, others } = engines ?? { images: [], present: [], others: [] };
  const practice = mode.tag === 'practice';
  const facts = { machine, images, present, others, practice };
  return chooseEngine(facts, programs, choices.engine, choices.otherModel ?? null);
}

/** The program of somebody else's making that was chosen to answer; null where Hearth serves. */
export function chosenOther({
  choices,
  mode,
}: Pick<HearthState, 'choices' | 'mode'>): OtherServer['program'] | null {
  return mode.tag === 'practice' ? null : otherProgram(choices.engine);
}

/** What serves for an engine. */
export function wayOf(engine: Exclude<EngineId, 'reuse'>): ServingWay {
  switch (engine) {
    case 'native-units':
      return 'user-units';
    case 'native-children':
      return 'children';
    case 'container':
      return 'container';
  }
}

/** How a request is to be served; undefined before the first look, and when nothing can. */
export function engineRun(seen: EngineSeen): EngineRun | undefined {
  const decision = engineOf(seen);
  if (decision === null || engineError(decision) !== null) return undefined;
  if (decision.chosen === 'reuse') return undefined;
  if (decision.chosen === 'container' && decision.container !== null)
    return { way: 'container', run: decision.container };
  return { way: decision.chosen === 'native-children' ? 'children' : 'user-units' };
}

/** Why nothing can serve here; null when something can. */
export function engineError(decision: EngineDecision): HearthError | null {
  const { chosen, choice, candidates } = decision;
  if (chosen !== null) return null;
  if (decision.obstacle !== null) {
    const { code, args } = decision.obstacle;
    return new HearthError('engine-unusable', { ...args, because: code });
  }
  const of = (id: EngineId) => candidates.find((one) => one.id === id)?.obstacles ?? [];
  if (choice !== 'container') {
    // What is nearest to working is told: services where there is a manager for them, else children of Hearth.
    const native = of('native-units').some((one) => one.code === 'no-user-manager' || one.code === 'practice')
      ? of('native-children')
      : of('native-units');
    const missing = native.find((one) => one.code === 'programs-missing')?.args['missing'];
    if (missing !== undefined) {
      const code = String(missing).includes('llama-server') ? 'no-engine' : 'no-isolation';
      return new HearthError(code, { missing });
    }
  }
  const first = of(choice === 'container' ? 'container' : 'native-units')[0];
  return new HearthError('engine-unusable', { ...first?.args, because: first?.code ?? '' });
}

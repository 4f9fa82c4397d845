// SPDX-License-Identifier: GPL-3.0-or-later

import type { Store } from '../../src/core/store.ts';
import type { Plan } from '../../src/core/setup/plan.ts';
import type { HearthState } from '../../src/core/setup/state.ts';
import type { TaskId } from '../../src/core/setup/tasks.ts';
import type { ToolIntents } from '../../src/engine/api.ts';
import { sampleCapability } from './fixture-parts.ts';

/** What a made-up Hearth does with the tools: nothing, with answers that look like some. */
export function fixtureTools(
  state: () => Store<HearthState>,
  plan: (task: TaskId) => Promise<Plan>,
  note: (call: string) => void = () => {},
): ToolIntents {
  return {
    planDefault: () => plan('tools'),
    newestFrom: () => Promise.resolve('github.com'),
    newest: () => Promise.resolve({ version: '1.60.0', installed: '1.52.0', pinned: '1.52.0' }),
    planAiLab: () => plan('tools'),
    openAiLab: () => Promise.resolve(),
    openGoose: ({ folder }) => {
      note(`goose in ${folder ?? '~'}`);
      return Promise.resolve(null);
    },
    key: () => Promise.resolve('a-key-of-this-test'),
    connection: () => ({
      baseUrl: 'http://127.0.0.1:4327/v1',
      model: state().value.choices.modelId ?? 'model',
      contextTokens: 32768,
      keyFile: '/home/ada/.local/share/hearth/api-key',
      answers: true,
    }),
    checkAgent: async () => {
      const capability = sampleCapability('chat-only');
      state().update((before) => ({ ...before, capability }));
      return capability;
    },
  };
}

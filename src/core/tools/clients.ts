// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Programs that people may have already, and what the local model is to them. `asks`: it can ask a server that speaks as
 * OpenAI's does, so it can ask this one. `runs`: it runs models of its own and cannot be pointed at another server's.
 * `words/clients.ts` has what to do in each.
 */
export interface Client {
  readonly id: ClientId;
  readonly name: string;
  readonly role: 'asks' | 'runs' | 'both';
  /** Ids of applications, as desktop files and Flatpaks are named. */
  readonly apps: readonly string[];
  readonly programs: readonly string[];
}

export const clientIds = [
  'alpaca',
  'newelle',
  'zed',
  'vscode',
  'ramalama',
  'ollama',
  'lmstudio',
  'other',
] as const;
export type ClientId = (typeof clientIds)[number];

export const clients: readonly Client[] = [
  { id: 'alpaca', name: 'Alpaca', role: 'both', apps: ['com.jeffser.Alpaca'], programs: ['alpaca'] },
  {
    id: 'newelle',
    name: 'Newelle',
    role: 'asks',
    apps: ['io.github.qwersyk.Newelle'],
    programs: ['newelle'],
  },
  { id: 'zed', name: 'Zed', role: 'asks', apps: ['dev.zed.Zed'], programs: ['zed', 'zeditor'] },
  {
    id: 'vscode',
    name: 'VS Code',
    role: 'asks',
    apps: ['com.visualstudio.code', 'com.vscodium.codium', 'code', 'codium'],
    programs: ['code', 'codium'],
  },
  { id: 'ramalama', name: 'RamaLama', role: 'runs', apps: [], programs: ['ramalama'] },
  { id: 'ollama', name: 'Ollama', role: 'runs', apps: [], programs: ['ollama'] },
  {
    id: 'lmstudio',
    name: 'LM Studio',
    role: 'runs',
    apps: ['ai.lmstudio.lm-studio', 'lm-studio'],
    programs: ['lms', 'lm-studio'],
  },
  { id: 'other', name: '', role: 'asks', apps: [], programs: [] },
];

/** What another program needs to ask the local model. The key itself stays in its file. */
export interface Connection {
  readonly baseUrl: string;
  readonly model: string;
  readonly contextTokens: number;
  readonly keyFile: string;
  /** Whether it answers now, or as soon as it is asked, or only when it was started. */
  readonly answers: boolean;
}

/**
 * The part of Zed's settings that names the local model, and Goose as an agent by the Agent Client Protocol where it is
 * there. The key is asked for by Zed itself.
 */
export function zedSettings({ baseUrl, model, contextTokens }: Connection, goose: string | null): string {
  const provider = {
    api_url: baseUrl,
    available_models: [{ name: model, display_name: model, max_tokens: contextTokens }],
  };
  const agent =
    goose === null ? {} : { agent_servers: { Goose: { command: goose, args: ['acp'], env: {} } } };
  return JSON.stringify({ language_models: { openai_compatible: { Hearth: provider } }, ...agent }, null, 2);
}

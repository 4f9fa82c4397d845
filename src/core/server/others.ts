// SPDX-License-Identifier: GPL-3.0-or-later

import { readModels } from './answers.ts';
import type { EngineNote, OtherRun, OtherServer } from './engine-facts.ts';
import type { Endpoint } from './types.ts';

/** Where they listen unless somebody said otherwise. */
export const otherPorts = { ollama: 11434, lmstudio: 1234 } as const;

/** Longest list of models that is read, in characters; a hundred models take some ten thousand. */
const listCap = 256 * 1024;

/**
 * Models that can be talked to and run on this computer, in the order in which a server names them; null when it is
 * something else that answers. Ollama marks those of its cloud by name; what both call embedding answers nothing.
 */
export function readOtherModels(text: string): readonly string[] | null {
  if (text.length > listCap) return null;
  try {
    return readModels(text).filter((name) => isName(name) && !/[:-]cloud$|embed/i.test(name));
  } catch {
    return null;
  }
}

/** A name is shown and sent back: no blanks, nothing that steers a terminal or turns text around. */
function isName(name: string): boolean {
  return /^[\w./:@+-]{1,200}$/.test(name);
}

/** What is asked of a program that was chosen; a note when it cannot be asked. */
export function otherRun(
  others: readonly OtherServer[],
  program: OtherServer['program'],
  wished: string | null,
): OtherRun | EngineNote {
  const server = others.find((one) => one.program === program);
  if (server === undefined) return { code: 'other-gone', args: { program } };
  const model = wished ?? server.models[0];
  if (model === undefined) return { code: 'other-no-model', args: { program } };
  if (!server.models.includes(model)) return { code: 'other-model-gone', args: { program, model } };
  return { server, model };
}

/** The address of somebody else's server. Nothing shuts it off from the network that Hearth could vouch for. */
export function otherEndpoint({ server, model }: OtherRun): Endpoint {
  return {
    way: 'reuse',
    modelId: model,
    alias: model,
    baseUrl: `http://127.0.0.1:${server.port}/v1`,
    port: server.port,
    contextTokens: 0,
    isolation: { serverPid: 0, serverNamespace: '', ownNamespace: '', interfaces: [], isolated: false },
    servedBy: null,
    other: server.program,
  };
}

/** What Ollama says at /api/version; null when it is something else that answers. */
export function readOllamaVersion(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text.slice(0, 1000));
    if (typeof value !== 'object' || value === null || !('version' in value)) return null;
    const { version } = value;
    return typeof version === 'string' && /^\d[\w.+-]{0,40}$/.test(version) ? version : null;
  } catch {
    return null;
  }
}

/**
 * Whether Ollama may hand requests to its maker's computers: it may unless its service was told not to. Null when no
 * file of its service was found: somebody started it by hand, and then its settings cannot be read.
 */
export function ollamaCloud(units: readonly string[]): boolean | null {
  if (units.length === 0) return null;
  return !units.some((text) => /^\s*Environment=.*\bOLLAMA_NO_CLOUD=(1|true|yes)\b/im.test(text));
}

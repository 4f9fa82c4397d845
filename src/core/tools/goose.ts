// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { HearthError } from '../errors.ts';
import { isHere } from './goose-cloud.ts';

/** Hearth's name among Goose's providers. */
export const providerName = 'hearth';

/**
 * What Goose calls the model, whichever it is: a server with one model answers to any name, so that choosing another one
 * changes nothing in Goose's settings.
 */
export const gooseModel = 'local';

/** Tokens that Goose needs for its own instructions and a first task. */
export const leastContext = 16384;

/**
 * Tokens of context, and billions of parameters, from which on a model has room for all tools that Goose brings along
 * (18 KB in its first request instead of 7) and tells them apart.
 */
export const ampleContext = 32768;
export const ampleParameters = 8;

export interface GooseFiles {
  readonly config: string;
  readonly provider: string;
  readonly providers: string;
}

/** @param configHome folder of all programs' settings, e.g. ~/.config */
export function gooseFiles(configHome: string): GooseFiles {
  const folder = `${configHome}/goose`;
  const providers = `${folder}/custom_providers`;
  return { config: `${folder}/config.yaml`, providers, provider: `${providers}/${providerName}.json` };
}

export interface ProviderInput {
  readonly port: number;
  readonly contextTokens: number;
  readonly keyFile: string;
}

/** Hearth as a provider of Goose. The key stays in its 0600 file: Goose asks `cat` for it, no keyring is involved. */
export function providerFile(input: ProviderInput): string {
  const provider = {
    name: providerName,
    engine: 'openai',
    display_name: 'Hearth (this computer)',
    description: 'The local model that Hearth serves. Nothing that is asked leaves this computer.',
    api_key_env: '',
    base_url: `http://127.0.0.1:${input.port}/v1/chat/completions`,
    models: [{ name: gooseModel, context_limit: input.contextTokens }],
    supports_streaming: true,
    requires_auth: true,
    auth: { command: '/bin/cat', args: [input.keyFile] },
  };
  return `${JSON.stringify(provider, null, 2)}\n`;
}

/** Tokens to which a server rounds its context up. */
const contextBlock = 256;

/** The file is Hearth's for this address, and promises no more context than there is, nor less by a block. */
export function isProviderFor(text: string, input: ProviderInput): boolean {
  const limit = v.safeParse(
    v.object({ models: v.tuple([v.object({ context_limit: v.number() })]) }),
    tryJson(text),
  );
  if (!limit.success) return false;
  const promised = limit.output.models[0].context_limit;
  const room = input.contextTokens - promised;
  return room >= 0 && room < contextBlock && text === providerFile({ ...input, contextTokens: promised });
}

/** The file leads to this computer under Hearth's name, for whatever port, context and key. */
export function isOwnProvider(text: string): boolean {
  const found = v.safeParse(providerSchema, tryJson(text));
  return found.success && found.output.name === providerName && customProviderIn(text)?.local === true;
}

const providerSchema = v.object({ name: v.string(), base_url: v.optional(v.string()) });

export interface CustomProvider {
  readonly name: string;
  readonly local: boolean;
}

/** A custom provider and whether its address is on this computer; null for a file without sense. */
export function customProviderIn(text: string): CustomProvider | null {
  const found = v.safeParse(providerSchema, tryJson(text));
  if (!found.success) return null;
  const { name, base_url: address } = found.output;
  return { name, local: address === undefined || address === '' || isHere(address) };
}

const outputSchema = v.object({
  messages: v.array(
    v.object({
      role: v.string(),
      content: v.array(v.object({ type: v.string(), text: v.optional(v.string()) })),
    }),
  ),
});

/** The answer in what `goose run --output-format json` printed; empty when the model said nothing. @throws bad-answer */
export function readGooseOutput(stdout: string): string {
  const start = stdout.indexOf('{');
  const output = v.safeParse(outputSchema, start < 0 ? undefined : tryJson(stdout.slice(start)));
  if (!output.success)
    throw new HearthError('bad-answer', { from: 'goose' }, { detail: stdout.slice(-1000) });
  const said = output.output.messages.filter((message) => message.role === 'assistant');
  const texts = said.flatMap((message) =>
    message.content.map((part) => (part.type === 'text' ? part.text : '')),
  );
  return texts.join('').trim();
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

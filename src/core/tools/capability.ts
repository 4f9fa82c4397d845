// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';

/**
 * Whether a model can be an agent, by asking it. First for one call of a harmless tool that does nothing, over the same
 * interface that agents use; then, if it made that call, for one small task through Goose in a folder that is thrown away.
 */
export interface Capability {
  readonly version: 1;
  /** Of the model file, and which engine ran it: the answer holds for these. */
  readonly sha256: string;
  readonly engine: string | null;
  /** `agent`: did the task. `tools-only`: made a call, but not the task, or that could not be tried. */
  readonly verdict: 'agent' | 'tools-only' | 'chat-only';
  /** What was seen instead or besides, as the model or the server said it; shortened. */
  readonly seen: string;
  /** Why the task through Goose was not tried; null when it was, or did not come to that. */
  readonly notTried: 'no-goose' | 'no-wall' | 'small-context' | null;
  readonly checkedAt: number;
}

export const capabilityName = 'capability.json';

const schema = v.object({
  version: v.literal(1),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  engine: v.nullable(v.pipe(v.string(), v.maxLength(200))),
  verdict: v.picklist(['agent', 'tools-only', 'chat-only']),
  seen: v.pipe(v.string(), v.maxLength(1000)),
  notTried: v.nullable(v.picklist(['no-goose', 'no-wall', 'small-context'])),
  checkedAt: v.pipe(v.number(), v.safeInteger()),
});

/** What a file says, if it is about this model and this engine; an engine that is not known is taken for the same. */
export function readCapability(text: string, sha256: string, engine: string | null): Capability | null {
  const parsed = v.safeParse(schema, tryJson(text));
  if (!parsed.success || parsed.output.sha256 !== sha256) return null;
  const { engine: then } = parsed.output;
  return then === null || engine === null || then === engine ? parsed.output : null;
}

const toolName = 'set_lamp';
const room = 'kitchen';

/** A request that a model with tools answers by one call. The tool does nothing: nobody carries it out. */
export function toolQuestion(model: string): string {
  return JSON.stringify({
    model,
    messages: [
      { role: 'system', content: 'You control the lamps of a house with the tools you are given.' },
      { role: 'user', content: `Switch the lamp in the ${room} on.` },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: toolName,
          description: 'Switches the lamp of one room on or off',
          parameters: {
            type: 'object',
            properties: { room: { type: 'string' }, on: { type: 'boolean' } },
            required: ['room', 'on'],
          },
        },
      },
    ],
    tool_choice: 'auto',
    temperature: 0,
    max_tokens: 1024,
  });
}

const answerSchema = v.object({
  choices: v.pipe(
    v.array(
      v.object({
        message: v.object({
          content: v.nullish(v.string()),
          tool_calls: v.nullish(
            v.array(v.object({ function: v.object({ name: v.string(), arguments: v.string() }) })),
          ),
        }),
      }),
    ),
    v.minLength(1),
  ),
});

export interface ToolAnswer {
  /** The right tool, with arguments that make sense. */
  readonly right: boolean;
  readonly seen: string;
}

/** What a model did with `toolQuestion`. A server that refuses tools for it, or an answer without sense, is no call. */
export function judgeToolAnswer(status: number, text: string): ToolAnswer {
  const answer = v.safeParse(answerSchema, tryJson(text));
  if (status !== 200 || !answer.success) return { right: false, seen: shorten(text) };
  const message = answer.output.choices[0]?.message;
  const call = message?.tool_calls?.[0]?.function;
  if (call === undefined) return { right: false, seen: shorten(message?.content ?? '') };
  const wanted = v.safeParse(v.object({ room: v.string(), on: v.literal(true) }), tryJson(call.arguments));
  const right = call.name === toolName && wanted.success && wanted.output.room.toLowerCase().includes(room);
  return { right, seen: shorten(`${call.name}(${call.arguments})`) };
}

/** The small task through Goose: a file with one word in it. */
export const task = {
  file: 'hearth-check.txt',
  word: 'ready',
  prompt:
    'Use your tools to create a file named hearth-check.txt in the current folder that contains the one word: ready',
} as const;

export function shorten(text: string, most = 300): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most)}…`;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

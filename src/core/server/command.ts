// SPDX-License-Identifier: GPL-3.0-or-later

import { parent } from './sandbox.ts';
import type { Layout } from '../models/types.ts';
import type { ServeRequest } from './types.ts';

/** MiB of prompts that llama-server may keep in main memory beside its one conversation; its default is 8192. */
export const cacheRam = 0;

/** States of sliding-window and recurrent models kept for going back in a conversation; up to 24 MiB each. */
export const contextCheckpoints = 4;

/** Connections at once: each one that is kept open takes a thread, and with too few the next one waits for seconds. */
const connections = 16;

/** Not a name that any page can have (RFC 6761), so that no page in a browser is ever let in. */
const noOrigin = 'http://hearth.invalid';

export interface ServerFiles {
  /** Absolute path of llama-server. */
  readonly program: string;
  /** UNIX socket to listen on; llama-server knows it by the ending `.sock`. */
  readonly socket: string;
  readonly keyFile: string;
}

/** What the server says about itself, beside its socket: the one folder that it can write to. Gone at the next start. */
export function logFile(socket: string): string {
  return `${parent(socket)}/llama-server.log`;
}

/** The command that serves a model: no network, no web page, no open doors. Flags as of llama.cpp build 11669. */
export function serverCommand(request: ServeRequest, files: ServerFiles): readonly string[] {
  const flags: readonly (readonly string[])[] = [
    ['--model', request.modelPath],
    ['--alias', request.alias],
    ['--host', files.socket],
    ['--api-key-file', files.keyFile],
    ['--offline'],
    ['--no-ui'],
    ['--no-slots'],
    ['--cors-origins', noOrigin],
    ['--no-cors-credentials'],
    ['--jinja'],
    ['--metrics'],
    // From this level on it tells which devices hold the model. Prompts and answers are not in it.
    ['--verbosity', '4'],
    ['--log-file', logFile(files.socket)],
    ['--ctx-size', String(request.contextTokens)],
    ['--cache-type-k', request.kvType],
    ['--cache-type-v', request.kvType],
    ...layoutFlags(request.layout),
    ['--parallel', '1'],
    ['--cache-ram', String(cacheRam)],
    ['--ctx-checkpoints', String(contextCheckpoints)],
    ['--threads', String(request.threads)],
    ['--threads-http', String(connections)],
    ...(request.maxAnswerTokens === null ? [] : [['--predict', String(request.maxAnswerTokens)]]),
  ];
  return [files.program, ...flags.flat()];
}

/**
 * What is started is what was promised: with a number given llama.cpp neither takes more of a card than was counted nor
 * moves layers about by itself (`--fit`), and what was promised to the processor leaves the graphics to others.
 */
export function layoutFlags(layout: Layout | null): readonly (readonly string[])[] {
  if (layout === null) return [];
  const { gpuLayers, expertLayers } = layout;
  if (gpuLayers === 0) return [['--device', 'none']];
  return [
    ['--fit', 'off'],
    ['--n-gpu-layers', String(gpuLayers)],
    ...(expertLayers === 0 ? [] : [['--n-cpu-moe', String(expertLayers)]]),
  ];
}

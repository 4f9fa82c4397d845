// SPDX-License-Identifier: GPL-3.0-or-later

import type { CatalogueEntry, Measured } from '../../src/core/models/types.ts';
import type { ServerHealth } from '../../src/core/server/health.ts';
import type { Answer, Endpoint, ProgramFacts } from '../../src/core/server/types.ts';
import type { JournalEntry } from '../../src/core/setup/journal.ts';
import type { Capability } from '../../src/core/tools/capability.ts';
import { desktopId, labLayouts } from '../../src/core/tools/ai-lab.ts';
import type { AiLabFacts, GooseAnswer, GooseFacts } from '../../src/core/tools/types.ts';

/** Made-up parts of a state. */

export function practiceEntry(): CatalogueEntry {
  return {
    id: 'practice',
    name: 'Practice Model',
    publisher: 'Hearth',
    summary: 'Random weights, made on the spot.',
    homepage: 'https://localhost/',
    file: {
      url: 'https://localhost:4443/practice.gguf',
      name: 'practice.gguf',
      size: 4.2e6,
      sha256: '0'.repeat(64),
      revision: '1',
    },
    licence: { spdx: 'MIT', osiApproved: true, note: null },
    trainingData: { level: 'published', source: 'There is none: the weights are random.' },
    consent: { level: 'public-licence', source: 'Nobody wrote any of it.' },
    toolCalling: { level: 'no', source: 'It only babbles.' },
    released: '2026-11',
    architecture: 'llama',
    parameters: { total: 0.002, active: 0.002 },
    contextTrained: 32768,
    attention: { layers: 2, kvLayers: 2, kvHeads: 2, headSize: 32, slidingWindow: null },
    practice: true,
  };
}

export function endpoint(modelId: string): Endpoint {
  return {
    way: 'user-units',
    modelId,
    alias: modelId,
    baseUrl: 'http://127.0.0.1:4327/v1',
    port: 4327,
    contextTokens: 32768,
    isolation: {
      serverPid: 4711,
      serverNamespace: 'net:[4026532711]',
      ownNamespace: 'net:[4026531840]',
      interfaces: ['lo'],
      isolated: true,
    },
    servedBy: {
      kind: 'gpu',
      cards: ['NVIDIA GeForce RTX 4060 Laptop GPU'],
      processor: 'AMD Ryzen 7 7840HS',
      gpuLayers: 37,
      layers: 37,
      gpuBytes: 5.4e9,
      memoryBytes: 15.6e9,
      noCard: null,
    },
  };
}

export function programs(goose: boolean): ProgramFacts {
  const at = (path: string) => ({ path, version: null });
  return {
    llamaServer: { path: '/usr/bin/llama-server', version: '0.7.0' },
    bwrap: at('/usr/bin/bwrap'),
    socketActivate: at('/usr/bin/systemd-socket-activate'),
    socketProxy: at('/usr/lib/systemd/systemd-socket-proxyd'),
    userManager: true,
    curl: at('/usr/bin/curl'),
    goose: goose ? { path: '/usr/bin/goose', version: '1.52.0' } : null,
  };
}

export function sampleCapability(verdict: Capability['verdict']): Capability {
  const seen =
    verdict === 'chat-only'
      ? 'Sure! The lamp in the kitchen is on now.'
      : 'set_lamp({"room":"kitchen","on":true})';
  const sha256 = '0'.repeat(64);
  return {
    version: 1,
    sha256,
    engine: '0.7.0',
    verdict,
    seen,
    notTried: null,
    checkedAt: Date.UTC(2026, 10, 21),
  };
}

export function goose(provider: GooseFacts['provider']): GooseFacts {
  return {
    program: { path: '/usr/bin/goose', version: '1.52.0' },
    provider,
    activeProvider: provider === 'right' ? 'hearth' : null,
    activeModel: provider === 'right' ? 'qwen3.5-4b' : null,
    telemetry: provider === 'right' ? 'off' : 'unset',
    cloudProviders: [],
    stillCloud: [],
    install: { offered: null, ours: null },
    problem: null,
  };
}

/** Podman Desktop not there, there and never started, open, or with the model. */
export function aiLab(how: 'absent' | 'fresh' | 'open' | 'placed'): AiLabFacts {
  const home = '/home/ada';
  const around = { home, config: `${home}/.config`, data: `${home}/.local/share`, desktopHome: null };
  const placed = how === 'placed';
  return {
    desktop: how === 'absent' ? null : { flavour: 'flatpak', path: `/var/lib/flatpak/app/${desktopId}` },
    open: how === 'open',
    places: how === 'absent' ? null : labLayouts(around).flatpak,
    version: placed ? '1.9.3' : null,
    telemetry: placed ? 'off' : 'unset',
    asked: placed,
    model: how === 'fresh' ? 'missing' : placed ? 'placed' : null,
    socket: placed,
    from: how === 'absent' ? { name: 'flathub', url: 'https://dl.flathub.org/repo/', scope: 'user' } : null,
    extension: null,
    problem: null,
  };
}

export function sampleAnswer(): Answer {
  return {
    text: 'A local model is a program that writes text on the computer it runs on.\n\nIt needs no connection: the question and the answer never leave the machine. How fast it is depends on the memory and on the graphics card.',
    reasoning: '',
    promptTokens: 24,
    answerTokens: 58,
    promptRate: 412,
    answerRate: 23.4,
    firstTokenAfter: 640,
    stopped: 'end',
  };
}

export function sampleHealth(): ServerHealth {
  return {
    promptTokens: 24,
    answerTokens: 58,
    promptRate: 412,
    answerRate: 23.4,
    busy: 0,
    waiting: 0,
    contextUsed: 82,
    contextTokens: 32768,
    memory: { resident: 15.8e9, group: 16.1e9, card: 5.6e9, loaded: 21e9 },
    restarts: 0,
  };
}

export function sampleMeasured(): Measured {
  return {
    version: 1,
    sha256: 'a'.repeat(64),
    contextTokens: 16_384,
    kvType: 'f16',
    computer: 'AMD Ryzen 7 7840HS × 16',
    device: 'cpu: AMD Ryzen 7 7840HS',
    engine: '0.7.0',
    promptTokens: 412,
    promptRate: 118.4,
    answerTokens: 44,
    answerRate: 12.6,
    measuredAt: Date.UTC(2026, 10, 21, 12),
  };
}

export function gooseAnswer(): GooseAnswer {
  return {
    text: 'There are three files in this folder.\nThe largest is the model.',
    tokensSeen: 914,
    durationMs: 8400,
  };
}

export function journalEntry(): JournalEntry {
  const path = '/home/ada/.config/goose/config.yaml';
  return {
    plan: 'p2',
    task: 'tools',
    startedAt: Date.UTC(2026, 10, 21, 18, 24),
    endedAt: Date.UTC(2026, 10, 21, 18, 24, 2),
    practice: false,
    steps: [
      {
        step: 'config',
        action: {
          do: 'write-file',
          path,
          bytes: 412,
          mode: 0o600,
          before: 'aa',
          owner: 'person',
          purpose: 'goose-config',
        },
        undo: { undo: 'restore-file', path, backup: '/home/ada/b', mode: 0o600, ifSha256: 'bb' },
        outcome: 'done',
        error: null,
      },
    ],
  };
}

export function downloadEntry(modelId: string, size: number): JournalEntry {
  const to = `/home/ada/.local/share/hearth/models/${modelId}.gguf`;
  return {
    plan: 'p1',
    task: 'model',
    startedAt: Date.UTC(2026, 10, 21, 18, 2),
    endedAt: Date.UTC(2026, 10, 21, 18, 9),
    practice: false,
    steps: [
      {
        step: 'folder',
        action: { do: 'make-folder', path: '/home/ada/.local/share/hearth/models', mode: 0o700 },
        undo: { undo: 'nothing', why: 'already-there' },
        outcome: 'done',
        error: null,
      },
      {
        step: 'download',
        action: { do: 'download', modelId, url: 'https://huggingface.co/x', to, size, sha256: '00' },
        undo: { undo: 'remove-file', path: to, ifSha256: null },
        outcome: 'done',
        error: null,
      },
    ],
  };
}

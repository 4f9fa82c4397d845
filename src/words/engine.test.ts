// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import type { Candidate, EngineDecision, EngineNoteCode } from '../core/server/engine-facts.ts';
import { choiceLines, engineErrorWords, noteWords, otherLines, reasonSentence } from './engine.ts';

const codes: Readonly<Record<EngineNoteCode, Readonly<Record<string, string | number>>>> = {
  'programs-missing': { missing: 'llama-server' },
  'no-user-manager': {},
  practice: {},
  'not-looked': {},
  'no-podman': {},
  'podman-old': { version: '4.9.3', needed: '5.3' },
  'no-quadlet': {},
  'no-id-mapper': {},
  'no-id-ranges': {},
  'no-image': { device: 'cpu', architecture: 'riscv64' },
  'image-not-pinned': { repository: 'registry.example/a' },
  'no-cdi': {},
  'to-fetch': { host: 'registry.example', size: 1_800_000_000 },
  'cdi-hidden': { path: '/run/cdi/nvidia.yaml', needed: '/etc/cdi/nvidia.yaml' },
  'selinux-device': {},
  'no-pids-limit': {},
  'no-memory-limit': {},
  'none-running': {},
  'not-ours': { program: 'ollama', port: 11434 },
  'no-key': { program: 'ollama', port: 11434 },
  'open-to-network': { program: 'lmstudio', port: 1234 },
  'cloud-on': { program: 'ollama', port: 11434 },
  'cloud-unknown': { program: 'lmstudio', port: 1234 },
  'other-gone': { program: 'ollama' },
  'other-no-model': { program: 'ollama' },
  'other-model-gone': { program: 'ollama', model: 'llama3.2:3b' },
  'goose-own-server': { program: 'ollama' },
  'measure-own-server': { program: 'ollama' },
};

describe('every note', () => {
  it.each(Object.entries(codes))('%s is said in whole sentences', (code, args) => {
    const { sentence, cure } = noteWords({ code: code as EngineNoteCode, args });
    expect(sentence).toMatch(/\.$/);
    expect(`${sentence} ${cure}`).not.toMatch(/\{\w+\}|undefined/);
  });

  it('has a cure where something stands in the way', () => {
    for (const code of [
      'no-podman',
      'podman-old',
      'no-quadlet',
      'no-id-mapper',
      'no-id-ranges',
      'no-cdi',
      'other-gone',
      'other-no-model',
      'other-model-gone',
      'goose-own-server',
      'measure-own-server',
    ] as const)
      expect(noteWords({ code, args: codes[code] }).cure, code).not.toBe('');
    expect(noteWords({ code: 'no-cdi', args: {} }).cure).toContain('--output=/etc/cdi/nvidia.yaml');
  });
});

const usable = (id: Candidate['id']): Candidate => ({ id, usable: true, obstacles: [], notes: [] });
const decision: EngineDecision = {
  choice: 'auto',
  candidates: [
    usable('native-units'),
    usable('native-children'),
    { id: 'container', usable: false, obstacles: [{ code: 'no-cdi', args: {} }], notes: [] },
    {
      id: 'reuse',
      usable: true,
      obstacles: [],
      notes: [
        { code: 'not-ours', args: { program: 'ollama', port: 11434 } },
        { code: 'open-to-network', args: { program: 'ollama', port: 11434 } },
      ],
    },
  ],
  chosen: 'native-units',
  because: 'installed',
  container: null,
  other: null,
  obstacle: null,
};

it('says for each choice why it is taken or what stands in its way', () => {
  expect(choiceLines(decision, 'auto')).toEqual([reasonSentence(decision)]);
  expect(choiceLines(decision, 'container').join()).toMatch(/NVIDIA.*nvidia-ctk/);
  expect(choiceLines({ ...decision, choice: 'native' }, 'auto')).toEqual([
    'Hearth chooses by what is there.',
  ]);
  expect(reasonSentence({ ...decision, chosen: null, because: 'chosen' })).toContain('cannot be used');
});

it('calls the server of another program what it is', () => {
  expect(otherLines(decision).join(' ')).toMatch(
    /Ollama answers.*not isolated by Hearth.*others on the network/,
  );
  const none: Candidate = {
    id: 'reuse',
    usable: false,
    obstacles: [{ code: 'none-running', args: {} }],
    notes: [],
  };
  expect(otherLines({ ...decision, candidates: [none] })).toEqual([]);
});

it('tells refusals of SELinux apart, and repeats an obstacle as the error it is', () => {
  const said = (what: string) => engineErrorWords({ code: 'selinux-denied', args: { what }, detail: null });
  expect(new Set(['socket', 'device', 'file'].map((what) => said(what)?.sentence)).size).toBe(3);
  expect(said('device')?.cure).toContain('container_use_devices');
  const error = { code: 'engine-unusable', args: { because: 'no-podman' }, detail: null } as const;
  expect(engineErrorWords(error)).toEqual(noteWords({ code: 'no-podman', args: {} }));
  expect(engineErrorWords({ code: 'io', args: {}, detail: null })).toBeNull();
});

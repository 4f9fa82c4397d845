// SPDX-License-Identifier: GPL-3.0-or-later

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { observeMachine } from '../../src/core/machine/observe.ts';
import { parseCatalogue } from '../../src/core/models/catalogue.ts';
import { buildShelf } from '../../src/core/models/shelf.ts';
import type { Shelf } from '../../src/core/models/types.ts';
import { beyondFree } from '../support/model-machines.ts';
import { machinesFolder, openMachine } from '../support/node-look.node.ts';

const { entries } = parseCatalogue(
  readFileSync('data/catalogue/hearth.json', 'utf8'),
  'hearth.json',
).catalogue;

async function shelfOf(name: string): Promise<Shelf> {
  const { look, options } = await openMachine(name);
  const machine = await observeMachine(look, options);
  return buildShelf({ entries, machine, installed: [], partials: [], problems: [], practice: false });
}

/** `model @ context, where` of a role's pick, with how it is split. */
function pickOf(shelf: Shelf, role: string): string | null {
  const pick = shelf.picks.find((p) => p.role === role);
  if (pick === undefined) return null;
  const { fit } = shelf.offers.find((offer) => offer.entry.id === pick.modelId)!;
  const { gpuLayers, expertLayers, layers } = fit.layout;
  const experts = expertLayers === 0 ? '' : `, experts of ${expertLayers} in memory`;
  const share = fit.place === 'split' ? ` ${gpuLayers} of ${Number(layers) + 1}${experts}` : '';
  return `${pick.modelId} @ ${fit.contextTokens / 1024}k, ${fit.place}${share}`;
}

/** What is recommended on each recorded machine: balanced, agent. The open-data pick is SmolLM3 wherever it fits. */
const expected: Readonly<Record<string, readonly [string | null, string | null]>> = {
  'desktop-debian-dkms': [
    'gemma-4-26b-a4b @ 32k, split 31 of 31, experts of 29 in memory',
    'gpt-oss-20b @ 32k, split 25 of 25, experts of 9 in memory',
  ],
  'desktop-kernel-update': [
    'gemma-4-26b-a4b @ 32k, split 31 of 31, experts of 30 in memory',
    'gpt-oss-20b @ 32k, split 25 of 25, experts of 9 in memory',
  ],
  'desktop-mixed-nvidia': ['gemma-4-26b-a4b @ 32k, memory', 'qwen3.6-35b-a3b @ 32k, memory'],
  'laptop-rtx4060-key': ['gemma-4-26b-a4b @ 32k, memory', 'qwen3.6-35b-a3b @ 32k, memory'],
  'laptop-silverblue-nvidia': ['gemma-4-26b-a4b @ 32k, memory', 'qwen3.6-35b-a3b @ 32k, memory'],
  'container-debian': ['gemma-4-26b-a4b @ 16k, memory', 'gemma-4-26b-a4b @ 16k, memory'],
  'desktop-arc-b580': [
    'gemma-4-26b-a4b @ 32k, split 31 of 31, experts of 30 in memory',
    'qwen3.6-35b-a3b @ 32k, split 41 of 41, experts of 26 in memory',
  ],
  'desktop-bazzite': [
    'gemma-4-26b-a4b @ 16k, split 31 of 31, experts of 27 in memory',
    'qwen3.6-35b-a3b @ 32k, split 41 of 41, experts of 34 in memory',
  ],
  'desktop-gtx1080': ['granite-4.0-h-tiny @ 32k, memory', 'gemma-4-e4b @ 32k, memory'],
  'desktop-old-bios': ['gemma-4-e2b @ 32k, memory', 'granite-4.0-h-tiny @ 32k, memory'],
  'desktop-rtx5090': ['qwen3.8-27b @ 128k, gpu', 'qwen3.8-27b @ 128k, gpu'],
  'desktop-rx7900xtx': ['qwen3.8-27b @ 32k, gpu', 'qwen3.8-27b @ 32k, gpu'],
  'desktop-two-nvidia': [
    'gemma-4-26b-a4b @ 32k, split 31 of 31, experts of 30 in memory',
    'qwen3.6-35b-a3b @ 32k, split 41 of 41, experts of 26 in memory',
  ],
  'desktop-ubuntu': [
    'gemma-4-26b-a4b @ 16k, split 31 of 31, experts of 22 in memory',
    'qwen3.6-35b-a3b @ 32k, split 41 of 41, experts of 30 in memory',
  ],
  'laptop-8gb': ['gemma-4-e2b @ 32k, memory', 'qwen3.5-4b @ 32k, memory'],
  'laptop-asahi': ['granite-4.0-micro @ 16k, shared', 'qwen3.5-4b @ 16k, shared'],
  'laptop-rtx4060': ['gemma-4-26b-a4b @ 32k, memory', 'qwen3.6-35b-a3b @ 32k, memory'],
  'laptop-rtx4060-driver': [
    'gemma-4-26b-a4b @ 16k, split 31 of 31, experts of 29 in memory',
    'qwen3.6-35b-a3b @ 32k, split 41 of 41, experts of 33 in memory',
  ],
  'laptop-silverblue': ['gemma-4-e2b @ 64k, shared', 'ministral-3-8b @ 16k, shared'],
  'mini-debian': ['granite-4.0-h-tiny @ 32k, memory', 'gemma-4-e4b @ 32k, memory'],
  'vm-virtio': [null, null],
};

const machines = readdirSync(machinesFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe.each(machines.map((entry) => entry.name))('%s', (name) => {
  test('the picks', async () => {
    const shelf = await shelfOf(name);
    expect([pickOf(shelf, 'balanced'), pickOf(shelf, 'agent')]).toEqual(expected[name]);
    if (shelf.picks.length > 0) expect(pickOf(shelf, 'open-data')).toMatch(/^smollm3-3b /);
  });

  test('nothing recommended exceeds what is free, and nothing that cannot run is offered', async () => {
    const shelf = await shelfOf(name);
    for (const { entry, fit, refused } of shelf.offers) {
      if (fit.verdict === 'does-not-fit') expect(refused).toBe('does-not-fit');
      if (refused === null) expect(beyondFree(fit)).toBe(0);
      expect(fit.contextTokens).toBeLessThanOrEqual(entry.contextTrained);
    }
    for (const pick of shelf.picks) {
      expect(shelf.offers.find((offer) => offer.entry.id === pick.modelId)!.refused).toBeNull();
    }
  });
});

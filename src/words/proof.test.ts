// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixtureProof, openProof } from '../../tests/support/fixture-proof.ts';
import {
  checkIds,
  fails,
  holds,
  unknown,
  type Check,
  type ProofEvidence,
  type ProofEvidenceId,
} from '../core/proof/types.ts';
import { evidenceLines, proofEvidenceSentence } from './proof-evidence.ts';
import { mapDescription } from './proof-map.ts';
import { checkTitle, closeSentence, cureSentence, proofHeadline, verdictWords } from './proof.ts';

const source = readFileSync(new URL('../core/proof/types.ts', import.meta.url), 'utf8');
const union = /export type ProofEvidenceId =([^;]*);/.exec(source)?.[1] ?? '';
const ids = [...union.matchAll(/'([a-z-]+)'/g)].map((match) => match[1] as ProofEvidenceId);
const args = {
  pid: 1,
  list: 'lo eth0',
  address: '[::]:1',
  owner: 'ollama',
  name: 'openai',
  endpoint: '/x',
  source: '/y',
};

describe('the words of the proof', () => {
  it('have a sentence for each piece of evidence, without holes', () => {
    expect(ids.length).toBeGreaterThan(30);
    for (const id of ids) {
      const evidence: ProofEvidence = { id, args, raw: '' };
      expect(proofEvidenceSentence(evidence), id).toMatch(/^[^{}]{6,}[^.{}]$/);
    }
  });

  it('say every verdict of every check', () => {
    for (const id of checkIds) {
      expect(checkTitle(id)).toMatch(/^[A-Z][^.{}]+$/);
      for (const verdict of [holds, fails, unknown('timeout'), unknown('unreadable')]) {
        const check: Check = { id, verdict, evidence: [], cure: null };
        expect(verdictWords(check)).not.toMatch(/undefined|\{|please/);
      }
    }
  });

  it('give each failed check a next step, and each open program a way to close it', () => {
    for (const { verdict, cure } of openProof().checks) {
      if (verdict.tag !== 'fails') continue;
      expect(cure === null ? '' : cureSentence(cure)).toMatch(/\.$/);
      for (const open of cure?.cure === 'close' ? cure.open : [])
        expect(closeSentence(open)).toMatch(/(Ollama|AI Lab), port \d+:/);
    }
  });

  it('promise on top no more than what was seen', () => {
    expect(proofHeadline(fixtureProof(true), 'today').title).toBe('Nothing Leaves This Computer');
    expect(proofHeadline(fixtureProof(false), 'today').title).toBe('Not All Could Be Seen');
    expect(proofHeadline(openProof(), 'today')).toMatchObject({
      title: 'Something Is Open',
      sentence: '3 checks do not hold, looked at on today',
    });
    expect(proofHeadline(null, '').sentence).toBe('Not looked at yet');
  });

  it('tell refusals of one kind in one line, with every reading', () => {
    const key = fixtureProof(true).checks.find(({ id }) => id === 'key');
    const lines = key === undefined ? [] : evidenceLines(key);
    expect(lines.filter(({ sentence }) => sentence === '2 requests were refused')).toHaveLength(1);
    expect(lines.map(({ raw }) => raw).join('\n')).toContain('GET /props, wrong key: 401');
  });

  it('describe the picture to those who do not see it', () => {
    const programs = [{ owner: 'ollama', asks: false, open: true, online: false } as const];
    expect(mapDescription({ wall: 'closed', running: true, programs })).toBe(
      'The model is behind a wall that no network gets through. The network can reach Ollama.',
    );
  });
});

// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { honestLimits, installHint, missingSentence } from './server.ts';

describe('words about serving', () => {
  it('name what to install in the terms of each system', () => {
    expect(installHint(['llama-server', 'bwrap'])).toBe(
      'Fedora: sudo dnf install llama-cpp bubblewrap. Debian and Ubuntu: sudo apt install llama.cpp-tools bubblewrap. ' +
        'Then look again.',
    );
    expect(installHint(['bwrap'])).toContain('apt install bubblewrap.');
  });

  it('tell the engine from the wall around it', () => {
    expect(missingSentence(['llama-server'])).toMatch(/runs models, llama-server, is not installed/);
    expect(missingSentence(['bwrap'])).toMatch(/^bwrap is missing, without which/);
    expect(missingSentence(['llama-server', 'bwrap'])).toMatch(/llama-server.*and bwrap.*are missing/);
  });

  it('say what the wall does not cover', () => {
    expect(honestLimits()).toHaveLength(3);
    expect(honestLimits().every((sentence) => /^[A-Z].*\.$/.test(sentence))).toBe(true);
  });
});

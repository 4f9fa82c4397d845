// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { honestLimits, installCommand, missingSentence } from './server.ts';

describe('words about serving', () => {
  it('name what to install in the terms of the system', () => {
    expect(installCommand(['llama-server', 'bwrap'], 'fedora')).toBe('sudo dnf install llama-cpp bubblewrap');
    expect(installCommand(['llama-server'], 'fedora', true)).toBe('rpm-ostree install llama-cpp');
    expect(installCommand(['llama-server'], 'debian')).toBe('sudo apt install llama.cpp-tools');
    expect(installCommand(['bwrap', 'systemd-socket-proxyd'], 'other')).toBe('bubblewrap systemd');
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

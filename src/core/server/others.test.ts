// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, it } from 'vitest';
import { ollamaCloud, readOllamaVersion } from './others.ts';

it('knows Ollama by what it says', () => {
  expect(readOllamaVersion('{"version":"0.33.0-rc2"}')).toBe('0.33.0-rc2');
  for (const text of ['', 'null', '[]', '{"version":3}', '{"version":"<b>"}', '<html>'])
    expect(readOllamaVersion(text), text).toBeNull();
});

it('tells from its service whether it may go to the cloud', () => {
  const unit = '[Service]\nExecStart=/usr/bin/ollama serve\nEnvironment="OLLAMA_HOST=0.0.0.0"\n';
  expect(ollamaCloud([unit])).toBe(true);
  expect(ollamaCloud([unit, '[Service]\nEnvironment="OLLAMA_NO_CLOUD=1"\n'])).toBe(false);
  expect(ollamaCloud([unit, '# Environment=OLLAMA_NO_CLOUD=1\n'])).toBe(true);
  expect(ollamaCloud([])).toBeNull();
});

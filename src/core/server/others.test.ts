// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, it } from 'vitest';
import { ollamaCloud, readOllamaVersion, readOtherModels } from './others.ts';

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

it('lists models that run here and can be talked to', () => {
  const list = (...ids: readonly unknown[]): string => JSON.stringify({ data: ids.map((id) => ({ id })) });
  expect(
    readOtherModels(list('qwen3:8b', 'gpt-oss:120b-cloud', 'kimi:cloud', 'nomic-embed-text', 'a b')),
  ).toEqual(['qwen3:8b']);
  for (const text of ['', '[]', '{"data":[{}]}', list(3), list('a'.repeat(300_000))])
    expect(readOtherModels(text), text.slice(0, 20)).toBeNull();
});

// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { clientWords } from '../../words/clients.ts';
import { clientIds, clients, zedSettings, type Connection } from './clients.ts';
import { gooseSession, inTerminal, terminalPrograms } from './terminals.ts';

const connection: Connection = {
  baseUrl: 'http://127.0.0.1:4327/v1',
  model: 'qwen',
  contextTokens: 32768,
  keyFile: '/home/u/.local/share/hearth/api-key',
  answers: true,
};

describe('the table of programs', () => {
  it('has words for each, and steps for those that can ask another server', () => {
    expect(clients.map(({ id }) => id)).toEqual(clientIds);
    for (const { id, role } of clients) {
      const words = clientWords(id, connection, '/usr/bin/goose');
      expect(words.title, id).not.toBe('');
      expect(words.about, id).not.toBe('');
      expect(words.steps.length > 0, id).toBe(role !== 'runs');
    }
  });

  it('gives Zed its settings without the key', () => {
    const provider = JSON.parse(zedSettings(connection, null)).language_models.openai_compatible.Hearth;
    expect(provider).toEqual({
      api_url: connection.baseUrl,
      available_models: [{ name: 'qwen', display_name: 'qwen', max_tokens: 32768 }],
    });
    const { agent_servers: agents } = JSON.parse(zedSettings(connection, '/usr/bin/goose'));
    expect(agents).toEqual({ Goose: { command: '/usr/bin/goose', args: ['acp'], env: {} } });
  });
});

describe('a terminal', () => {
  it('is given the words as they are', () => {
    const argv = gooseSession('/a b/goose', 'm');
    expect(argv[0]).toBe('env');
    expect(argv.slice(-2)).toEqual(['/a b/goose', 'session']);
    expect(inTerminal('gnome-terminal', argv).slice(0, 3)).toEqual(['gnome-terminal', '--', 'env']);
    expect(inTerminal('xdg-terminal-exec', argv)).toEqual(['xdg-terminal-exec', ...argv]);
    expect(terminalPrograms[0]).toBe('xdg-terminal-exec');
  });
});

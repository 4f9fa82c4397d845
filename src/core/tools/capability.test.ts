// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { capabilityWords } from '../../words/capability.ts';
import { judgeToolAnswer, readCapability, toolQuestion, type Capability } from './capability.ts';

const answer = (message: unknown): string => JSON.stringify({ choices: [{ message }] });
const call = (name: string, args: string) => ({
  content: null,
  tool_calls: [{ id: '1', type: 'function', function: { name, arguments: args } }],
});
const found: Capability = {
  version: 1,
  sha256: 'a'.repeat(64),
  engine: '0.7.0',
  verdict: 'agent',
  seen: 'set_lamp({})',
  notTried: null,
  checkedAt: 1,
};

describe('the capability of a model', () => {
  it('is one right call, nothing less', () => {
    expect(JSON.parse(toolQuestion('m'))).toMatchObject({ model: 'm', tool_choice: 'auto' });
    const right = judgeToolAnswer(200, answer(call('set_lamp', '{"room":"Kitchen","on":true}')));
    expect(right).toEqual({ right: true, seen: 'set_lamp({"room":"Kitchen","on":true})' });
    const wrong = [
      answer({ content: 'The lamp is on now.' }),
      answer(call('set_lamp', '{"room":"kitchen"}')),
      answer(call('set_lamp', '{"room":"cellar","on":true}')),
      answer(call('set_lamp', 'not json')),
      answer(call('shell', '{"room":"kitchen","on":true}')),
      '{"choices":[]}',
      'tool_choice is not supported',
    ];
    for (const text of wrong) expect(judgeToolAnswer(200, text).right, text).toBe(false);
    expect(judgeToolAnswer(500, answer(call('set_lamp', '{"room":"kitchen","on":true}'))).right).toBe(false);
    expect(judgeToolAnswer(200, answer({ content: 'x'.repeat(5000) })).seen.length).toBeLessThan(310);
  });

  it('holds for one file and one engine', () => {
    const text = JSON.stringify(found);
    expect(readCapability(text, found.sha256, '0.7.0')).toEqual(found);
    expect(readCapability(text, found.sha256, null)).toEqual(found);
    expect(readCapability(text, found.sha256, '0.8.0')).toBeNull();
    expect(readCapability(text, 'b'.repeat(64), '0.7.0')).toBeNull();
    expect(readCapability(text.replace('agent', 'wizard'), found.sha256, null)).toBeNull();
    expect(readCapability('', found.sha256, null)).toBeNull();
  });

  it('is said with what was seen', () => {
    expect(capabilityWords(found).value).toBe('Can be an agent');
    const chat = capabilityWords({ ...found, verdict: 'chat-only', seen: 'It is on.' });
    expect(chat).toMatchObject({ value: 'Chat only' });
    expect(chat.detail).toContain('It is on.');
    for (const notTried of ['no-goose', 'no-wall', 'small-context', null] as const)
      expect(capabilityWords({ ...found, verdict: 'tools-only', notTried }).detail).toContain('set_lamp');
  });
});

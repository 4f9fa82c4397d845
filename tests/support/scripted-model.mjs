#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// SIMULATED: a model that can call tools, as a script behind the interface that a real server has. It calls the lamp's
// tool when it is there; for Goose it calls "write" once, then says that it is done. With "lazy" it only pretends.
//
//   node scripted-model.mjs [lazy]      prints its port

import { createServer } from 'node:http';

const lazy = process.argv[2] === 'lazy';

function decide({ messages, tools = [] }) {
  const names = tools.map((tool) => tool.function.name);
  const call = (name, args) => ({
    tool_calls: [
      { index: 0, id: 'call_1', type: 'function', function: { name, arguments: JSON.stringify(args) } },
    ],
  });
  if (names.includes('set_lamp')) return call('set_lamp', { room: 'kitchen', on: true });
  const done = messages.some((message) => message.role === 'tool');
  if (done || lazy || !names.includes('write')) return { content: 'I have created the file.' };
  return call('write', { path: 'hearth-check.txt', content: 'ready\n' });
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (data) => (body += data));
  request.on('end', () => {
    const asked = JSON.parse(body || '{}');
    const message = { role: 'assistant', content: null, ...decide({ messages: [], ...asked }) };
    const finish_reason = message.tool_calls === undefined ? 'stop' : 'tool_calls';
    const head = { id: '1', created: 1, model: asked.model ?? 'm' };
    if (asked.stream !== true) {
      response.setHeader('content-type', 'application/json');
      return response.end(
        JSON.stringify({
          ...head,
          object: 'chat.completion',
          choices: [{ index: 0, message, finish_reason }],
        }),
      );
    }
    response.setHeader('content-type', 'text/event-stream');
    const send = (delta, reason) =>
      response.write(
        `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`,
      );
    send(message, null);
    send({}, finish_reason);
    response.end('data: [DONE]\n\n');
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

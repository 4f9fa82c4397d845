// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';

import type { World } from '../../../tests/support/terminal-hearth.ts';
import { endpoint, entry, laptop } from '../../../tests/support/terminal-hearth.ts';
import { exitOf, terminal } from '../../../tests/support/terminal.ts';
import { width } from '../text.ts';
import { models } from './models.ts';
import { goose, serve, tryModel } from './ask.ts';
import { apply, journal, plan, undo } from './plans.ts';
import { setup } from './setup.ts';
import { status } from './status.ts';

const practice: Partial<World> = {
  mode: { tag: 'practice', machine: 'laptop', folder: '/tmp/x' },
  entries: [entry(), entry({ id: 'practice-model', name: 'Practice Model', practice: true })],
};

describe('setup, unattended', () => {
  it('goes from nothing to two answers and says each part under its heading', async () => {
    const { context, hearth, text } = terminal(['setup', '--unattended']);
    expect(await setup(context)).toEqual({ end: 'exit', exit: 0 });
    const order = [
      'Welcome to Hearth',
      'What was looked at',
      'Fedora Linux 44',
      'What was chosen, and why',
      'Test Model 4B',
      'What was done',
      'Download Test Model 4B, 2.5 GB, from models.example',
      'What the checks showed',
      'http://127.0.0.1:8765/v1',
      'net:[4026532711]',
      'The answer of the model',
      'A hearth is the floor of a fireplace.',
      'The answer through Goose',
      'From Goose: a fireplace.',
      'Where things stand',
      'hearth undo',
    ];
    let at = -1;
    for (const part of order) {
      const found = text().indexOf(part, at + 1);
      expect(found, `${part}\n${text()}`).toBeGreaterThan(at);
      at = found;
    }
    expect(hearth.done).toEqual([
      'choose test-model',
      'download',
      'serve',
      'ask In one sentence: what is a hearth?',
      'make-key',
      'goose In one sentence: what is a hearth?',
    ]);
  });

  it('picks the practice model in practice mode', async () => {
    const { context, hearth } = terminal(['setup', '--practice', '--yes'], practice);
    expect(await setup(context)).toEqual({ end: 'exit', exit: 0 });
    expect(hearth.done[0]).toBe('choose practice-model');
  });

  it('ends well where there is no Goose, and says so', async () => {
    const { context, text } = terminal(['setup', '--yes'], { goose: false });
    expect(await setup(context)).toEqual({ end: 'exit', exit: 0 });
    expect(text()).toContain('Goose is not installed');
  });

  it('says that the publisher is out of reach, and points to practice mode', async () => {
    const { context, text } = terminal(['setup', '--yes'], { failing: { model: 'host-not-found' } });
    expect(await setup(context)).toEqual({ end: 'exit', exit: 3 });
    expect(text()).toContain('models.example');
    expect(text()).toContain('hearth setup --practice');
  });

  it('keeps to sixty columns, but for addresses and paths', async () => {
    const { context, text } = terminal(['setup', '--yes'], {}, { columns: 60 });
    await setup(context);
    for (const line of text().split('\n')) {
      if (!/\S{30}/.test(line)) expect(width(line), line).toBeLessThanOrEqual(60);
    }
  });

  it('ends with one object when JSON was asked for', async () => {
    const { context, raw } = terminal(['setup', '--yes', '--json']);
    await setup(context);
    expect(JSON.parse(raw())).toMatchObject({
      v: 1,
      kind: 'setup',
      exit: 0,
      model: 'test-model',
      isolated: true,
    });
  });
});

describe('setup, with answers from standard input', () => {
  it('takes them line by line', async () => {
    const { context, hearth, text } = terminal(
      ['setup'],
      {},
      { input: ['', '1', 'y', 'y', 'Why?', '', 'y'] },
    );
    expect(await setup(context)).toEqual({ end: 'exit', exit: 0 });
    expect(hearth.done).toContain('measure test-model');
    expect(text()).toContain('Writes 13 tokens a second and reads 118 tokens a second');
    expect(hearth.done).toContain('ask Why?');
    expect(text()).toContain('answers are read from it');
  });

  it('measures nothing when that is the answer', async () => {
    const { context, hearth } = terminal(['setup'], {}, { input: ['', '1', 'y', 'n', 'Why?', '', 'y'] });
    expect(await setup(context)).toEqual({ end: 'exit', exit: 0 });
    expect(hearth.done).not.toContain('measure test-model');
    expect(hearth.done).toContain('ask Why?');
  });

  it('ends where they end, with everything left as it is', async () => {
    const { context, hearth, errors } = terminal(['setup'], {}, { input: [''] });
    expect(await setup(context)).toEqual({ end: 'exit', exit: 4 });
    expect(hearth.done).toEqual([]);
    expect(errors()).toContain('hearth setup');
  });

  it('goes to practice mode when that is the answer', async () => {
    const world = { failing: { model: 'offline' } } as const;
    const { context } = terminal(['setup'], world, { input: ['', '', '', 'p'] });
    expect(await setup(context)).toEqual({ end: 'practise' });
  });

  it('stops when interrupted, with the exit code for that', async () => {
    const { context, cancel } = terminal(['setup'], {}, { input: ['', ''] });
    cancel.cancel();
    expect(await setup(context)).toEqual({ end: 'exit', exit: 130 });
  });
});

describe('commands', () => {
  it('status: one line for each task, and the next thing to do', async () => {
    const { context, text } = terminal(['status']);
    await status(context);
    for (const task of ['This Computer', 'Graphics Driver', 'Model', 'Try It', 'Tools'])
      expect(text()).toContain(task);
    expect(text()).toContain('Next: hearth setup');
  });

  it('models: what is recommended and why; one in full; a name that is none', async () => {
    const list = terminal(['models']);
    await models(list.context);
    expect(list.text()).toContain('Test Model 4B');
    const one = terminal(['models', 'show', 'test-model']);
    await models(one.context);
    expect(one.text()).toContain('https://models.example/data');
    await expect(models(terminal(['models', 'show', 'nonesuch']).context)).rejects.toMatchObject({
      code: 'unknown-model',
    });
    const ids = terminal(['models', '--ids']);
    await models(ids.context);
    expect(ids.raw()).toBe('test-model\n');
  });

  it('plan: steps and what they touch, and nothing done', async () => {
    const { context, hearth, text } = terminal(['plan', 'model']);
    await plan(context);
    expect(text()).toContain('models.example');
    expect(text()).toContain('~/.local/share/hearth/models/test-model.gguf');
    expect(hearth.done).toEqual([]);
  });

  it('apply: asks, takes no for an answer, and names the undo after a yes', async () => {
    const no = terminal(['apply', 'model'], {}, { input: ['n'] });
    expect(await exitOf(apply(no.context))).toBe(4);
    expect(no.hearth.done).toEqual([]);
    const yes = terminal(['apply', 'model'], {}, { input: ['y'] });
    await apply(yes.context);
    expect(yes.hearth.done).toEqual(['download']);
    expect(yes.text()).toContain('"hearth undo plan-model"');
  });

  it('apply --json: refuses to ask', async () => {
    await expect(apply(terminal(['apply', 'model', '--json']).context)).rejects.toMatchObject({
      code: 'usage',
    });
    const agreed = terminal(['apply', 'model', '--json', '--yes']);
    await apply(agreed.context);
    expect(JSON.parse(agreed.raw())).toMatchObject({ kind: 'applied', steps: 1 });
  });

  it('try: streams the answer without what a terminal would obey', async () => {
    const { context, raw } = terminal(['try', 'hello', '--yes'], {
      answer: 'red \u001b[31m and \u001b]0;title\u0007 end',
    });
    await tryModel(context);
    expect(raw()).toContain('end');
    expect(raw()).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(raw()).toContain('43 tokens per second');
  });

  it('try: reads the question from standard input, and misses it when it is not there', async () => {
    const piped = terminal(['try', '--yes'], {}, { input: ['two', 'lines'] });
    await tryModel(piped.context);
    expect(piped.hearth.done.at(-1)).toBe('ask two\nlines');
    expect(await exitOf(tryModel(terminal(['try']).context))).toBe(2);
  });

  it('try: offers the download first, and does nothing after a no', async () => {
    const { context, hearth, text } = terminal(['try', 'hi'], {}, { input: ['n'] });
    expect(await exitOf(tryModel(context))).toBe(4);
    expect(hearth.done).toEqual([]);
    expect(text()).toContain('not on this disk yet');
  });

  it('goose: sets up first when needed', async () => {
    const { context, hearth, text } = terminal(['goose', 'hi'], {}, { input: ['y', 'y'] });
    await goose(context);
    expect(hearth.done).toEqual(['download', 'serve', 'make-key', 'goose hi']);
    expect(text()).toContain('by its server’s counters');
  });

  it('serve: prints address, key and evidence, and lets the server go at the end', async () => {
    const { context, hearth, text, cancel } = terminal(['serve', '--yes']);
    const ended = exitOf(serve(context));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(text()).toContain(endpoint.baseUrl);
    expect(text()).toContain('/home/ann/.local/share/hearth/key');
    cancel.cancel();
    expect(await ended).toBe(0);
    expect(hearth.done.at(-1)).toBe('stop');
  });

  it('journal and undo: say when there is nothing', async () => {
    const list = terminal(['journal']);
    await journal(list.context);
    expect(list.text()).toContain('nothing on this computer yet');
    await expect(undo(terminal(['undo', 'x']).context)).rejects.toMatchObject({ code: 'nothing-to-undo' });
  });

  it('shows a recorded machine as such', async () => {
    const facts = { ...laptop, recording: { name: 'lap', title: 'A laptop', kind: 'composed' } } as const;
    const { context, text } = terminal(['status', '--machine=/r'], { facts });
    await status(context);
    expect(text()).toContain('Composed machine: A laptop');
  });
});

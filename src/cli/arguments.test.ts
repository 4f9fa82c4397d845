// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import type { Invocation, UsageProblem } from './arguments.ts';
import { closest, parseArguments } from './arguments.ts';

function understood(...words: string[]): Invocation {
  const parsed = parseArguments(words);
  if (!parsed.ok) throw new Error(`not understood: ${parsed.problem}`);
  return parsed.invocation;
}

function refused(...words: string[]): UsageProblem {
  const parsed = parseArguments(words);
  if (parsed.ok) throw new Error('was understood');
  return parsed;
}

describe('arguments', () => {
  it('takes options before and after the command', () => {
    expect(understood('--json', 'status')).toMatchObject({ json: true });
    const plan = understood('plan', '--model', 'olmo', 'model', '--context=16384', '--practice');
    expect(plan).toMatchObject({ model: 'olmo', context: 16384, practice: '', operands: ['model'] });
    expect(plan.command?.name).toBe('plan');
  });

  it('takes an option of a command that stands before it', () => {
    expect(understood('--model', 'olmo', 'serve')).toMatchObject({ model: 'olmo' });
    expect(refused('--model', 'olmo', 'status').problem).toContain('--model');
  });

  it('takes an optional value only with an equals sign', () => {
    const setup = understood('--practice', 'setup');
    expect(setup).toMatchObject({ practice: '', operands: [] });
    expect(understood('setup', '--practice=laptop')).toMatchObject({ practice: 'laptop' });
  });

  it('joins the words of a prompt, and keeps dashes after --', () => {
    expect(understood('try', 'what', 'is', 'this').operands).toEqual(['what is this']);
    expect(understood('try', '--', '--json', '-x')).toMatchObject({ operands: ['--json -x'], json: false });
    expect(understood('try').operands).toEqual([]);
  });

  it('knows that --unattended is --yes', () => {
    expect(understood('setup', '--unattended').yes).toBe(true);
    expect(understood('apply', '-y', 'model').yes).toBe(true);
  });

  it('suggests what was meant', () => {
    expect(refused('statsu').suggestion).toBe('status');
    expect(refused('status', '--jsn').suggestion).toBe('--json');
    expect(refused('plan', 'modle').suggestion).toBe('model');
    expect(refused('xyzzy').suggestion).toBeNull();
    expect(refused('models', 'shwo').suggestion).toBe('show');
  });

  it('says what is missing or too much', () => {
    expect(refused('plan').problem).toContain('TASK');
    expect(refused('models', 'show').problem).toContain('ID');
    expect(refused('status', 'now').problem).toContain('now');
    expect(refused('record').problem).toContain('DIR');
    expect(refused('status', '--machine').problem).toContain('DIR');
    expect(refused('status', '--json=yes').problem).toContain('--json');
    expect(refused('serve', '--context', 'big').problem).toContain('big');
    expect(refused('serve', '--context', '16').problem).toContain('16');
  });

  it('reads, but does not change, a recorded machine', () => {
    expect(understood('models', '--machine', 'd').machine).toBe('d');
    expect(refused('apply', 'model', '--machine', 'd').problem).toContain('--practice');
    expect(refused('models', 'remove', 'x', '--machine', 'd').problem).toContain('--practice');
    expect(refused('status', '--machine=d', '--practice').problem).toContain('--practice');
  });

  it('shows help of a command whatever else is wrong with its operands', () => {
    expect(understood('plan', '--help')).toMatchObject({ help: true });
    expect(understood()).toMatchObject({ command: null });
  });

  it('answers in JSON when that was asked for, also when the rest is wrong', () => {
    expect(refused('--json', 'nonsense').json).toBe(true);
    expect(refused('nonsense', '--', '--json').json).toBe(false);
  });

  it('never throws', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--json', '--practice=x', 'try', 'plan', '--', '-y', '--model'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const parsed = parseArguments(words);
        expect(parsed.ok || parsed.problem.length > 0).toBe(true);
      }),
    );
  });

  it('calls only near words close', () => {
    expect(closest('jurnal', ['journal', 'undo'])).toBe('journal');
    expect(closest('dance', ['journal', 'undo'])).toBeNull();
    expect(closest('stat', ['status'])).toBe('status');
  });
});

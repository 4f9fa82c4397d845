// SPDX-License-Identifier: GPL-3.0-or-later

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import { exitCodeMeaning, exitCodes } from '../words/cli.ts';
import { commands, globalOptions, helpTopics } from './commands.ts';
import { bash, fish, zsh } from './completions.ts';
import { commandHelp, overview, topicHelp } from './help.ts';
import { documented } from './json.ts';
import { parseArguments } from './arguments.ts';
import { render, width } from './text.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
/** The man page as plain words: without macros, font changes and escaped dashes. */
const man = read('data/man/hearth.1')
  .replace(/\\f[BIRP]/g, '')
  .replace(/\\-/g, '-')
  .replace(/^\.(?:BR|BI|IR|RI|RB) (.*)$/gm, (_whole, rest: string) => rest.replace(/"([^"]*)"|\s+/g, '$1'))
  .replace(/^\.[A-Z]{1,2} ?/gm, '');
const lines = man.split('\n').map((line) => line.trim());

describe('the man page', () => {
  it('has every command', () => {
    for (const { name } of commands)
      expect(
        lines.some((line) => line.startsWith(name)),
        name,
      ).toBe(true);
  });

  it('has every option', () => {
    const all = [...globalOptions, ...commands.flatMap((command) => command.options)];
    for (const option of all) expect(man, option.name).toMatch(new RegExp(`(^|[ ,])--${option.name}`, 'm'));
  });

  it('has every exit code with the same meaning', () => {
    const text = man.replace(/\s+/g, ' ');
    for (const code of exitCodes) expect(text).toContain(`${code} ${exitCodeMeaning(code)}`);
  });

  it('has every help topic', () => {
    for (const topic of helpTopics) expect(man).toContain(topic);
  });

  it('has every JSON object with its names', () => {
    for (const [kind, names] of Object.entries(documented)) {
      const at = lines.findIndex(
        (line, index) => line === kind && lines[index + 1] === `${names.join(', ')}.`,
      );
      expect(at, kind).toBeGreaterThan(0);
    }
  });
});

describe('completions', () => {
  it.each([
    ['bash/hearth', bash],
    ['zsh/_hearth', zsh],
    ['fish/hearth.fish', fish],
  ] as const)('for %s are in step with the command table', (file, make) => {
    expect(read(`data/completions/${file}`), 'run build-aux/completions').toBe(make());
    for (const command of commands) expect(make()).toContain(command.name);
  });
});

describe('help', () => {
  const pages = [
    ...commands.map((command) => (columns: number) => commandHelp(command, columns)),
    ...helpTopics.map((topic) => (columns: number) => topicHelp(topic, columns)),
    overview,
  ];

  it('fits sixty columns, and leaves no place unfilled', () => {
    for (const page of pages) {
      for (const line of page(60)) {
        expect(width(line), line).toBeLessThanOrEqual(60);
        expect(line).not.toMatch(/\{\w+\}/);
      }
    }
  });

  it('has examples that the parser understands', () => {
    for (const command of commands) {
      for (const example of command.examples) {
        const words = example.replace(/ <.*$/, '').match(/"[^"]*"|\S+/g) ?? [];
        const parsed = parseArguments(words.slice(1).map((word) => word.replace(/"/g, '')));
        expect(parsed.ok, example).toBe(true);
      }
    }
  });

  it('names every command and global option', () => {
    const text = overview(80)
      .map((line) => render(line, { color: false, utf8: true }))
      .join('\n');
    for (const command of commands) expect(text).toContain(command.name);
    for (const option of globalOptions) expect(text).toContain(`--${option.name}`);
  });
});

// SPDX-License-Identifier: GPL-3.0-or-later

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { HearthError } from '../errors.ts';
import type { Known } from '../known.ts';
import type { Look, Output } from '../ports.ts';
import { machineRows } from '../../words/machine.ts';
import { observeMachine } from './observe.ts';

const options = { home: '/home/user', modelsPath: '/home/user/models', recording: null };

const garbage = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    '\n',
    '\0',
    '0x030000\n',
    '0x10de',
    '1\n',
    '{"layers":[{"size":-1}]}',
    '0::/..',
    'x'.repeat(300_000),
  ),
  fc.constantFrom(
    'processor: 0\nflags: ',
    'MemTotal: 1 kB\nMemAvailable: 9 kB\n',
    'ID=fedora\nPRETTY_NAME="\u001b[31mred\u0007"\n',
    '[{"data":4}]',
  ),
);
const names = fc.array(
  fc.constantFrom(
    '0000:01:00.0',
    'card0',
    'card-1',
    '..',
    '.',
    '',
    'a/b',
    'registry.ollama.ai',
    'x.gguf',
    '7.1',
    '\0',
  ),
  { maxLength: 5 },
);
const failure = fc.constantFrom(
  'not-found',
  'denied',
  'io',
  'too-large',
  'not-text',
  'timeout',
  'unexpected' as const,
);
const answer = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | HearthError> =>
  fc.oneof(
    { weight: 4, arbitrary: value },
    { weight: 1, arbitrary: failure.map((code) => new HearthError(code as 'io')) },
  );

/** A machine that answers anything to anything, and counts how often it is asked. */
class HostileLook implements Look {
  asked = 0;
  readonly #next: <T>(arbitrary: fc.Arbitrary<T>) => T;

  constructor(generate: fc.GeneratorValue) {
    this.#next = (arbitrary) => generate(() => arbitrary);
  }

  #answer<T>(arbitrary: fc.Arbitrary<T | HearthError>): Promise<T> {
    this.asked += 1;
    const value = this.#next(arbitrary);
    return value instanceof HearthError ? Promise.reject(value) : Promise.resolve(value);
  }

  readText(): Promise<string> {
    return this.#answer(answer(garbage));
  }
  readBytes(): Promise<Uint8Array> {
    return this.#answer(answer(fc.uint8Array({ maxLength: 20 })));
  }
  list(): Promise<readonly string[]> {
    return this.#answer(answer(names));
  }
  stat(): ReturnType<Look['stat']> {
    const kind = fc.constantFrom('file', 'directory', 'link', 'other' as const);
    const stat = fc.record({
      kind: kind as fc.Arbitrary<'file'>,
      size: fc.nat(),
      mtime: fc.nat(),
      mode: fc.nat(),
    });
    return this.#answer(answer(fc.option(stat)));
  }
  readLink(): Promise<string> {
    return this.#answer(answer(fc.constantFrom('../nvidia', 'amdgpu', '/', '', '../xe', '\0')));
  }
  run(): Promise<Output> {
    return this.#answer(answer(fc.record({ stdout: garbage, stderr: garbage, exit: fc.nat(255) })));
  }
}

test('whatever a machine answers, looking at it ends with facts or reasons', async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (generate) => {
      const look = new HostileLook(generate);
      const facts = await observeMachine(look, options);
      expect(look.asked).toBeLessThan(5000);
      const { recording, firmware, existing, containers, ...rest } = facts;
      const { cdi, nodes, ...forContainers } = containers ?? { cdi: [], nodes: [] };
      expect(recording).toBeNull();
      expect([...cdi, ...nodes].length).toBeLessThan(100);
      const all: readonly Known<unknown>[] = [rest, firmware, existing, forContainers].flatMap(Object.values);
      for (const fact of all) {
        expect(fact.source).not.toBe('');
        if (fact.known) expect(fact.value).toBeDefined();
        else expect(fact.reason).toMatch(/^[a-z-]+$/);
      }
      // Nothing may steer the terminal it is printed on.
      for (const row of machineRows(facts)) expect(row.value + row.detail).not.toMatch(/\p{Cc}/u);
      // Facts go into JSON for the terminal; what is not there must not become a number.
      expect(JSON.stringify(facts)).not.toContain('NaN');
    }),
    { numRuns: 150 },
  );
});

test('a machine that has nothing gives a reason for each fact', async () => {
  const nothing = (path: string): Promise<never> => Promise.reject(new HearthError('not-found', { path }));
  const look: Look = {
    readText: nothing,
    readBytes: nothing,
    list: nothing,
    readLink: nothing,
    stat: () => Promise.resolve(null),
    run: () => Promise.reject(new HearthError('command-missing')),
  };
  const facts = await observeMachine(look, options);
  expect(facts).toMatchObject({
    system: { known: false, reason: 'absent', source: '/usr/lib/os-release' },
    kernel: { known: false, reason: 'absent' },
    cpu: { known: false, reason: 'absent' },
    memory: { known: false, reason: 'absent' },
    disk: { known: false, reason: 'no-tool' },
    gpus: { known: false, reason: 'absent' },
    firmware: { kind: { known: false }, secureBoot: { known: false }, shim: { known: false } },
    virtualisation: { known: false, reason: 'no-tool' },
    podman: { known: false, reason: 'no-tool' },
    flatpak: { known: false, reason: 'no-tool' },
    existing: {
      ollama: { reason: 'absent' },
      ramalama: { reason: 'absent' },
      lmstudio: { reason: 'absent' },
    },
    network: { known: false, reason: 'no-tool' },
  });
});

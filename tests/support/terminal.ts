// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../../src/core/errors.ts';
import type { CancelSource as Source } from '../../src/core/cancel.ts';
import { CancelSource } from '../../src/core/cancel.ts';
import { parseArguments } from '../../src/cli/arguments.ts';
import type { Context } from '../../src/cli/context.ts';
import { Exit, Output } from '../../src/cli/output.ts';
import type { Paths } from '../../src/core/ports.ts';
import { parseVendor } from '../../src/core/vendor/parse.ts';
import type { World } from './terminal-hearth.ts';
import { TerminalHearth } from './terminal-hearth.ts';

const home = '/home/ann';
const paths: Paths = {
  home,
  data: `${home}/.local/share/hearth`,
  state: `${home}/.local/state/hearth`,
  runtime: '/run/user/1000/hearth',
  config: `${home}/.config`,
  models: `${home}/.local/share/hearth/models`,
  usualModels: `${home}/.local/share/hearth/models`,
  keyFile: `${home}/.local/share/hearth/key`,
  socket: '/run/user/1000/hearth/server.sock',
  journal: `${home}/.local/state/hearth/journal.jsonl`,
};

export interface Terminal {
  readonly context: Context;
  readonly hearth: TerminalHearth;
  readonly cancel: Source;
  /** Standard output as it is. */
  readonly raw: () => string;
  /** The same without what only a terminal would see. */
  readonly text: () => string;
  readonly errors: () => string;
}

/** A command's surroundings: arguments, lines of standard input, and what was printed. */
export function terminal(
  words: readonly string[],
  world: Partial<World> = {},
  options: {
    readonly input?: readonly string[];
    readonly columns?: number;
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Terminal {
  const parsed = parseArguments(words);
  if (!parsed.ok) throw new Error(parsed.problem);
  const { invocation } = parsed;
  const printed = { out: '', err: '' };
  const out = new Output(
    { terminal: false, write: (text) => void (printed.out += text) },
    { terminal: false, write: (text) => void (printed.err += text) },
    {
      color: true,
      utf8: true,
      json: invocation.json,
      quiet: invocation.quiet,
      columns: () => options.columns ?? 100,
      rewrites: false,
    },
  );
  const lines = [...(options.input ?? [])];
  const input: Context['input'] = {
    terminal: false,
    line: () => Promise.resolve(lines.shift() ?? null),
    rest: () => Promise.resolve(lines.splice(0).join('\n')),
  };
  const hearth = new TerminalHearth(world);
  const cancel = new CancelSource();
  const context: Context = {
    build: {
      appId: 'test',
      version: '0',
      profile: 'development',
      pkgDataDir: '/p',
      localeDir: '/l',
      libexecDir: '/x',
      resourceBase: '/r',
    },
    hearth,
    paths,
    vendorFile: (path) => Promise.resolve(parseVendor(options.files?.[path] ?? '', path)),
    record: () => Promise.resolve({ files: 1, commands: 2, skipped: 0 }),
    notify: () => Promise.resolve(),
    guardLooked: () => Promise.resolve(),
    pause: () => Promise.resolve(),
    invocation,
    out,
    input,
    cancel,
    interrupts: { ours: true },
    absolute: (path) => path,
    readHeader: () => Promise.reject(new HearthError('bad-gguf')),
    seconds: () => 0,
  };
  return {
    context,
    hearth,
    cancel,
    raw: () => printed.out,
    text: () => printed.out,
    errors: () => printed.err,
  };
}

/** The exit code that a command ends with: 0 when it just returns. */
export async function exitOf(run: Promise<unknown>): Promise<number> {
  try {
    await run;
    return 0;
  } catch (thrown) {
    if (thrown instanceof Exit) return thrown.code;
    throw thrown;
  }
}

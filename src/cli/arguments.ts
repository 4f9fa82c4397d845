// SPDX-License-Identifier: GPL-3.0-or-later

import type { OptionName } from '../words/cli.ts';
import type { KvType } from '../core/models/types.ts';
import { engineChoices, type EngineChoice } from '../core/server/engine-facts.ts';
import { usageWords } from '../words/cli.ts';
import type { CommandSpec, OperandSpec, OptionSpec } from './commands.ts';
import { commands, findCommand, globalOptions, kvTypes } from './commands.ts';

/** Arguments as they were understood. */
export interface Invocation {
  readonly command: CommandSpec | null;
  readonly operands: readonly string[];
  readonly json: boolean;
  /** Name or folder of the recorded machine; '' for the default one; null when not rehearsing. */
  readonly practice: string | null;
  readonly machine: string | null;
  readonly yes: boolean;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly model: string | null;
  readonly context: number | null;
  readonly engine: EngineChoice | null;
  readonly kv: KvType | null;
  /** Bytes. */
  readonly vram: number | null;
  /** File of a vision projector. */
  readonly mmproj: string | null;
  readonly ids: boolean;
  /** Goose itself is to be opened. */
  readonly open: boolean;
  /** Whether the model can be an agent is to be found out. */
  readonly check: boolean;
  /** Goose is to ask the local model by itself. */
  readonly makeDefault: boolean;
  readonly all: boolean;
  /** Goose is opened without a network, and its operand is a folder. */
  readonly offline: boolean;
  readonly start: boolean;
  /** Packages are laid over an image. */
  readonly layer: boolean;
  readonly showCode: boolean;
  readonly notify: boolean;
  /** Port that other computers are to be kept from. */
  readonly close: number | null;
}

/** Arguments that were not understood: a sentence, and perhaps the word that was meant. */
export interface UsageProblem {
  readonly problem: string;
  readonly suggestion: string | null;
  readonly command: CommandSpec | null;
  /** The rest asked for JSON, so the answer is JSON too. */
  readonly json: boolean;
}

export type Parsed =
  { readonly ok: true; readonly invocation: Invocation } | ({ readonly ok: false } & UsageProblem);

const smallestContext = 256;

/** Understands the words after `hearth`. Options may stand before or after the command; `--` ends them. */
export function parseArguments(words: readonly string[]): Parsed {
  const json = words.slice(0, endOfOptions(words)).includes('--json');
  const given = new Map<OptionName, string>();
  const operands: string[] = [];
  let command: CommandSpec | null = null;
  const fail = (problem: string, suggestion: string | null = null): Parsed => ({
    ok: false,
    problem,
    suggestion,
    command,
    json,
  });

  let optionsEnded = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!optionsEnded && word === '--') {
      optionsEnded = true;
    } else if (!optionsEnded && word.length > 1 && word.startsWith('-')) {
      const known = optionsFor(command, words.slice(at));
      const found = findOption(known, word);
      if (found === null) return fail(usageWords.unknownOption(nameOf(word)), closestOption(known, word));
      const { option, value } = found;
      const written = nameOf(word);
      if (option.value === undefined) {
        if (value !== null) return fail(usageWords.takesNoValue(written));
        given.set(option.name, '');
      } else if (value !== null) {
        if (value === '' && !option.optionalValue) return fail(usageWords.needsValue(written, option.value));
        given.set(option.name, value);
      } else if (option.optionalValue) {
        given.set(option.name, '');
      } else {
        const next = words[at + 1];
        if (next === undefined || (next.startsWith('-') && next !== '-'))
          return fail(usageWords.needsValue(written, option.value));
        given.set(option.name, next);
        at += 1;
      }
    } else if (command === null) {
      const found = findCommand(word);
      if (found === undefined)
        return fail(
          usageWords.unknownCommand(word),
          closest(
            word,
            commands.map((c) => c.name),
          ),
        );
      command = found;
    } else {
      operands.push(word);
    }
  }

  const context = given.get('context') ?? given.get('ctx');
  if (context !== undefined && !(/^\d{1,9}$/.test(context) && Number(context) >= smallestContext))
    return fail(usageWords.notANumber(context));
  const kv = given.get('kv');
  const kvType = kvTypes.find((each) => each === kv) ?? null;
  if (kv !== undefined && kvType === null) return fail(usageWords.notOneOf(kv, kvTypes.join(', ')));
  const engine = given.get('engine');
  const engineChoice = engineChoices.find((each) => each === engine) ?? null;
  if (engine !== undefined && engineChoice === null)
    return fail(usageWords.notOneOf(engine, engineChoices.join(', ')));
  const vram = given.get('vram');
  if (vram !== undefined && !/^\d{1,15}$/.test(vram)) return fail(usageWords.notBytes(vram));
  const close = given.get('close');
  if (close !== undefined && !(/^\d{1,5}$/.test(close) && Number(close) > 0 && Number(close) < 65536))
    return fail(usageWords.notAPort(close));
  if (given.has('practice') && given.has('machine'))
    return fail(usageWords.together('--practice', '--machine'));

  const asksForHelp = given.has('help') || given.has('version');
  if (command !== null && !asksForHelp) {
    const wrong = checkOperands(command, operands);
    if (wrong !== null) return fail(wrong.problem, wrong.suggestion);
    if (
      given.has('machine') &&
      (!command.reads ||
        ['remove', 'measure'].includes(operands[0] ?? '') ||
        (command.name === 'driver' && operands[0] !== undefined))
    )
      return fail(usageWords.machineIsForReading());
  }
  return {
    ok: true,
    invocation: {
      command,
      operands:
        command?.operands.some((o) => o.rest) && operands.length > 0 ? [operands.join(' ')] : operands,
      json: given.has('json'),
      practice: given.get('practice') ?? null,
      machine: given.get('machine') ?? null,
      yes: given.has('yes') || given.has('unattended'),
      color: !given.has('no-color'),
      quiet: given.has('quiet'),
      help: given.has('help'),
      version: given.has('version'),
      model: given.get('model') ?? null,
      context: context === undefined ? null : Number(context),
      engine: engineChoice,
      kv: kvType,
      vram: vram === undefined ? null : Number(vram),
      mmproj: given.get('mmproj') ?? null,
      ids: given.has('ids'),
      check: given.has('check'),
      open: given.has('open'),
      makeDefault: given.has('default'),
      all: given.has('all'),
      offline: given.has('offline'),
      start: given.has('start'),
      layer: given.has('layer'),
      showCode: given.has('show-code'),
      notify: given.has('notify'),
      close: close === undefined ? null : Number(close),
    },
  };
}

function endOfOptions(words: readonly string[]): number {
  const end = words.indexOf('--');
  return end < 0 ? words.length : end;
}

/** An option may stand before its command, so the first command in the rest of the line counts as well. */
function optionsFor(command: CommandSpec | null, rest: readonly string[]): readonly OptionSpec[] {
  const named = command ?? rest.map(findCommand).find((found) => found !== undefined);
  return named === undefined ? globalOptions : [...globalOptions, ...named.options];
}

function nameOf(word: string): string {
  const equals = word.indexOf('=');
  return word.startsWith('--') && equals > 0 ? word.slice(0, equals) : word;
}

function findOption(
  known: readonly OptionSpec[],
  word: string,
): { readonly option: OptionSpec; readonly value: string | null } | null {
  const name = nameOf(word);
  const option = word.startsWith('--')
    ? known.find((o) => `--${o.name}` === name)
    : known.find((o) => o.short !== undefined && `-${o.short}` === word);
  if (option === undefined) return null;
  return { option, value: name === word ? null : word.slice(name.length + 1) };
}

function closestOption(known: readonly OptionSpec[], word: string): string | null {
  return closest(
    nameOf(word),
    known.map((o) => `--${o.name}`),
  );
}

function checkOperands(
  command: CommandSpec,
  operands: readonly string[],
): { readonly problem: string; readonly suggestion: string | null } | null {
  const specs = command.operands;
  for (const [at, word] of operands.entries()) {
    const spec: OperandSpec | undefined = specs[at];
    if (spec === undefined) {
      if (specs.at(-1)?.rest) return null;
      if (specs.at(-1)?.repeats && (command.name !== 'models' || operands[0] === 'get')) continue;
      return { problem: usageWords.tooMany(word), suggestion: null };
    }
    if (spec.oneOf !== undefined && !spec.oneOf.includes(word))
      return {
        problem: usageWords.notOneOf(word, spec.oneOf.join(', ')),
        suggestion: closest(word, spec.oneOf),
      };
  }
  const missing = specs.find((spec, at) => spec.required && operands[at] === undefined);
  if (missing !== undefined)
    return {
      problem: usageWords.missing(missing.name, missing.oneOf ?? []),
      suggestion: null,
    };
  if (
    command.name === 'models' &&
    ['show', 'get', 'discard', 'remove', 'measure'].includes(operands[0] ?? '') &&
    operands[1] === undefined
  )
    return { problem: usageWords.missing('ID'), suggestion: null };
  if (
    command.name === 'models' &&
    (operands[0] === 'fit' || operands[0] === 'import') &&
    operands[1] === undefined
  )
    return { problem: usageWords.missing('FILE'), suggestion: null };
  if (command.name === 'models' && operands[0] === 'move-to' && operands[1] === undefined)
    return { problem: usageWords.missing('FOLDER'), suggestion: null };
  if (command.name === 'models' && operands[0] === 'verify' && operands[1] !== undefined)
    return { problem: usageWords.tooMany(operands[1]), suggestion: null };
  return null;
}

/** The candidate that needs the fewest changed letters, if that is few enough to have been meant. */
export function closest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.replace(/^-+/, '').length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best ?? candidates.find((candidate) => word.length > 2 && candidate.startsWith(word)) ?? null;
}

/** Letters to change, add, drop or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_unused, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : change;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

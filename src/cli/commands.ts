// SPDX-License-Identifier: GPL-3.0-or-later

import { clientIds } from '../core/tools/clients.ts';
import { taskIds } from '../core/setup/tasks.ts';
import type { CommandName, OptionName } from '../words/cli.ts';

/** The one table of commands: parsing, help, completions and the check of the man page all read it. */

export interface OptionSpec {
  readonly name: OptionName;
  readonly short?: string;
  /** Name of its value in help; absent for a switch. */
  readonly value?: string;
  /** The value may be left out, and can then only be given with `=`. */
  readonly optionalValue?: boolean;
  readonly completes?: 'folder' | 'model';
}

export interface OperandSpec {
  readonly name: string;
  readonly required: boolean;
  /** Takes all remaining words, joined by a space. */
  readonly rest?: boolean;
  /** May be given several times. */
  readonly repeats?: boolean;
  readonly oneOf?: readonly string[];
  readonly completes?: 'folder' | 'model';
}

export interface CommandSpec {
  readonly name: CommandName;
  readonly operands: readonly OperandSpec[];
  readonly options: readonly OptionSpec[];
  /** Only looks: works on a recorded machine. */
  readonly reads: boolean;
  readonly examples: readonly string[];
}

export const globalOptions: readonly OptionSpec[] = [
  { name: 'json' },
  { name: 'practice', value: 'MACHINE', optionalValue: true, completes: 'folder' },
  { name: 'machine', value: 'DIR', completes: 'folder' },
  { name: 'yes', short: 'y' },
  { name: 'unattended' },
  { name: 'no-color' },
  { name: 'quiet', short: 'q' },
  { name: 'help', short: 'h' },
  { name: 'version' },
];

const model: OptionSpec = { name: 'model', value: 'ID', completes: 'model' };
const context: OptionSpec = { name: 'context', value: 'TOKENS' };
const engine: OptionSpec = { name: 'engine', value: 'WAY' };
const task: OperandSpec = { name: 'TASK', required: true, oneOf: taskIds };
const prompt: OperandSpec = { name: 'PROMPT', required: false, rest: true };

export const modelActions = [
  'show',
  'get',
  'discard',
  'remove',
  'verify',
  'fit',
  'measure',
  'import',
  'move-to',
] as const;
export const toolActions = ['ai-lab', 'open-ai-lab', 'newest'] as const;
export const vendorActions = ['check'] as const;
export const driverActions = [
  'install',
  'remove',
  'key',
  'forget-key',
  'cancel-key',
  'cure',
  'build',
  'keep-kernel',
  'keep-system',
  'log',
] as const;
export const ledgerActions = ['clear', 'export'] as const;
export const kvTypes = ['f16', 'q8_0', 'q4_0'] as const;
export const helpTopics = ['exit-codes', 'json', 'practice'] as const;
export type HelpTopic = (typeof helpTopics)[number];

export const commands: readonly CommandSpec[] = [
  {
    name: 'status',
    operands: [],
    options: [],
    reads: true,
    examples: ['hearth status', 'hearth status --json'],
  },
  {
    name: 'setup',
    operands: [],
    options: [model, context],
    reads: false,
    examples: ['hearth setup', 'hearth setup --practice --unattended'],
  },
  {
    name: 'models',
    operands: [
      { name: 'ACTION', required: false, oneOf: modelActions },
      { name: 'ID', required: false, completes: 'model', repeats: true },
    ],
    options: [
      { name: 'all' },
      { name: 'ids' },
      { name: 'ctx', value: 'TOKENS' },
      { name: 'kv', value: 'TYPE' },
      { name: 'vram', value: 'BYTES' },
      { name: 'mmproj', value: 'FILE' },
    ],
    reads: true,
    examples: [
      'hearth models',
      'hearth models show ID',
      'hearth models get ID ID',
      'hearth models fit FILE --ctx=32768 --kv=q8_0',
      'hearth models import FILE',
      'hearth models move-to FOLDER',
    ],
  },
  {
    name: 'plan',
    operands: [task],
    options: [model, context, engine, { name: 'default' }],
    reads: true,
    examples: ['hearth plan model', 'hearth plan tools --json'],
  },
  {
    name: 'apply',
    operands: [task],
    options: [model, context, engine, { name: 'default' }],
    reads: false,
    examples: ['hearth apply model', 'hearth apply tools --default'],
  },
  {
    name: 'undo',
    operands: [{ name: 'PLAN', required: false }],
    options: [],
    reads: false,
    examples: ['hearth undo', 'hearth journal'],
  },
  { name: 'journal', operands: [], options: [], reads: true, examples: ['hearth journal --json'] },
  {
    name: 'proof',
    operands: [],
    options: [{ name: 'start' }, { name: 'close', value: 'PORT' }],
    reads: false,
    examples: ['hearth proof --start', 'hearth proof --close=10434', 'hearth proof --json'],
  },
  {
    name: 'ledger',
    operands: [
      { name: 'clear|export', required: false, oneOf: ledgerActions },
      { name: 'FILE', required: false },
    ],
    options: [],
    reads: false,
    examples: ['hearth ledger', 'hearth ledger export ledger.csv'],
  },
  {
    name: 'serve',
    operands: [],
    options: [model, context, engine],
    reads: false,
    examples: ['hearth serve', 'hearth serve --model ID --context 16384', 'hearth serve --engine=container'],
  },
  {
    name: 'try',
    operands: [prompt],
    options: [model, context, engine],
    reads: false,
    examples: ['hearth try "What is a kernel module?"', 'hearth try < question.txt'],
  },
  {
    name: 'goose',
    operands: [prompt],
    options: [{ name: 'open' }, { name: 'check' }, { name: 'offline' }, model, context],
    reads: false,
    examples: ['hearth goose "Which files are in this folder?"', 'hearth goose --offline ~/Projects/notes'],
  },
  {
    name: 'connect',
    operands: [{ name: 'TOOL', required: false, oneOf: clientIds }],
    options: [],
    reads: false,
    examples: ['hearth connect', 'hearth connect zed'],
  },
  {
    name: 'tools',
    operands: [{ name: 'ACTION', required: false, oneOf: toolActions }],
    options: [model],
    reads: false,
    examples: ['hearth tools', 'hearth tools ai-lab'],
  },
  {
    name: 'vendor',
    operands: [
      { name: 'ACTION', required: false, oneOf: vendorActions },
      { name: 'FILE', required: false, repeats: true },
    ],
    options: [],
    reads: true,
    examples: ['hearth vendor', 'hearth vendor check 10-lab.yaml'],
  },
  {
    name: 'driver',
    operands: [
      { name: 'ACTION', required: false, oneOf: driverActions },
      { name: 'NAME', required: false },
    ],
    options: [{ name: 'layer' }, { name: 'show-code' }],
    reads: true,
    examples: ['hearth driver', 'hearth driver install cuda', 'hearth driver key'],
  },
  {
    name: 'guard',
    operands: [],
    options: [{ name: 'notify' }],
    reads: true,
    examples: ['hearth guard', 'hearth guard --json'],
  },
  {
    name: 'record',
    operands: [{ name: 'DIR', required: true, completes: 'folder' }],
    options: [],
    reads: true,
    examples: ['hearth record ~/my-machine'],
  },
  {
    name: 'help',
    operands: [{ name: 'TOPIC', required: false }],
    options: [],
    reads: true,
    examples: ['hearth help apply', 'hearth help exit-codes'],
  },
];

export function findCommand(name: string): CommandSpec | undefined {
  return commands.find((command) => command.name === name);
}

export function optionText(option: OptionSpec): string {
  if (option.value === undefined) return `--${option.name}`;
  return option.optionalValue ? `--${option.name}[=${option.value}]` : `--${option.name}=${option.value}`;
}

export function operandText(operand: OperandSpec): string {
  return operand.required ? operand.name : `[${operand.name}]`;
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { ended } from '../words/joined.ts';
import {
  commandDetails,
  commandSummary,
  exitCodeMeaning,
  exitCodes,
  helpWords,
  optionSummary,
} from '../words/cli.ts';
import { fill } from '../words/translate.ts';
import { clientIds } from '../core/tools/clients.ts';
import { taskIds } from '../core/setup/tasks.ts';
import type { CommandSpec, HelpTopic, OptionSpec } from './commands.ts';
import { commands, globalOptions, operandText, optionText } from './commands.ts';
import { pairs, styled, wrap } from './text.ts';

/** `hearth help`: everything at a glance. */
export function overview(columns: number): readonly string[] {
  return [
    ...wrap(`${styled('bold', 'hearth')} · ${helpWords.tagline()}`, columns),
    '',
    `${helpWords.usage()}: hearth [OPTION…] COMMAND [OPTION…] [OPERAND…]`,
    '',
    styled('bold', helpWords.commands()),
    ...pairs(
      commands.map((command) => [command.name, commandSummary(command.name)] as const),
      columns,
    ),
    '',
    styled('bold', helpWords.everywhere()),
    ...optionLines(globalOptions, columns),
    '',
    ...wrap(helpWords.more(), columns),
  ];
}

/** `hearth help COMMAND`. */
export function commandHelp(command: CommandSpec, columns: number): readonly string[] {
  const usage = ['hearth', command.name, ...(command.options.length > 0 ? ['[OPTION…]'] : [])];
  const tasks = taskIds.join(', ');
  const tools = clientIds.join(', ');
  return [
    `${helpWords.usage()}: ${[...usage, ...command.operands.map(operandText)].join(' ')}`,
    '',
    ...wrap(ended(commandSummary(command.name)), columns),
    ...commandDetails(command.name).flatMap((text) => ['', ...wrap(fill(text, { tasks, tools }), columns)]),
    ...(command.options.length > 0
      ? ['', styled('bold', helpWords.options()), ...optionLines(command.options, columns)]
      : []),
    '',
    styled('bold', helpWords.everywhere()),
    ...optionLines(globalOptions, columns),
    '',
    styled('bold', helpWords.examples()),
    ...command.examples.map((example) => `  ${example}`),
  ];
}

export function topicHelp(topic: HelpTopic, columns: number): readonly string[] {
  switch (topic) {
    case 'exit-codes':
      return [
        styled('bold', helpWords.exitCodes()),
        ...pairs(
          exitCodes.map((code) => [String(code), exitCodeMeaning(code)] as const),
          columns,
        ),
      ];
    case 'json':
      return paragraphs(helpWords.json(), columns);
    case 'practice':
      return paragraphs(helpWords.practice(), columns);
  }
}

function paragraphs(texts: readonly string[], columns: number): readonly string[] {
  return texts.flatMap((text, at) => (at === 0 ? wrap(text, columns) : ['', ...wrap(text, columns)]));
}

function optionLines(options: readonly OptionSpec[], columns: number): readonly string[] {
  return pairs(
    options.map((option) => {
      const short = option.short === undefined ? '' : `-${option.short}, `;
      return [short + optionText(option), optionSummary(option.name)] as const;
    }),
    columns,
  );
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { commandSummary, optionSummary } from '../words/cli.ts';
import type { CommandSpec, OptionSpec } from './commands.ts';
import { commands, globalOptions, helpTopics } from './commands.ts';

/**
 * Completions for three shells, written from the command table by build-aux/completions. Model IDs are asked from
 * `hearth models --ids`, everything else stands in the file.
 */

// The next line is for the files that are written.
// REUSE-IgnoreStart
const header = [
  '# SPDX-License-Identifier: GPL-3.0-or-later',
  '# Written by build-aux/completions from src/cli/commands.ts. Change that, then run it again.',
];
// REUSE-IgnoreEnd
const askModels = 'hearth models --ids 2>/dev/null';

function names(options: readonly OptionSpec[]): readonly string[] {
  return options.flatMap((option) => [
    `--${option.name}${option.value === undefined || option.optionalValue ? '' : '='}`,
    ...(option.short === undefined ? [] : [`-${option.short}`]),
  ]);
}

/** Words that may follow a command at a place, from 0. */
function wordsAt(command: CommandSpec, place: number): readonly string[] {
  if (command.name === 'help' && place === 0) return [...commands.map((c) => c.name), ...helpTopics];
  return command.operands[place]?.oneOf ?? [];
}

export function bash(): string {
  const cases = commands.flatMap((command) => {
    const lines = command.operands.flatMap((operand, place) => {
      const words = wordsAt(command, place);
      if (words.length > 0) return [`        ${command.name}:${place}) words='${words.join(' ')}' ;;`];
      if (operand.completes === 'folder') return [`        ${command.name}:${place}) folders=1 ;;`];
      if (operand.completes === 'model')
        return [
          `        ${command.name}:${operand.repeats ? `[${place}-9]*` : place}) words=$(${askModels}) ;;`,
        ];
      return [];
    });
    return lines;
  });
  const options = commands
    .filter((command) => command.options.length > 0)
    .map((command) => `        ${command.name}) options="$options ${names(command.options).join(' ')}" ;;`);
  const commandNames = commands.map((command) => command.name).join(' ');
  return text([
    ...header,
    '',
    '_hearth() {',
    '    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}',
    '    local command= place=0 at word words= folders= options',
    `    local commands='${commandNames}'`,
    `    options='${names(globalOptions).join(' ')}'`,
    '    COMPREPLY=()',
    '    # "--name=value" arrives as three words.',
    "    if [[ $current == '=' ]]; then current=; elif [[ $previous == '=' ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi",
    '    case $previous in',
    '        --machine | --practice) COMPREPLY=($(compgen -d -- "$current")); return ;;',
    `        --model) COMPREPLY=($(compgen -W "$(${askModels})" -- "$current")); return ;;`,
    '        --context) return ;;',
    '    esac',
    '    for ((at = 1; at < COMP_CWORD; at++)); do',
    '        word=${COMP_WORDS[at]}',
    '        case $word in',
    '            --machine | --model | --context) [[ ${COMP_WORDS[at+1]} == = ]] || ((at++)) ;;',
    '            =) ((at++)) ;;',
    '            -*) ;;',
    '            *) if [[ -z $command ]]; then command=$word; else ((place++)); fi ;;',
    '        esac',
    '    done',
    '    case $command in',
    ...options,
    '    esac',
    '    if [[ $current == -* ]]; then',
    '        COMPREPLY=($(compgen -W "$options" -- "$current"))',
    '        [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace',
    '        return',
    '    fi',
    '    if [[ -z $command ]]; then COMPREPLY=($(compgen -W "$commands" -- "$current")); return; fi',
    '    case $command:$place in',
    ...cases,
    '    esac',
    '    if [[ -n $folders ]]; then COMPREPLY=($(compgen -d -- "$current")); return; fi',
    '    COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    '',
    'complete -F _hearth hearth',
  ]);
}

function quoted(word: string): string {
  return `'${word.replace(/'/g, `'\\''`)}'`;
}

function zshOption(option: OptionSpec): readonly string[] {
  const summary = optionSummary(option.name).replace(/[[\]:]/g, '\\$&');
  const action =
    option.completes === 'folder' ? '_files -/' : option.completes === 'model' ? '_hearth_model_ids' : ' ';
  const value =
    option.value === undefined ? '' : `${option.optionalValue ? '::' : ':'}${option.value}:${action}`;
  const long = `--${option.name}${option.value === undefined ? '' : option.optionalValue ? '=-' : '='}`;
  return [
    quoted(`${long}[${summary}]${value}`),
    ...(option.short === undefined ? [] : [quoted(`-${option.short}[${summary}]`)]),
  ];
}

export function zsh(): string {
  const described = commands.map(
    (command) => `    ${quoted(`${command.name}:${commandSummary(command.name)}`)}`,
  );
  const cases = commands.flatMap((command) => {
    const operands = command.operands.map((operand, place) => {
      const words = wordsAt(command, place);
      const label = operand.name.replace(/[|:]/g, ' ');
      if (words.length > 0) return quoted(`${place + 1}:${label}:(${words.join(' ')})`);
      if (operand.completes === 'folder') return quoted(`${place + 1}:${label}:_files -/`);
      if (operand.completes === 'model')
        return quoted(`${operand.repeats ? '*' : `${place + 1}:`}:${label}:_hearth_model_ids`);
      return quoted(operand.rest ? `*:${label}: ` : `${place + 1}::${label}: `);
    });
    const specs = [...command.options.flatMap(zshOption), ...operands];
    return [`    ${command.name}) _arguments $everywhere ${specs.join(' ')} ;;`];
  });
  return text([
    '#compdef hearth',
    ...header,
    '',
    '_hearth_model_ids() {',
    `  local -a ids=(\${(f)"$(${askModels})"})`,
    "  _describe 'model' ids",
    '}',
    '',
    '_hearth() {',
    '  local -a commands=(',
    ...described,
    '  )',
    '  local -a everywhere=(',
    ...globalOptions.flatMap(zshOption).map((spec) => `    ${spec}`),
    '  )',
    '  local curcontext="$curcontext" state line',
    "  _arguments -C $everywhere '1: :->command' '*:: :->operand'",
    '  case $state in',
    "    command) _describe 'command' commands; return ;;",
    '    operand) ;;',
    '    *) return ;;',
    '  esac',
    '  case $line[1] in',
    ...cases,
    '  esac',
    '}',
    '',
    '_hearth "$@"',
  ]);
}

function fishOption(option: OptionSpec, condition: string): string {
  const parts = [`complete -c hearth ${condition}-l ${option.name}`];
  if (option.short !== undefined) parts.push(`-s ${option.short}`);
  if (option.value !== undefined && !option.optionalValue) parts.push('-r');
  if (option.completes === 'folder') parts.push("-a '(__fish_complete_directories)'");
  if (option.completes === 'model') parts.push(`-f -a '(${askModels})'`);
  parts.push(`-d ${quoted(optionSummary(option.name))}`);
  return parts.join(' ');
}

export function fish(): string {
  const lines = commands.flatMap((command) => {
    const seen = `-n '__fish_seen_subcommand_from ${command.name}' `;
    const operands = command.operands.flatMap((operand, place) => {
      const words = wordsAt(command, place);
      if (words.length > 0) return [`complete -c hearth ${seen}-a ${quoted(words.join(' '))}`];
      if (operand.completes === 'folder')
        return [`complete -c hearth ${seen}-a '(__fish_complete_directories)'`];
      if (operand.completes === 'model') return [`complete -c hearth ${seen}-a '(${askModels})'`];
      return [];
    });
    return [
      `complete -c hearth -n __fish_use_subcommand -a ${command.name} -d ${quoted(commandSummary(command.name))}`,
      ...command.options.map((option) => fishOption(option, seen)),
      ...operands,
    ];
  });
  return text([
    ...header,
    '',
    'complete -c hearth -f',
    ...globalOptions.map((option) => fishOption(option, '')),
    ...lines,
  ]);
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

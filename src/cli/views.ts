// SPDX-License-Identifier: GPL-3.0-or-later

import { fallbackOf } from '../core/server/fallback.ts';
import type { Endpoint } from '../core/server/types.ts';
import type { JournalEntry } from '../core/setup/journal.ts';
import type { Plan } from '../core/setup/plan.ts';
import { planTouches } from '../core/setup/plan.ts';
import { nextTask } from '../core/setup/assess.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { Standing, TaskId } from '../core/setup/tasks.ts';
import { openTasks, shownTasks } from '../core/vendor/types.ts';
import { dotted, paragraph } from '../words/joined.ts';
import type { Names } from '../words/plan.ts';
import { actionSentence, outcomeWords, planSummary, touchesLines, undoSentence } from '../words/plan.ts';
import { standingWords, taskTitle } from '../words/tasks.ts';
import { errorWords } from '../words/errors.ts';
import { fallbackWords, servedByLabel, servedByPhrase } from '../words/served-by.ts';
import { healthLabel, healthLine } from '../words/health.ts';
import { servedByOther } from '../words/other-server.ts';
import { honestLimits } from '../words/server.ts';
import { terminalWords } from '../words/terminal.ts';
import { vendorNotices, vendorWords } from '../words/vendor.ts';
import { tokens } from '../words/units.ts';
import type { Style } from './text.ts';
import { item, pairs, styled, table, wrap } from './text.ts';

/** State as lines for the terminal. What is said comes from words/, how it lies on the page from here. */

export function heading(text: string): string {
  return styled('bold', text);
}

/** A sign before each standing, so that nothing is told by colour alone. */
const signs: Readonly<Record<Standing['tag'], readonly [sign: string, style: Style]>> = {
  'not-needed': ['✓', 'dim'],
  ready: ['▸', 'warn'],
  waiting: ['○', 'dim'],
  running: ['●', 'warn'],
  done: ['✓', 'good'],
  broken: ['✗', 'bad'],
};

export function standingLines(
  state: HearthState,
  columns: number,
  tasks: readonly TaskId[] = shownTasks(state.vendor),
): readonly string[] {
  const rows = tasks.map((task) => {
    const standing = state.standings[task];
    const [sign, style] = signs[standing.tag];
    const { label, sentence } = standingWords(standing);
    return [`${styled(style, sign)} ${taskTitle(task)}`, label, sentence];
  });
  return table(rows, columns);
}

/** What the distributor or an administrator decided, and what of it cannot be used. */
export function vendorLines({ vendor }: HearthState, columns: number): readonly string[] {
  const { welcome, help } = vendor;
  const blocks: (readonly string[])[] = [
    ...(welcome === null ? [] : [wrap(welcome, columns)]),
    ...vendorNotices(vendor).map(({ label, value, tone }) => [
      styled(tone === 'problem' ? 'bad' : 'bold', label),
      ...value.split('\n').flatMap((line) => wrap(line, columns, '  ')),
    ]),
    ...(help === null ? [] : [pairs([[vendorWords.help(), help]], columns)]),
  ];
  return blocks.flatMap((block) => ['', ...block]);
}

/** The address of the model with its health, or why there is none. */
export function serverLines(state: HearthState, names: Names, columns: number): readonly string[] {
  const { server, choices } = state;
  switch (server.tag) {
    case 'ready':
      return [
        ...pairs(
          [
            [terminalWords.modelName(), names.model(server.endpoint.modelId)],
            [terminalWords.address(), server.endpoint.baseUrl],
            ...contextPair(server.endpoint),
            ...servedByPair(server.endpoint),
            ...healthPair(state),
            [terminalWords.isolation(), isolationSentence(server.endpoint)],
          ],
          columns,
        ),
        ...fallbackLines(state, columns),
      ];
    case 'starting':
      return wrap(terminalWords.modelStarting(), columns, '  ');
    case 'failed':
      return wrap(styled('bad', errorWords(server.error).sentence), columns, '  ');
    case 'off':
      return wrap(
        choices.modelId !== null && state.standings.model.tag === 'done'
          ? terminalWords.modelOff(names.model(choices.modelId))
          : terminalWords.modelNone(),
        columns,
        '  ',
      );
  }
}

/** The command that does the next thing. */
export function nextCommand(state: HearthState): string | null {
  const task = nextTask(state.standings, openTasks(state.vendor));
  if (task === null || task === 'computer' || task === 'driver') return null;
  return task === 'try' ? 'hearth try' : task === 'tools' ? 'hearth apply tools' : 'hearth setup';
}

export function planLines(plan: Plan, names: Names, columns: number): readonly string[] {
  const touches = touchesLines(planTouches(plan), names);
  return [
    `${heading(taskTitle(plan.task))} · ${planSummary(plan)}`,
    ...plan.steps.flatMap((step, at) =>
      item(`${at + 1}.`, actionSentence(step.action, names), columns, '  '),
    ),
    ...pairs(
      touches.map((line) => [line.label, line.value] as const),
      columns,
    ),
  ];
}

export function entryLines(entry: JournalEntry, names: Names, columns: number): readonly string[] {
  const mark = entry.practice ? [terminalWords.journalMark(true)] : [];
  return [
    dotted([heading(entry.plan), when(entry.startedAt), taskTitle(entry.task), ...mark]),
    ...entry.steps.flatMap((step) => {
      const outcome = step.outcome === 'done' ? '' : ` (${outcomeWords(step.outcome)})`;
      return item('-', actionSentence(step.action, names) + outcome, columns, '  ');
    }),
  ];
}

/** What would be taken back, last step first. */
export function undoLines(entry: JournalEntry, names: Names, columns: number): readonly string[] {
  const steps = entry.steps.filter((step) => step.outcome !== 'undone' && step.undo.undo !== 'nothing');
  return [
    dotted([heading(entry.plan), when(entry.startedAt), taskTitle(entry.task)]),
    ...steps.toReversed().flatMap((step) => item('-', undoSentence(step.undo, names), columns, '  ')),
  ];
}

/** Date and time of this place, to the minute: of equal length in every language, and sorted as text. */
export function when(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

export function servingLines(
  endpoint: Endpoint,
  keyFile: string,
  columns: number,
  indent = '',
): readonly string[] {
  return pairs(
    [
      [terminalWords.address(), styled('bold', endpoint.baseUrl)],
      [terminalWords.keyFile(), endpoint.other === undefined ? keyFile : terminalWords.otherKey()],
      [terminalWords.modelName(), endpoint.alias],
      ...contextPair(endpoint),
      ...servedByPair(endpoint),
      [terminalWords.isolation(), isolationSentence(endpoint)],
      // They are those of a server that is shut off.
      ...(endpoint.other === undefined
        ? ([[terminalWords.limits(), paragraph(...honestLimits())]] as const)
        : []),
    ],
    columns,
    indent,
  );
}

/** Somebody else's server does not tell it. */
function contextPair({ contextTokens }: Endpoint): readonly (readonly [string, string])[] {
  return contextTokens === 0 ? [] : [[terminalWords.context(), tokens(contextTokens)]];
}

function servedByPair({ servedBy }: Endpoint): readonly (readonly [string, string])[] {
  return servedBy === null ? [] : [[servedByLabel(), servedByPhrase(servedBy)]];
}

function healthPair({ health, shelf, choices }: HearthState): readonly (readonly [string, string])[] {
  if (health === null) return [];
  const fit = shelf?.offers.find((offer) => offer.entry.id === choices.modelId)?.fit;
  const line = healthLine(health, fit?.need.total ?? null);
  return line === '' ? [] : [[healthLabel(), line]];
}

/** A silent fall-back to the processor, said aloud; nothing when all is as promised. */
export function fallbackLines(state: HearthState, columns: number): readonly string[] {
  const fallback = fallbackOf(state);
  if (fallback === null) return [];
  const { sentence, next } = fallbackWords(fallback);
  return ['', ...wrap(`${styled('warn', sentence)} ${next}`, columns)];
}

export function isolationSentence({ isolation, other }: Endpoint): string {
  if (other !== undefined) return styled('bad', servedByOther(other));
  const { isolated, serverPid, interfaces, serverNamespace, ownNamespace } = isolation;
  if (!isolated) return styled('bad', terminalWords.notIsolated(serverPid));
  const list = interfaces.length === 0 ? terminalWords.noInterfaces() : interfaces.join(', ');
  return `${terminalWords.isolated(serverPid, list)} (${terminalWords.namespaces(serverNamespace, ownNamespace)})`;
}

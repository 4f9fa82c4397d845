// SPDX-License-Identifier: GPL-3.0-or-later

import type { Plan } from '../core/setup/plan.ts';
import type { Progress } from '../core/setup/tasks.ts';
import { percent } from '../words/units.ts';
import type { Names } from '../words/plan.ts';
import { actionSentence } from '../words/plan.ts';
import { downloadLine } from '../words/models.ts';
import { progressWords } from '../words/tasks.ts';
import { terminalWords } from '../words/terminal.ts';
import { styled, width } from './text.ts';

/** What was printed about a plan under way. */
export interface ProgressMemory {
  readonly step: number;
  /** Tenths of the step that a log has a line for. */
  readonly tenth: number;
  /** Seconds, when the last line was printed. */
  readonly at: number;
}

export const noProgress: ProgressMemory = { step: -1, tenth: 0, at: 0 };

export interface ProgressOutput {
  readonly memory: ProgressMemory;
  /** A line that stays. */
  readonly line: string | null;
  /** A line that the next one replaces, for terminals. */
  readonly fleeting: string | null;
}

/** A log line about a long step comes no sooner than this after the one before, in seconds. */
const pause = 5;
const barColumns = 20;

/**
 * Progress as lines: each step once, and for a log (no terminal) the tenths of a long step, not more often than
 * every five seconds.
 */
export function progressLines(
  memory: ProgressMemory,
  progress: Progress,
  plan: Plan,
  names: Names,
  seconds: number,
  columns: number,
): ProgressOutput {
  const step = plan.steps[progress.step];
  if (progress.step !== memory.step && step !== undefined) {
    return {
      memory: { step: progress.step, tenth: 0, at: seconds },
      line: terminalWords.stepOf(progress.step + 1, progress.steps, actionSentence(step.action, names)),
      fleeting: null,
    };
  }
  const { done, total } = progress;
  const part = done === null || total === null || total <= 0 ? null : Math.min(1, done / total);
  const words = part === null ? progressWords(progress) : downloadLine(progress);
  const tenth = part === null ? 0 : Math.floor(part * 10);
  const due = tenth > memory.tenth && seconds - memory.at >= pause && tenth < 10;
  return {
    memory: due ? { ...memory, tenth, at: seconds } : memory,
    line: due ? `  ${words}` : null,
    fleeting: clip(part === null ? `  ${words}` : `  ${bar(part)} ${words}`, columns - 3),
  };
}

function bar(part: number): string {
  const full = Math.round(part * barColumns);
  const share = percent(part).padStart(5);
  return `${styled('good', '█'.repeat(full))}${styled('dim', '░'.repeat(barColumns - full))}${share}`;
}

/** A line that is longer than the terminal could not be replaced again. */
function clip(line: string, columns: number): string {
  if (width(line) <= columns) return line;
  let text = line;
  while (text !== '' && width(text) > columns - 1) text = text.slice(0, -1);
  return `${text}…`;
}

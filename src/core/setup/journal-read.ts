// SPDX-License-Identifier: GPL-3.0-or-later

import type { JournalEntry, JournalLine } from './journal.ts';

type Draft = { -readonly [K in Exclude<keyof JournalEntry, 'steps'>]: JournalEntry[K] } & {
  readonly steps: DraftStep[];
  ended: boolean;
};
type DraftStep = { -readonly [K in keyof JournalEntry['steps'][number]]: JournalEntry['steps'][number][K] };

export interface JournalReading {
  /** Oldest first. */
  readonly entries: readonly JournalEntry[];
  /** Lines that made no sense and were passed over, counted from 1. A torn last line is normal after a power cut. */
  readonly skipped: readonly number[];
}

/**
 * Plans as they went, from the journal's text. A step that started and never ended was interrupted: by a crash, a kill
 * or a power cut. `running` names plans that run right now, whose open steps are not interrupted.
 */
export function readJournal(text: string, running: ReadonlySet<string> = new Set()): JournalReading {
  const drafts = new Map<string, Draft>();
  const skipped: number[] = [];
  text.split('\n').forEach((raw, index) => {
    if (raw.trim() === '') return;
    const line = parseLine(raw);
    if (line === null || !apply(drafts, line)) skipped.push(index + 1);
  });
  const entries = [...drafts.values()].map(({ ended, ...entry }) => ({
    ...entry,
    endedAt: ended ? entry.endedAt : null,
    steps: entry.steps.filter((step) => !(step.outcome === 'interrupted' && running.has(entry.plan))),
  }));
  return { entries, skipped };
}

function apply(drafts: Map<string, Draft>, line: JournalLine): boolean {
  if (line.event === 'plan-start') {
    if (drafts.has(line.plan)) return false;
    drafts.set(line.plan, {
      plan: line.plan,
      task: line.task,
      startedAt: line.at,
      endedAt: null,
      practice: line.practice,
      steps: [],
      ended: false,
    });
    return true;
  }
  const draft = drafts.get(line.plan);
  if (draft === undefined) return false;
  draft.endedAt = line.at;
  if (line.event === 'plan-done') {
    draft.ended = true;
    return true;
  }
  if (line.event === 'step-start') {
    draft.steps.push({
      step: line.step,
      action: line.action,
      undo: line.undo,
      outcome: 'interrupted',
      error: null,
    });
    return true;
  }
  const step = draft.steps.findLast((candidate) => candidate.step === line.step);
  if (step === undefined) return false;
  switch (line.event) {
    case 'step-done':
      step.outcome = 'done';
      return true;
    case 'step-failed':
      step.outcome = 'failed';
      step.error = line.error;
      draft.ended = true;
      return true;
    case 'step-undone':
      step.outcome = 'undone';
      step.error = null;
      return true;
    case 'step-kept':
      step.outcome = 'kept';
      step.error = line.error;
      return true;
  }
}

/** A line of the journal, or null when it is not one: torn by a power cut, or edited by hand. */
function parseLine(raw: string): JournalLine | null {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return null;
  }
  if (
    !isRecord(value) ||
    value['v'] !== 1 ||
    typeof value['plan'] !== 'string' ||
    typeof value['at'] !== 'number'
  )
    return null;
  const has = (...keys: readonly string[]): boolean => keys.every((key) => typeof value[key] === 'string');
  switch (value['event']) {
    case 'plan-start':
      return has('task') ? (value as unknown as JournalLine) : null;
    case 'step-start': {
      const { action, undo } = value;
      const whole =
        has('step') &&
        isRecord(action) &&
        typeof action['do'] === 'string' &&
        isRecord(undo) &&
        typeof undo['undo'] === 'string';
      return whole ? (value as unknown as JournalLine) : null;
    }
    case 'step-failed':
    case 'step-kept': {
      const { error } = value;
      return has('step') && isRecord(error) && typeof error['code'] === 'string'
        ? (value as unknown as JournalLine)
        : null;
    }
    case 'step-done':
    case 'step-undone':
      return has('step') ? (value as unknown as JournalLine) : null;
    case 'plan-done':
      return value as unknown as JournalLine;
    default:
      return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

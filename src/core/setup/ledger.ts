// SPDX-License-Identifier: GPL-3.0-or-later

/** One contact with the network, as it is kept in the ledger (JSON Lines). Sizes in bytes, times in milliseconds. */
export interface LedgerLine {
  readonly v: 1;
  /** Since the epoch, when the contact ended. */
  readonly at: number;
  /** Name, with the port where it is not the usual one. */
  readonly host: string;
  /** IP address that answered; null when nobody did, or only passed on to another host. */
  readonly address: string | null;
  readonly why: 'download';
  /** What it was about: the model's name in the catalogue. */
  readonly subject: string;
  /** What came of the file. What was sent is a request of some hundred bytes. */
  readonly received: number;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Who wanted it: a person who agreed to a plan, by the plan's step. */
  readonly askedBy: 'person';
}

export type Contact = Omit<LedgerLine, 'v' | 'at'>;

export interface LedgerReading {
  /** Oldest first. */
  readonly lines: readonly LedgerLine[];
  /** Lines that made no sense, counted from 1: a torn last line is normal after a power cut. */
  readonly skipped: readonly number[];
}

export function readLedger(text: string): LedgerReading {
  const lines: LedgerLine[] = [];
  const skipped: number[] = [];
  text.split('\n').forEach((raw, index) => {
    if (raw.trim() === '') return;
    const line = parseLine(raw);
    if (line === null) skipped.push(index + 1);
    else lines.push(line);
  });
  return { lines, skipped };
}

function parseLine(raw: string): LedgerLine | null {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { v, at, host, address, why, subject, received, status, askedBy } = value as Record<string, unknown>;
  const whole =
    v === 1 &&
    typeof host === 'string' &&
    (address === null || typeof address === 'string') &&
    why === 'download' &&
    typeof subject === 'string' &&
    askedBy === 'person' &&
    [at, received, status].every((number) => typeof number === 'number' && number >= 0);
  return whole ? (value as LedgerLine) : null;
}

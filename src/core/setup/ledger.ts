// SPDX-License-Identifier: GPL-3.0-or-later

import type { TaskId } from './tasks.ts';

const reasons = ['download', 'image', 'proof', 'version', 'packages', 'package-list'] as const;

/**
 * One contact with the network, as it is kept in the ledger (JSON Lines). Everything beyond loopback that Hearth itself
 * connects to is here; what stays on 127.0.0.1 and ::1 is not, unless a publisher is there. Sizes in bytes, times in
 * milliseconds.
 */
export interface LedgerLine {
  readonly v: 1;
  /** Since the epoch, when the contact ended. */
  readonly at: number;
  /**
   * Name, with the port where it is not the usual one. Of a package service, all hosts of its sources with commas between:
   * which of them it asks it does not tell; empty where their settings name none.
   */
  readonly host: string;
  /** IP address that answered; null when nobody did, or only passed on to another host. */
  readonly address: string | null;
  /**
   * A file was fetched, podman fetched a container image (and told no address), the proof page knocked at an address of
   * this computer, or a publisher was asked for the newest version of a program. The last two are contacts of the system's
   * package service, made because Hearth asked it to: it fetched packages, or the list of those that a source has.
   */
  readonly why: (typeof reasons)[number];
  /** What it was about: the model's name in the catalogue, the image, the check, the packages or their source. */
  readonly subject: string;
  /** What came of the file. */
  readonly received: number;
  /** What was asked with, before encryption; null where that was not told, as when it was stopped. */
  readonly sent: number | null;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Who wanted it: a person who agreed to a plan or asked for the proof. */
  readonly askedBy: 'person';
  /** In which task; null in lines of before this was noted. */
  readonly task: TaskId | 'proof' | null;
  /**
   * Of a contact that is noted before it begins, so that a power cut loses none: the line that tells how it ended has the
   * same. Null for one that is noted once.
   */
  readonly id: string | null;
}

export type Contact = Omit<LedgerLine, 'v' | 'at' | 'id'>;

/** A contact that another program makes because Hearth asked it to, before it begins: nothing is known of it yet. */
export function contactAhead(about: Pick<Contact, 'why' | 'host' | 'subject' | 'task'>): Contact {
  return { ...about, address: null, received: 0, sent: null, status: 0, askedBy: 'person' };
}

export interface LedgerReading {
  /** Oldest first. */
  readonly lines: readonly LedgerLine[];
  /** Lines that made no sense, counted from 1: a torn last line is normal after a power cut. */
  readonly skipped: readonly number[];
}

export function readLedger(text: string): LedgerReading {
  const lines: LedgerLine[] = [];
  const begun = new Map<string, number>();
  const skipped: number[] = [];
  text.split('\n').forEach((raw, index) => {
    if (raw.trim() === '') return;
    const line = parseLine(raw);
    if (line === null) skipped.push(index + 1);
    else {
      const at = line.id === null ? undefined : begun.get(line.id);
      if (at !== undefined) lines[at] = line;
      else if (line.id !== null) begun.set(line.id, lines.push(line) - 1);
      else lines.push(line);
    }
  });
  return { lines, skipped };
}

/** The ledger for other programs: one line a contact. */
export function ledgerText(lines: readonly LedgerLine[], format: 'jsonl' | 'csv'): string {
  if (format === 'jsonl') return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const names = [
    'at',
    'host',
    'address',
    'why',
    'subject',
    'received',
    'sent',
    'status',
    'askedBy',
    'task',
  ] as const;
  const rows = lines.map((line) =>
    names.map((name) => (name === 'at' ? new Date(line.at).toISOString() : line[name])),
  );
  // RFC 4180.
  return [names, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** A cell that begins as a formula would is one to some programs: it is marked as text. */
function cell(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function parseLine(raw: string): LedgerLine | null {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const fields = { sent: null, task: null, id: null, ...value } as Record<string, unknown>;
  const { v, at, host, address, why, subject, received, sent, status, askedBy, task, id } = fields;
  const count = (number: unknown): boolean => typeof number === 'number' && number >= 0;
  const whole =
    v === 1 &&
    typeof host === 'string' &&
    (address === null || typeof address === 'string') &&
    reasons.some((reason) => reason === why) &&
    typeof subject === 'string' &&
    askedBy === 'person' &&
    (id === null || typeof id === 'string') &&
    (task === null || typeof task === 'string') &&
    (sent === null || count(sent)) &&
    [at, received, status].every(count);
  return whole ? (fields as unknown as LedgerLine) : null;
}

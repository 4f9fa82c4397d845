// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError, hasCode } from '../errors.ts';
import type { FileStat, Look, Output } from '../ports.ts';
import { dfCommand } from './disk.ts';
import { observeMachine, type ObserveOptions } from './observe.ts';
import type { MachineFacts } from './facts.ts';
import { excerpt, pciIdsPaths } from './pci-ids.ts';
import type { AboutRecording, Note, RecordedCommand } from './recording.ts';
import type { Redactor } from './redact.ts';

/** A file, folder or link of the machine, at its place without links. */
type Entry =
  | { readonly kind: 'file'; readonly content: Uint8Array | null; readonly note: Note | null }
  | { readonly kind: 'folder' }
  | { readonly kind: 'link'; readonly target: string };

/** A recording as a value, everything in it redacted; a platform writes it to disk. */
export interface RecordedTree {
  readonly about: AboutRecording;
  readonly commands: readonly RecordedCommand[];
  readonly notes: Readonly<Record<string, Note>>;
  /** By absolute path, parents before children. */
  readonly entries: readonly (readonly [path: string, entry: Entry])[];
}

/** More names than any folder has that is read here. */
const mostNames = 4096;

/** Passes a look on and remembers what was read, with the links on the way. */
export class RecordingLook implements Look {
  readonly entries = new Map<string, Entry>();
  readonly commands: RecordedCommand[] = [];
  readonly #look: Look;
  readonly #stats = new Map<string, Promise<FileStat | null>>();

  constructor(look: Look) {
    this.#look = look;
  }

  async readText(path: string, maxBytes?: number): Promise<string> {
    const text = await this.#noted(path, () => this.#look.readText(path, maxBytes));
    await this.#keep(path, { kind: 'file', content: new TextEncoder().encode(text), note: null });
    return text;
  }

  async readBytes(
    path: string,
    range?: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array> {
    const bytes = await this.#noted(path, () => this.#look.readBytes(path, range));
    // Only beginnings are read in parts, and what is told from them needs no more.
    if (range === undefined || range.offset === 0) {
      await this.#keep(path, { kind: 'file', content: bytes, note: null });
    }
    return bytes;
  }

  async list(path: string): Promise<readonly string[]> {
    const names = await this.#look.list(path);
    const folder = await this.#keep(path, { kind: 'folder' });
    for (const name of names.slice(0, mostNames))
      await this.#keepName(`${folder === '/' ? '' : folder}/${name}`);
    return names;
  }

  async stat(path: string): Promise<FileStat | null> {
    const stat = await this.#look.stat(path);
    if (stat !== null) await this.#keepName(await this.#withoutLinks(path, false));
    return stat;
  }

  async readLink(path: string): Promise<string> {
    const target = await this.#look.readLink(path);
    this.entries.set(await this.#withoutLinks(path, false), { kind: 'link', target });
    return target;
  }

  async run(argv: readonly string[], timeout?: number): Promise<Output> {
    const output = await this.#look.run(argv, timeout);
    this.commands.push({ argv: [...argv], ...output });
    return output;
  }

  async #noted<T>(path: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (thrown) {
      if (hasCode(thrown, 'denied', 'io', 'too-large', 'not-text')) {
        const error = thrown.code as 'denied' | 'io' | 'too-large' | 'not-text';
        await this.#keep(path, { kind: 'file', content: null, note: { error } });
      }
      throw thrown;
    }
  }

  async #keep(path: string, entry: Entry): Promise<string> {
    const at = await this.#withoutLinks(path, true);
    this.entries.set(at, entry);
    return at;
  }

  /** By name and size only, unless more is known of it already. */
  async #keepName(at: string): Promise<void> {
    if (this.entries.has(at)) return;
    const stat = await this.#stat(at);
    if (stat === null || this.entries.has(at)) return;
    if (stat.kind === 'directory') this.entries.set(at, { kind: 'folder' });
    else if (stat.kind === 'link')
      this.entries.set(at, { kind: 'link', target: await this.#look.readLink(at) });
    else this.entries.set(at, { kind: 'file', content: null, note: { size: stat.size } });
  }

  async #stat(path: string): Promise<FileStat | null> {
    const known = this.#stats.get(path) ?? this.#look.stat(path).catch(() => null);
    this.#stats.set(path, known);
    return known;
  }

  /** The path with links followed, each link on the way kept as one. */
  async #withoutLinks(path: string, followLast: boolean): Promise<string> {
    const todo = path.split('/').filter(Boolean).reverse();
    let at: string[] = [];
    let links = 0;
    for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
      if (part === '.') continue;
      if (part === '..') {
        at.pop();
        continue;
      }
      at.push(part);
      const here = '/' + at.join('/');
      const stat = await this.#stat(here);
      if (stat?.kind !== 'link' || (todo.length === 0 && !followLast)) continue;
      links += 1;
      if (links > 40) throw new HearthError('io', { path }, { detail: 'Too many links' });
      const target = await this.#look.readLink(here);
      this.entries.set(here, { kind: 'link', target });
      at = target.startsWith('/') ? [] : at.slice(0, -1);
      todo.push(...target.split('/').filter(Boolean).reverse());
    }
    return '/' + at.join('/');
  }
}

/** What the recording says about itself; the rest is found out. */
export type RecordLabel = Pick<AboutRecording, 'name' | 'date' | 'hearth'>;

/** Looks at a machine and returns its facts with everything that was read, redacted. */
export async function recordMachine(
  look: Look,
  options: ObserveOptions,
  label: RecordLabel,
  redactor: Redactor,
): Promise<{ readonly facts: MachineFacts; readonly tree: RecordedTree }> {
  const recorder = new RecordingLook(look);
  const facts = await observeMachine(recorder, options);
  shortenPciIds(recorder.entries, facts);
  const entries = redactEntries(recorder.entries, redactor);
  const notes: Record<string, Note> = {};
  for (const [path, entry] of entries)
    if (entry.kind === 'file' && entry.note !== null) notes[path] = entry.note;
  const commands = recorder.commands
    .map((command) => redactCommand(command, redactor))
    .sort((a, b) => (a.argv.join(' ') < b.argv.join(' ') ? -1 : 1));
  const about: AboutRecording = {
    format: 1,
    ...label,
    title: options.recording?.title ?? redactor.text(titleOf(facts)),
    kind: options.recording?.kind ?? 'recorded',
    home: redactor.text(options.home),
    modelsPath: redactor.text(options.modelsPath),
    redactions: redactor.summary(),
    sources: [],
  };
  return { facts, tree: { about, commands, notes, entries } };
}

/** 'Fedora Linux 44 (Workstation Edition), Intel Core i7-13700H, GeForce RTX 4060'. */
function titleOf(facts: MachineFacts): string {
  const gpus = facts.gpus.known ? facts.gpus.value : [];
  const names = gpus.map((gpu) => (gpu.name.known ? gpu.name.value : gpu.vendor));
  const system = facts.system.known ? facts.system.value.prettyName : 'Unknown system';
  return [system, ...(facts.cpu.known ? [facts.cpu.value.model] : []), ...names].join(', ').slice(0, 300);
}

/**
 * Entries at their redacted paths, in order. Two paths may have become one, and a link may have come to stand where
 * another path goes through: what lies below a link is left out, so that writing never follows one.
 */
function redactEntries(entries: ReadonlyMap<string, Entry>, redactor: Redactor): RecordedTree['entries'] {
  const redacted = new Map<string, Entry>();
  for (const [path, entry] of entries) redacted.set(redactor.text(path), redactEntry(entry, redactor));
  const links = new Set([...redacted].filter(([, entry]) => entry.kind === 'link').map(([path]) => path));
  const belowLink = (path: string): boolean => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      if (links.has(path.slice(0, at))) return true;
    }
    return false;
  };
  return [...redacted]
    .filter(([path]) => path !== '/' && !belowLink(path))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function redactEntry(entry: Entry, redactor: Redactor): Entry {
  if (entry.kind === 'link') return { kind: 'link', target: redactor.text(entry.target) };
  if (entry.kind !== 'file' || entry.content === null) return entry;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(entry.content);
  } catch {
    // Bytes of EFI variables: a handful, read for one flag.
    return entry;
  }
  return { ...entry, content: new TextEncoder().encode(redactor.text(text)) };
}

function redactCommand(command: RecordedCommand, redactor: Redactor): RecordedCommand {
  const isDf = command.argv[0] === dfCommand[0];
  return {
    argv: command.argv.map((argument) => redactor.text(argument)),
    stdout: isDf ? redactor.df(command.stdout) : redactor.text(command.stdout),
    stderr: redactor.text(command.stderr),
    exit: command.exit,
  };
}

/** pci.ids is 1.6 MB, of which a few lines are about this machine. */
function shortenPciIds(entries: Map<string, Entry>, facts: MachineFacts): void {
  const gpus = facts.gpus.known ? facts.gpus.value : [];
  const wanted = gpus.flatMap((gpu) =>
    gpu.vendorId === null || gpu.deviceId === null ? [] : [{ vendor: gpu.vendorId, device: gpu.deviceId }],
  );
  for (const [path, entry] of entries) {
    const isPciIds = path.endsWith('/pci.ids') || pciIdsPaths.some((known) => known === path);
    if (!isPciIds || entry.kind !== 'file' || entry.content === null) continue;
    const content = new TextEncoder().encode(excerpt(new TextDecoder().decode(entry.content), wanted));
    entries.set(path, { ...entry, content });
  }
}

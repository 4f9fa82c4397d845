// SPDX-License-Identifier: GPL-3.0-or-later

import type { ExitCode } from '../words/cli.ts';
import { render, wrap } from './text.ts';

/** Where text goes. `write` throws `OutputClosed` when nobody reads any more. */
export interface Sink {
  write(bytes: string): void;
  readonly terminal: boolean;
}

export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

export interface OutputOptions {
  readonly color: boolean;
  readonly utf8: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Columns of the terminal now. */
  readonly columns: () => number;
  /** The terminal understands "go back to the start of the line". */
  readonly rewrites: boolean;
}

/** How many columns text is broken at: a terminal's width, but never so wide that it is hard to read. */
export function textColumns(columns: number): number {
  return Math.max(20, Math.min(columns, 100));
}

/** Everything the terminal program prints goes through here. */
export class Output {
  readonly #out: Sink;
  readonly #err: Sink;
  readonly options: OutputOptions;
  /** A progress line stands there and must be cleared before the next text. */
  #fleeting = false;
  /** The cursor stands behind streamed text. */
  #midLine = false;

  constructor(out: Sink, err: Sink, options: OutputOptions) {
    this.#out = out;
    this.#err = err;
    this.options = options;
  }

  get columns(): number {
    return textColumns(this.options.columns());
  }

  get terminal(): boolean {
    return this.#out.terminal;
  }

  /** A paragraph, wrapped. Not printed with --json. */
  say(text = '', indent = ''): void {
    this.lines(wrap(text, this.columns, indent));
  }

  /** Lines that are laid out already. Not printed with --json. */
  lines(lines: readonly string[]): void {
    if (this.options.json) return;
    this.settle();
    for (const line of lines) this.#out.write(`${this.#render(line)}\n`);
  }

  /** What --quiet leaves out. */
  note(text: string, indent = ''): void {
    if (!this.options.quiet) this.say(text, indent);
  }

  /** Text without a newline, as it arrives. */
  stream(text: string): void {
    if (this.options.json || text === '') return;
    this.clearFleeting();
    this.#out.write(this.#render(text));
    this.#midLine = !text.endsWith('\n');
  }

  /** A line that the next text replaces. Only on a terminal that can. */
  fleeting(line: string): void {
    if (this.options.json || this.options.quiet || !this.options.rewrites) return;
    this.#out.write(`\r${this.#render(line)}\u001b[K`);
    this.#fleeting = true;
  }

  clearFleeting(): void {
    if (!this.#fleeting) return;
    this.#fleeting = false;
    this.#out.write('\r\u001b[K');
  }

  /** The terminal echoed the Enter of an answer. */
  lineWasEnded(): void {
    this.#midLine = false;
  }

  /** Ends a line that is under way, so that the next text starts at the left. */
  settle(): void {
    this.clearFleeting();
    if (!this.#midLine) return;
    this.#midLine = false;
    this.#out.write('\n');
  }

  /** The one object of --json. */
  json(value: unknown): void {
    this.#out.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** A program's line for scripts, as it is. */
  raw(line: string): void {
    this.#out.write(`${line}\n`);
  }

  /** To standard error, wrapped. */
  complain(text: string, indent = ''): void {
    if (this.#out.terminal && this.#err.terminal) this.settle();
    for (const line of wrap(text, this.columns, indent)) this.#err.write(`${this.#renderError(line)}\n`);
  }

  #render(text: string): string {
    return render(text, { color: this.options.color && this.#out.terminal, utf8: this.options.utf8 });
  }

  #renderError(text: string): string {
    return render(text, { color: this.options.color && this.#err.terminal, utf8: this.options.utf8 });
  }
}

/** Ends the program with an exit code after everything was said. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly code: ExitCode;

  constructor(code: ExitCode) {
    super(`exit ${code}`);
    this.code = code;
  }
}

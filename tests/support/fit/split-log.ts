// SPDX-License-Identifier: GPL-3.0-or-later

/** Bytes in one memory as llama.cpp reports them; states count as cache. */
export interface SideReport {
  weights: number;
  cache: number;
  compute: number;
}

export interface SplitBytes {
  readonly gpu: SideReport;
  readonly main: SideReport;
}

const MiB = 1024 * 1024;
const zero = (): SideReport => ({ weights: 0, cache: 0, compute: 0 });

/** Reads what llama-server -v prints about a card and main memory while it loads with `--fit off`. */
export class SplitLog {
  readonly bytes: SplitBytes = { gpu: zero(), main: zero() };
  ended = false;
  /** For messages. */
  readonly last: string[] = [];

  /** True when nothing more is needed. */
  take(line: string): boolean {
    if (this.ended) return true;
    this.last.push(line);
    if (this.last.length > 20) this.last.shift();
    const found = /: +(\S+) (model|KV|RS|compute) buffer size = +([\d.]+) MiB/.exec(line);
    if (found === null) return false;
    const [, buffer = '', kind, size] = found;
    // The host's buffer of a driver is main memory.
    const side = /^Vulkan\d+$/.test(buffer) ? this.bytes.gpu : this.bytes.main;
    const part = kind === 'model' ? 'weights' : kind === 'compute' ? 'compute' : 'cache';
    side[part] += Number(size) * MiB;
    // Results come last, those of main memory after the card's.
    this.ended = part === 'compute' && side === this.bytes.main;
    return this.ended;
  }
}

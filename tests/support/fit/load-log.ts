// SPDX-License-Identifier: GPL-3.0-or-later

/** Bytes as llama.cpp reports them; null where it was not asked (weights, before they are loaded). */
export interface Measured {
  readonly mapped: number | null;
  readonly repacked: number | null;
  readonly cache: number;
  readonly state: number;
  readonly compute: number;
  readonly output: number;
}

const MiB = 1024 * 1024;

/** Reads what llama-server -v prints while it loads. It first works out what it would take, then takes it. */
export class LoadLog {
  readonly #whole: boolean;
  #sums: Record<'mapped' | 'repacked' | 'cache' | 'state' | 'compute' | 'output', number> = zero();
  ended = false;
  /** For messages. */
  readonly last: string[] = [];

  /** @param whole wait until everything is loaded; else until the sizes were worked out */
  constructor(whole: boolean) {
    this.#whole = whole;
  }

  /** True when nothing more is needed. */
  take(line: string): boolean {
    // Lines that came along with the last one begin the next pass.
    if (this.ended) return true;
    this.last.push(line);
    if (this.last.length > 20) this.last.shift();
    if (line.includes('loaded meta data with')) this.#sums = zero();
    this.#add('mapped', / CPU(?:_Mapped)? model buffer size = +([\d.]+) MiB/, line);
    this.#add('repacked', / (?:CPU_REPACK|AMX) model buffer size = +([\d.]+) MiB/, line);
    this.#add('cache', /llama_kv_cache: size = +([\d.]+) MiB/, line);
    this.#add('state', /llama_memory_recurrent: size = +([\d.]+) MiB/, line);
    this.#add('output', /output buffer size = +([\d.]+) MiB/, line);
    this.#add('compute', /compute buffer size = +([\d.]+) MiB/, line);
    const sized = this.#sums.compute > 0;
    const done = this.#whole ? sized && this.#sums.mapped > 0 : sized;
    if (done) this.ended = true;
    return done;
  }

  get measured(): Measured {
    const { mapped, repacked, ...rest } = this.#sums;
    return { ...rest, mapped: this.#whole ? mapped : null, repacked: this.#whole ? repacked : null };
  }

  #add(what: keyof ReturnType<typeof zero>, pattern: RegExp, line: string): void {
    const found = pattern.exec(line);
    if (found !== null) this.#sums[what] += Number(found[1]) * MiB;
  }
}

function zero(): Record<'mapped' | 'repacked' | 'cache' | 'state' | 'compute' | 'output', number> {
  return { mapped: 0, repacked: 0, cache: 0, state: 0, compute: 0, output: 0 };
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { never, type Cancel } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import type { Files, Http, HttpAnswer } from '../core/ports.ts';
import {
  readCounters,
  readErrorText,
  readHealth,
  readProps,
  type Counters,
  type Health,
  type Props,
} from '../core/server/answers.ts';

/** Milliseconds that the server may take for a small answer. */
const patience = 10_000;

/** The model's address, asked with Hearth's key. */
export class ServerApi {
  readonly #http: Http;
  readonly #files: Files;
  readonly #keyFile: string;

  constructor(http: Http, files: Files, keyFile: string) {
    this.#http = http;
    this.#files = files;
    this.#keyFile = keyFile;
  }

  /** @throws not-found when there is no key, bad-config when the file is not one */
  async key(): Promise<string> {
    const key = (await this.#files.readText(this.#keyFile, 4096)).trim();
    if (!/^[\x21-\x7e]{16,512}$/.test(key))
      throw new HearthError('bad-config', { path: this.#keyFile, line: 1 });
    return key;
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    return { Authorization: `Bearer ${await this.key()}` };
  }

  /**
   * 'silent' when nothing answers (yet): while the server loads, the proxy closes every connection. 'frozen' when somebody
   * takes the question and says nothing.
   */
  async health(port: number, cancel: Cancel, timeout = patience): Promise<Health | 'silent' | 'frozen'> {
    try {
      const url = `http://127.0.0.1:${port}/health`;
      const answer = await this.#http.request({ method: 'GET', url, timeout }, cancel);
      return readHealth(answer.status, answer.text);
    } catch (thrown) {
      if (hasCode(thrown, 'cancelled')) throw thrown;
      return hasCode(thrown, 'timeout') ? 'frozen' : 'silent';
    }
  }

  /** @throws unauthorized, bad-answer, server-unhealthy and what Http throws */
  async props(port: number, cancel: Cancel): Promise<Props> {
    return readProps(await this.#get(port, '/props', cancel));
  }

  async counters(port: number, cancel: Cancel = never): Promise<Counters> {
    return readCounters(await this.#get(port, '/metrics', cancel));
  }

  /** Whether the address keeps strangers out: a request without the key must be refused. */
  async refusesStrangers(port: number, cancel: Cancel): Promise<boolean> {
    const url = `http://127.0.0.1:${port}/v1/models`;
    const answer = await this.#http.request({ method: 'GET', url, timeout: patience }, cancel);
    return answer.status === 401;
  }

  async #get(port: number, path: string, cancel: Cancel): Promise<string> {
    const request = {
      method: 'GET' as const,
      url: `http://127.0.0.1:${port}${path}`,
      headers: await this.headers(),
      timeout: patience,
    };
    const answer = await this.#http.request(request, cancel);
    refuseBadStatus(answer, path);
    return answer.text;
  }
}

/** @throws unauthorized, server-unhealthy */
export function refuseBadStatus(answer: HttpAnswer, from: string): void {
  if (answer.status === 200) return;
  const options = { detail: readErrorText(answer.text) };
  if (answer.status === 401 || answer.status === 403) throw new HearthError('unauthorized', {}, options);
  throw new HearthError('server-unhealthy', { status: answer.status, from }, options);
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CatalogueEntry } from '../../src/core/models/types.ts';

/**
 * A stand-in for the interface of huggingface.co on loopback. Its answers are composed from the documented format
 * (huggingface.co/docs/huggingface.js/hub/interfaces/ListFileEntry, huggingface.co/docs/hub/api), not recorded.
 */

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface PublisherApi {
  readonly address: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** @param handlers by path without query; `*` answers what no other does. */
export async function publisherApi(handlers: Readonly<Record<string, Handler>>): Promise<PublisherApi> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const handler = handlers[(request.url ?? '').replace(/\?.*/, '')] ?? handlers['*'];
    if (handler === undefined) notThere('EntryNotFound')(request, response);
    else handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function treePath(entry: CatalogueEntry): string {
  const [, repository, revision] = /\.co\/([^/]+\/[^/]+)\/resolve\/([^/]+)\//.exec(entry.file.url) ?? [];
  return `/api/models/${repository}/tree/${revision}`;
}

/** One file of a list, as it is described there. */
export function listed(path: string, size: number, sha256: string | null): object {
  const pointer = { oid: sha256, size, pointerSize: 135 };
  return { type: 'file', oid: 'c'.repeat(40), size, path, ...(sha256 === null ? {} : { lfs: pointer }) };
}

/** The list of a repository that holds what the catalogue says. */
export function treeOf({ file }: CatalogueEntry): readonly object[] {
  return [
    { type: 'directory', oid: 'a'.repeat(40), size: 0, path: 'images' },
    listed('.gitattributes', 1519, null),
    listed(file.name, file.size, file.sha256),
  ];
}

export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(value));
  };
}

export function notThere(code: string): Handler {
  return (_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json', 'x-error-code': code });
    response.end('{"error":"not found"}');
  };
}

export function redirect(to: string): Handler {
  return (_request, response) => {
    response.writeHead(307, { location: to });
    response.end();
  };
}

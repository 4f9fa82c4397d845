// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../core/cancel.ts';
import { never } from '../core/cancel.ts';
import { HearthError, hasCode } from '../core/errors.ts';
import { isUsable } from '../core/models/judge.ts';
import { noHead, parseHead } from '../core/models/transfer.ts';
import type {
  AnswerHead,
  GrowingHash,
  TransferReport,
  TransferRequest,
  Transfers,
} from '../core/models/transfer.ts';
import type { Child, Clock, Files, Processes } from '../core/ports.ts';

/**
 * Downloads by curl and hashes by openssl or sha256sum, each a child that dies with Hearth: the bytes of a model never
 * pass through this process. See docs/decisions/0002-curl-downloads.md.
 */
export interface TransferDeps {
  readonly files: Files;
  readonly processes: Processes;
  readonly clock: Clock;
}

export interface TransferLimits {
  /** Bytes a second below which a transfer counts as stalled, and for how many seconds. */
  readonly slowest: number;
  readonly slowFor: number;
  /** Seconds until a connection must stand. */
  readonly connect: number;
  /** Milliseconds between looks at what has arrived. */
  readonly poll: number;
}

export const transferLimits: TransferLimits = { slowest: 4096, slowFor: 30, connect: 30, poll: 200 };

const MiB = 1024 * 1024;
/** A slice of a file on its way to the hash. */
const sliceMiB = 64;
const headCap = 256 * 1024;

export function curlTransfers(deps: TransferDeps, limits: TransferLimits = transferLimits): Transfers {
  return {
    fetch: (request, onProgress, cancel) => fetchWithCurl(request, onProgress, cancel, deps, limits),
    hash: (path, onPassed) => growingHash(path, deps, onPassed),
    cut: async (path, size) => {
      if (size === 0) {
        await deps.files.remove(path);
        return;
      }
      const argv = ['truncate', '--no-create', `--size=${size}`, '--', path];
      const { exit, stderr } = await deps.processes.run(argv, {}, never);
      if (exit !== 0) throw new HearthError('io', { path }, { detail: stderr.trim() });
    },
  };
}

/** Exported for the test that looks at what is promised to whom. */
export function curlArguments(
  request: TransferRequest,
  head: string,
  limits: TransferLimits,
): readonly string[] {
  const { url, to, offset, size, etag, caFile } = request;
  return [
    'curl',
    // First, or a person's own settings file would be read.
    '--disable',
    '--silent',
    '--show-error',
    '--fail',
    '--globoff',
    '--location',
    '--max-redirs',
    '5',
    '--proto',
    '=https',
    '--proto-redir',
    '=https',
    '--connect-timeout',
    String(limits.connect),
    '--speed-limit',
    String(limits.slowest),
    '--speed-time',
    String(limits.slowFor),
    '--max-filesize',
    String(size - offset),
    '--header',
    'Accept-Encoding: identity',
    ...(offset > 0 ? ['--continue-at', String(offset)] : []),
    ...(offset > 0 && etag !== null ? ['--header', `If-Range: ${etag}`] : []),
    ...(caFile === null ? [] : ['--cacert', caFile]),
    '--dump-header',
    head,
    // A proxy's "connection established" must not pass for the publisher's answer.
    '--suppress-connect-headers',
    '--write-out',
    '%{remote_ip} %{url_effective} %{size_request}\n',
    '--output',
    to,
    '--',
    url,
  ];
}

async function fetchWithCurl(
  request: TransferRequest,
  onProgress: (now: { readonly bytes: number; readonly head: AnswerHead | null }) => void,
  cancel: Cancel,
  deps: TransferDeps,
  limits: TransferLimits,
): Promise<TransferReport> {
  cancel.throwIfCancelled();
  const headPath = `${request.to.replace(/\.part$/, '')}.head`;
  await deps.files.remove(headPath);
  const lines: string[] = [];
  const child = await deps.processes.start(curlArguments(request, headPath, limits), {
    onLine: (line) => lines.push(line),
  });
  const forget = cancel.onCancel(() => child.signal('KILL'));
  const running = { over: false };
  const ended = child.exited.then((end) => {
    running.over = true;
    return end;
  });
  await child.closeStdin();
  try {
    await watch(request, headPath, onProgress, ended, running, child, deps, limits);
    const { exit, stderrTail } = await ended;
    cancel.throwIfCancelled();
    const [address, effective, sent] = (lines[0] ?? '').split(' ');
    return {
      exit,
      head: await readHead(headPath, deps.files),
      host: hostOnly(effective ?? ''),
      address: address === undefined || address === '' ? null : address,
      sent: /^\d+$/.test(sent ?? '') ? Number(sent) : null,
      detail: stderrTail.trim(),
      bytes: await sizeOf(request.to, deps.files),
    };
  } finally {
    forget();
    await deps.files.remove(headPath).catch(() => {});
  }
}

/** Tells what has arrived until the end, and stops a body that must not be kept. */
async function watch(
  request: TransferRequest,
  headPath: string,
  onProgress: (now: { readonly bytes: number; readonly head: AnswerHead | null }) => void,
  ended: Promise<unknown>,
  running: { readonly over: boolean },
  child: Child,
  { files, clock }: TransferDeps,
  limits: TransferLimits,
): Promise<void> {
  let head: AnswerHead | null = null;
  while (!running.over) {
    await Promise.race([ended, clock.sleep(limits.poll, never)]);
    const bytes = await sizeOf(request.to, files);
    if (head === null && bytes > request.offset) head = await readHead(headPath, files);
    onProgress({ bytes, head });
    const wrong = (head !== null && !isUsable(head, request)) || bytes > request.size;
    if (wrong && !running.over) child.signal('KILL');
  }
}

async function readHead(path: string, files: Files): Promise<AnswerHead> {
  try {
    return parseHead(await files.readText(path, headCap));
  } catch (thrown) {
    if (hasCode(thrown, 'not-found', 'not-text', 'too-large')) return noHead;
    throw thrown;
  }
}

async function sizeOf(path: string, files: Files): Promise<number> {
  return (await files.stat(path))?.size ?? 0;
}

function hostOnly(url: string): string {
  return /^https?:\/\/([^/?#]+)/i.exec(url)?.[1]?.toLowerCase() ?? '';
}

/**
 * A shell that passes on slices of the file, as they are named on its input, to a program that hashes. The slices come
 * from the page cache while they are fresh, so that the hash is there when the last byte is.
 */
async function growingHash(
  path: string,
  { processes }: TransferDeps,
  onPassed: ((bytes: number) => void) | undefined,
): Promise<GrowingHash> {
  const openssl = (await processes.find('openssl')) !== null;
  const hasher = openssl ? 'openssl dgst -sha256 -r' : 'sha256sum';
  // Each slice that has passed is told beside the hash.
  const slice = 'dd if="$1" bs=1048576 skip="$skip" count="$count" status=none && echo "$skip+$count" >&3';
  const script = `{ while read -r skip count; do ${slice} || exit; done | ${hasher}; } 3>&1`;
  const lines: string[] = [];
  /** Bytes that have passed, and who waits for the next slice. */
  let passed = 0;
  let wake: () => void = () => {};
  const hear = (line: string): void => {
    const told = /^(\d+)\+(\d+)$/.exec(line);
    if (told === null) return void lines.push(line);
    passed = (Number(told[1]) + Number(told[2])) * MiB;
    onPassed?.(passed);
    wake();
  };
  const child = await processes.start(['sh', '-c', script, 'sh', path], { onLine: hear });
  let over = false;
  void child.exited.then(() => {
    over = true;
    wake();
  });
  let named = 0;
  let work: Promise<void> = Promise.resolve();
  const name = (to: number): void => {
    if (to <= named) return;
    const text = `${named} ${to - named}\n`;
    named = to;
    work = work.then(() => child.write(new TextEncoder().encode(text)));
    // Told again by `finish`, which waits for it.
    work.catch(() => {});
  };
  return {
    advance: (size) => {
      const whole = Math.floor(size / MiB);
      if (whole - named >= 4) name(whole);
    },
    finish: async (size) => {
      const all = Math.ceil(size / MiB);
      try {
        // A slice at a time, so that it can be told how far it is, and stopped soon.
        while (named < all && !over) {
          name(Math.min(all, named + sliceMiB));
          await work;
          while (passed < (named - sliceMiB) * MiB && !over) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
        await work;
      } finally {
        await child.closeStdin();
      }
      const { exit, stderrTail } = await child.exited;
      const hash = /^([0-9a-f]{64})\b/.exec(lines[0] ?? '')?.[1];
      if (exit !== 0 || hash === undefined || stderrTail.trim() !== '') {
        throw new HearthError('io', { path }, { detail: stderrTail.trim() });
      }
      return hash;
    },
    abandon: () => {
      child.signal('KILL');
      void child.closeStdin();
    },
  };
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { never } from '../../core/cancel.ts';
import { HearthError } from '../../core/errors.ts';
import type { CatalogueEntry } from '../../core/models/types.ts';
import type { Child, Clock, Files, Processes } from '../../core/ports.ts';
import { practiceEntry } from '../../core/models/practice.ts';

export interface PublisherDeps {
  readonly pkgDataDir: string;
  /** Practice's own folder. */
  readonly folder: string;
  readonly processes: Processes;
  readonly files: Files;
  readonly clock: Clock;
  /** Bytes per second that the publisher sends, so that a download can be seen; null for no limit. */
  readonly rate: number | null;
}

export interface Publisher {
  readonly entry: CatalogueEntry;
  readonly caFile: string;
  close(): Promise<void>;
}

/** Milliseconds until the publisher must listen. */
const patience = 15_000;
/** Stands for the revision that a real publisher pins. */
const revision = '0'.repeat(40);
const fileName = 'practice-model.gguf';

/**
 * Makes the practice model, a certificate for this one run, and starts the publisher of it on loopback. It dies with
 * Hearth.
 *
 * @throws command-missing with what to install, command-failed
 */
export async function startPublisher(deps: PublisherDeps): Promise<Publisher> {
  const folder = `${deps.folder}/publisher`;
  await deps.files.makeFolder(folder, 0o700);
  const model = `${folder}/${fileName}`;
  await Promise.all([makeModel(deps, model), makeCertificate(deps, folder)]);
  const [size, sha256] = await Promise.all([sizeOf(deps, model), hashOf(deps, model)]);
  const path = `/practice/${revision}/${fileName}`;
  const { child, port } = await listen(deps, [model, path, `${folder}/cert.pem`, `${folder}/key.pem`]);
  return {
    entry: practiceEntry({
      url: `https://localhost:${port}${path}`,
      name: fileName,
      size,
      sha256,
      revision,
    }),
    caFile: `${folder}/cert.pem`,
    close: async () => {
      await child.closeStdin();
      child.signal('TERM');
      await child.exited;
    },
  };
}

async function makeModel({ processes, pkgDataDir }: PublisherDeps, path: string): Promise<void> {
  const script = `${pkgDataDir}/practice/make-model.py`;
  const { exit, stderr } = await processes.run(['python3', script, path], { timeout: 60_000 }, never);
  if (exit === 0) return;
  const module = /missing-module: (\w+)/.exec(stderr)?.[1];
  if (module !== undefined) throw new HearthError('command-missing', { command: `python3-${module}` });
  throw new HearthError('command-failed', { command: 'make-model.py' }, { detail: stderr.trim() });
}

/** A key that lives as long as the practice folder; curl is told to trust this certificate and no other. */
async function makeCertificate({ processes }: PublisherDeps, folder: string): Promise<void> {
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const argv = [
    ...['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', '/CN=Hearth practice', '-addext', names],
    ...['-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`],
  ];
  const { exit, stderr } = await processes.run(argv, { timeout: 30_000 }, never);
  if (exit !== 0) throw new HearthError('command-failed', { command: 'openssl' }, { detail: stderr.trim() });
}

async function sizeOf({ files }: PublisherDeps, path: string): Promise<number> {
  const stat = await files.stat(path);
  if (stat === null) throw new HearthError('not-found', { path });
  return stat.size;
}

async function hashOf({ processes }: PublisherDeps, path: string): Promise<string> {
  const { stdout, exit, stderr } = await processes.run(['sha256sum', '--', path], {}, never);
  if (exit !== 0)
    throw new HearthError('command-failed', { command: 'sha256sum' }, { detail: stderr.trim() });
  return stdout.slice(0, 64);
}

async function listen(
  { processes, pkgDataDir, clock, rate }: PublisherDeps,
  files: readonly string[],
): Promise<{ readonly child: Child; readonly port: number }> {
  const limit = rate === null ? [] : [String(rate)];
  let tell: (port: number) => void = () => {};
  const listens = new Promise<number>((resolve) => {
    tell = resolve;
  });
  const child = await processes.start(
    ['python3', `${pkgDataDir}/practice/publisher.py`, ...files, ...limit],
    {
      onLine: (line) => {
        const port = /"port": (\d+)/.exec(line)?.[1];
        if (port !== undefined) tell(Number(port));
      },
    },
  );
  const failed = Promise.race([child.exited, clock.sleep(patience, never).then(() => null)]).then((end) => {
    throw new HearthError('command-failed', { command: 'publisher.py' }, { detail: end?.stderrTail ?? '' });
  });
  // Once it listens nobody waits for the failure any more.
  failed.catch(() => {});
  return { child, port: await Promise.race([listens, failed]) };
}

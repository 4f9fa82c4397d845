// SPDX-License-Identifier: GPL-3.0-or-later

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../src/core/cancel.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { startPublisher } from '../../src/platform/practice/publisher.ts';
import { processes } from '../../src/platform/processes.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';

const deps = { pkgDataDir: `${GLib.get_current_dir()}/data`, processes, files, clock };

async function curl(...argv: readonly string[]): Promise<string> {
  const out = await processes.run(['curl', '--silent', '--show-error', ...argv], { timeout: 20_000 }, never);
  return `${out.stdout}${out.stderr}`;
}

test('the practice publisher gives the file it promises, in parts, over TLS that only its own certificate opens', async () => {
  const folder = temporaryFolder();
  const publisher = await startPublisher({ ...deps, folder, rate: null });
  const { url, size, sha256: hash } = publisher.entry.file;
  await curl('--cacert', publisher.caFile, '-o', `${folder}/whole`, url);
  equal((await files.stat(`${folder}/whole`))?.size, size);
  equal(sha256(await files.readBytes(`${folder}/whole`)), hash);
  const head = await curl('--cacert', publisher.caFile, '-r', '100-199', '-D', '-', '-o', '/dev/null', url);
  assert(head.startsWith('HTTP/1.1 206'), head);
  assert(head.includes(`Content-Range: bytes 100-199/${size}`), head);
  assert(
    (await curl('--cacert', publisher.caFile, '-r', `${size}-`, '-I', url)).startsWith('HTTP/1.1 416'),
    '416',
  );
  assert((await curl(url)).includes('SSL certificate'), 'not trusted without its certificate');
  await publisher.close();
  assert((await curl('--cacert', publisher.caFile, url)).includes('connect'), 'gone after close');
});

test('the same words make the same model', async () => {
  const [a, b] = [temporaryFolder(), temporaryFolder()];
  const one = await startPublisher({ ...deps, folder: a, rate: null });
  const two = await startPublisher({ ...deps, folder: b, rate: null });
  equal(one.entry.file.sha256, two.entry.file.sha256);
  await Promise.all([one.close(), two.close()]);
});

await run();

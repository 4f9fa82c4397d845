// SPDX-License-Identifier: GPL-3.0-or-later

// Whether a model can be an agent: the practice model through the real server, which cannot, and a scripted stand-in for a
// model (simulated) through the real Goose behind its real wall, which can.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../src/core/cancel.ts';
import type { Endpoint } from '../../src/core/server/types.ts';
import { checkCapability, keptCapability, type CapabilityDeps } from '../../src/engine/capability.ts';
import { OfflineGoose } from '../../src/engine/goose-offline.ts';
import { observePrograms } from '../../src/engine/programs.ts';
import { clock, random } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { processes } from '../../src/platform/processes.ts';
import { bench, http, makeModel, type Bench } from '../support/serving.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';

const program =
  GLib.getenv('HEARTH_GOOSE') ??
  `${GLib.get_current_dir()}/node_modules/@aaif/goose-binary-linux-x64/bin/goose`;
const model = await makeModel(temporaryFolder());

function depsFor(here: Bench, goose: string): CapabilityDeps {
  const offline = new OfflineGoose({
    ...{ processes, files, clock, random },
    proc: new LocalLook(),
    paths: here.paths,
    home: here.paths.home,
    userName: 'somebody',
    environment: { LANG: 'C.UTF-8', TERM: 'xterm' },
    programs: () => observePrograms({ processes, files, home: here.paths.home, goose }),
  });
  const runOffline: CapabilityDeps['runOffline'] = (request, cancel) => offline.run(request, cancel);
  return { ...{ http, files, processes, clock }, api: here.serving.api, runOffline };
}

const checked = { path: model, sha256: 'a'.repeat(64), engine: '0.7.0' };
const leftovers = async (): Promise<string> =>
  (await processes.run(['sh', '-c', 'ls -d /tmp/hearth-check-* 2>/dev/null'], {}, never)).stdout;

/** SIMULATED: see scripted-model.mjs. */
async function scripted(here: Bench, ...words: readonly string[]): Promise<Endpoint> {
  let tell: (line: string) => void = () => {};
  const line = new Promise<string>((resolve) => (tell = resolve));
  await processes.start(['node', 'tests/support/scripted-model.mjs', ...words], {
    onLine: (text) => tell(text),
  });
  const endpoint = await here.serving.start(here.request({ contextTokens: 32768 }), never);
  return { ...endpoint, port: Number(await line) };
}

test('the practice model is asked for a real tool call, and is chat only', async () => {
  const here = await bench(model);
  const endpoint = await here.serving.start(here.request({ contextTokens: 32768 }), never);
  const before = await here.serving.api.counters(endpoint.port);
  const found = await checkCapability(endpoint, checked, depsFor(here, program), never);
  const after = await here.serving.api.counters(endpoint.port);
  equal([found.verdict, found.notTried], ['chat-only', null]);
  assert(after.promptTokens > before.promptTokens, 'the server read the question');
  equal(await keptCapability(checked, files), found, 'kept beside the file');
  equal(await keptCapability({ ...checked, engine: '0.8.0' }, files), null, 'for this engine');
  equal(await leftovers(), '');
  await here.serving.stop();
});

test('SIMULATED model, real Goose behind its wall: a file made by a tool is an agent', async () => {
  const here = await bench(model);
  await files.makeFolder(here.paths.home, 0o700);
  const endpoint = await scripted(here);
  const found = await checkCapability(endpoint, checked, depsFor(here, program), never);
  equal(found.verdict, 'agent', found.seen);
  equal(found.seen, 'set_lamp({"room":"kitchen","on":true})');
  equal(await leftovers(), '', 'the folder is gone');
  await here.serving.stop();
});

test('SIMULATED model: what it says it did is not taken for done', async () => {
  const here = await bench(model);
  await files.makeFolder(here.paths.home, 0o700);
  const endpoint = await scripted(here, 'lazy');
  const found = await checkCapability(endpoint, checked, depsFor(here, program), never);
  equal([found.verdict, found.notTried], ['tools-only', null]);
  assert(found.seen.includes('I have created the file'), found.seen);
  const without = await checkCapability(endpoint, checked, depsFor(here, '/nonexistent/goose'), never);
  equal([without.verdict, without.notTried], ['tools-only', 'no-goose']);
  const short = await checkCapability(
    { ...endpoint, contextTokens: 8192 },
    checked,
    depsFor(here, program),
    never,
  );
  equal([short.verdict, short.notTried], ['tools-only', 'small-context']);
  await here.serving.stop();
});

await run(120_000);

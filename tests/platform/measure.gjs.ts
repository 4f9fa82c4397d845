// SPDX-License-Identifier: GPL-3.0-or-later

// How fast a model is here: measured with the real llama-server, kept beside the model, and dropped when it no longer holds.

import GLib from 'gi://GLib?version=2.0';

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { composePractice } from '../../src/compose/compose.ts';
import type { Offer } from '../../src/core/models/types.ts';
import { measureRates } from '../../src/engine/measure.ts';
import { clock } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { agentSentence, speedSentence } from '../../src/words/measured.ts';
import { bench, http, makeModel } from '../support/serving.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const config = {
  appId: 'io.github.hearthdesktop.Hearth',
  version: '0',
  profile: 'development',
  pkgDataDir: `${GLib.get_current_dir()}/data`,
  localeDir: '',
  libexecDir: '',
  resourceBase: '',
} as const;
const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));
const { hearth, paths } = await composePractice(config, { machine: null });

function offer(): Offer {
  const found = hearth.state.value.shelf?.offers.find(({ entry }) => entry.practice);
  if (found === undefined) throw new Error('no practice model on the shelf');
  return found;
}
const file = (): string => `${paths.models}/${offer().entry.id}/measured.json`;

test('the server’s own timings become rates, in some ten seconds', async () => {
  const { serving, request } = await bench(await makeModel(temporaryFolder()));
  const endpoint = await serving.start(request(), never);
  const started = clock.monotonic();
  const rates = await measureRates(endpoint, { http, api: serving.api, clock }, never);
  const took = clock.monotonic() - started;
  assert(took < 11_000, `in time: ${took} ms`);
  // Beside other work even this model may be slow; a few words there are in any case.
  assert(rates.promptTokens >= 12 && rates.answerTokens >= 2, JSON.stringify(rates));
  assert(rates.promptRate > 1 && rates.answerRate > 0.2, JSON.stringify(rates));
  // What it says is what its counters say.
  const counted = await serving.api.counters(endpoint.port);
  assert(counted.promptTokens >= rates.promptTokens, 'the counters saw the prompt');
  const cancel = new CancelSource();
  const asked = measureRates(endpoint, { http, api: serving.api, clock }, cancel);
  cancel.cancel();
  equal(code(await rejection(asked)), 'cancelled');
  await serving.stop();
  equal(
    code(await rejection(measureRates(endpoint, { http, api: serving.api, clock }, never))),
    'server-died',
  );
});

test('after the download it takes the place of the estimate', async () => {
  await hearth.refresh();
  hearth.choose(offer().entry.id);
  equal(code(await rejection(hearth.measure(offer().entry.id, never))), 'unknown-model', 'not here yet');
  await hearth.apply(await hearth.plan('model'));
  equal(offer().installed?.measured, null);
  const estimate = offer().fit.generation;
  const measured = await hearth.measure(offer().entry.id, never);
  const now = offer();
  equal(now.installed?.measured, measured);
  equal(now.fit.generation, { low: measured.answerRate, high: measured.answerRate });
  equal(now.estimate?.generation, estimate, 'the estimate stays');
  equal(measured.sha256, now.entry.file.sha256);
  match(measured.device, /^cpu: ./);
  match(speedSentence(now), /tokens a second: measured here on \d{4}-\d\d-\d\d$/);
  match(agentSentence(now), /Measured here on/);
  const { server } = hearth.state.value;
  assert(server.tag === 'ready' && server.endpoint.isolation.isolated, 'behind the wall');
});

test('a broken or foreign note is ignored, and a new measurement takes its place', async () => {
  const good = await files.readText(file());
  const sha = offer().entry.file.sha256;
  const broken = [
    '',
    '{',
    'null',
    '{"version":1}',
    good.replace('"version":1', '"version":7'),
    good.replace(sha, '0'.repeat(64)),
    good.replace(/"engine":"[^"]*"/, '"engine":"0.0.1"'),
    good.replace(/"computer":"[^"]*"/, '"computer":"another"'),
    good.replace(/"answerRate":[\d.]+/, '"answerRate":-1'),
    'x'.repeat(200_000),
  ];
  for (const text of broken) {
    assert(text !== good, 'another text');
    await files.writeAtomic(file(), text, 0o644);
    await hearth.refresh();
    equal(offer().installed?.measured, null, text.slice(0, 60));
    equal(offer().estimate ?? null, null);
  }
  await hearth.measure(offer().entry.id, never);
  assert(offer().installed?.measured !== null, 'measured again');
  equal(JSON.parse(await files.readText(file())).version, 1);
});

test('it is dropped when another device does the work', async () => {
  await hearth.stopServing();
  const good = await files.readText(file());
  await files.writeAtomic(file(), good.replace(/"device":"[^"]*"/, '"device":"gpu: Another Card"'), 0o644);
  await hearth.refresh();
  assert(offer().installed?.measured !== null, 'nothing speaks against it yet');
  await hearth.serve(never);
  equal(await files.stat(file()), null, 'the server says otherwise');
});

test('another context is another speed', async () => {
  await hearth.measure(offer().entry.id, never);
  hearth.choose(offer().entry.id, 8192);
  await hearth.refresh();
  equal(offer().installed?.measured, null);
  hearth.choose(offer().entry.id, null);
  await hearth.refresh();
  assert(offer().installed?.measured !== null, 'the first context again');
});

test('a model that is not the chosen one answers for that long only', async () => {
  const { id } = offer().entry;
  const other = hearth.state.value.shelf?.offers.find(({ entry }) => !entry.practice);
  hearth.choose(other?.entry.id ?? '');
  const measured = await hearth.measure(id, never);
  assert(measured.answerRate > 0, 'measured');
  equal(hearth.state.value.server, { tag: 'off' });
  equal(hearth.state.value.choices.modelId, other?.entry.id ?? '', 'the choice stays');
  hearth.choose(id);
});

test('a cancelled one keeps nothing, and a removed model leaves no note', async () => {
  await files.remove(file());
  const cancel = new CancelSource();
  const asked = hearth.measure(offer().entry.id, cancel);
  await clock.sleep(50, never);
  cancel.cancel();
  equal(code(await rejection(asked)), 'cancelled');
  equal(await files.stat(file()), null);
  await hearth.measure(offer().entry.id, never);
  const folder = GLib.path_get_dirname(file());
  await hearth.apply(await hearth.planRemoval(offer().entry.id));
  equal(await files.stat(folder), null, 'the folder is gone with all that was in it');
  await hearth.close();
});

await run();

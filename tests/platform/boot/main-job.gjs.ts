// SPDX-License-Identifier: GPL-3.0-or-later

// The main job for real, not in practice: the composition of a person's computer under a real user manager, with a model
// that is in the catalogue and lies in Downloads already, so that no publisher is needed.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../../src/core/cancel.ts';
import type { BuildConfig } from '../../../src/core/config.ts';
import { unitNames } from '../../../src/core/server/units.ts';
import { practiceEntry } from '../../../src/core/models/practice.ts';
import type { Proof } from '../../../src/core/proof/types.ts';
import type { Plan } from '../../../src/core/setup/plan.ts';
import { composeReal } from '../../../src/compose/compose.ts';
import { sha256 } from '../../../src/platform/clock.ts';
import { files } from '../../../src/platform/files.ts';
import { processes } from '../../../src/platform/processes.ts';
import { makeModel } from '../../support/serving.ts';
import { assert, equal, run, temporaryFolder, test } from '../../support/tap.ts';

const modules = `${GLib.get_current_dir()}/node_modules/@aaif/goose-binary-linux-x64`;
if (GLib.getenv('HEARTH_GOOSE') === null) GLib.setenv('HEARTH_GOOSE', `${modules}/bin/goose`, true);

const appId = 'io.github.hearthdesktop.Hearth';
const home = GLib.get_home_dir();
const share = temporaryFolder();
const downloads = `${home}/Downloads`;
await files.makeFolder(downloads, 0o755);
const made = await makeModel(downloads);
const name = 'small-model.gguf';
await files.rename(made, `${downloads}/${name}`);

const revision = '1'.repeat(40);
const bytes = await files.readBytes(`${downloads}/${name}`);
const entry = {
  ...practiceEntry({
    url: `https://publisher.invalid/small/${revision}/${name}`,
    name,
    size: bytes.length,
    sha256: sha256(bytes),
    revision,
  }),
  id: 'small',
  name: 'Small Model',
  homepage: 'https://publisher.invalid/small',
  practice: false,
};
const list = { version: 1, generated: '2026-11-23', entries: [entry] };
await files.makeFolder(`${share}/hearth/catalogue`, 0o755);
await files.writeAtomic(`${share}/hearth/catalogue/hearth.json`, JSON.stringify(list), 0o644);
await files.makeFolder(`${share}/glib-2.0/schemas`, 0o755);
const schemas = await processes.run(
  [
    'glib-compile-schemas',
    `--targetdir=${share}/glib-2.0/schemas`,
    `${GLib.getenv('XDG_DATA_DIRS')?.split(':')[0]}/glib-2.0/schemas`,
  ],
  {},
  never,
);

const config: BuildConfig = {
  appId,
  version: 'test',
  profile: 'default',
  pkgDataDir: `${share}/hearth`,
  localeDir: `${share}/locale`,
  libexecDir: share,
  resourceBase: '/io/github/hearthdesktop/Hearth',
};
const { hearth, paths } = await composeReal(config, { machine: null });
const state = () => hearth.state.value;
const applied: Plan[] = [];
async function apply(task: 'model' | 'try' | 'tools'): Promise<Plan> {
  const plan = await hearth.plan(task);
  if (plan.steps.length > 0) await hearth.apply(plan);
  applied.push(plan);
  return plan;
}
const active = async (unit: string): Promise<string> =>
  (await processes.run(['systemctl', '--user', 'is-active', unit], {}, never)).stdout.trim();

test('this computer is looked at, and the model in Downloads is offered', async () => {
  equal(schemas.exit, 0, schemas.stderr);
  await hearth.refresh();
  equal(state().mode, { tag: 'real' });
  equal(state().programs?.userManager, true);
  equal(state().standings.computer.tag, 'done');
  hearth.choose('small');
  const plan = await hearth.plan('model');
  assert(
    plan.steps.every((one) => one.touches.hosts.length === 0),
    'nobody is contacted',
  );
  await apply('model');
  equal(state().standings.model.tag, 'done');
  const place = state().shelf?.offers.find((offer) => offer.entry.id === 'small')?.installed?.path ?? '';
  equal(sha256(await files.readBytes(place)), entry.file.sha256);
});

test('a question starts the server as user units, and is answered from behind the wall', async () => {
  const answer = await hearth.ask([{ role: 'user', content: 'What is a hearth?' }], () => {}, never);
  assert(answer.text.length > 0, 'an answer');
  const { server } = state();
  assert(server.tag === 'ready', `the server is ${server.tag}`);
  equal(server.endpoint.way, 'user-units');
  equal([server.endpoint.isolation.isolated, server.endpoint.isolation.interfaces], [true, ['lo']]);
  equal([await active(unitNames.socket), await active(unitNames.model)], ['active', 'active']);
  equal(state().standings.try.tag, 'done');
});

test('Goose is set up in the person’s own settings and asks the same model', async () => {
  const goose = `${paths.config}/goose`;
  await files.makeFolder(goose, 0o755);
  await files.writeAtomic(`${goose}/config.yaml`, '# mine\nGOOSE_MODE: chat\n', 0o600);
  await hearth.refresh();
  await apply('tools');
  const text = await files.readText(`${goose}/config.yaml`);
  assert(text.startsWith('# mine\nGOOSE_MODE: chat\n'), text);
  const answer = await hearth.askGoose('What is a hearth?', () => {}, never);
  assert(answer.tokensSeen > 0 && answer.text !== '', 'Goose answered');
  equal(state().standings.tools.tag, 'done');
});

test('the proof of it holds, and with the model at rest looks without waking it', async () => {
  const verdicts = (proof: Proof) =>
    Object.fromEntries(proof.checks.map(({ id, verdict }) => [id, verdict.tag]));
  const running = verdicts(await hearth.prove({ start: true }, never));
  for (const id of ['wall', 'listeners', 'key', 'origin', 'others', 'goose-telemetry', 'cloud'])
    equal([id, running[id]], [id, 'holds']);
  await processes.run(['systemctl', '--user', 'stop', unitNames.proxy, unitNames.model], {}, never);
  const resting = verdicts(await hearth.prove({ start: false }, never));
  equal([resting['listeners'], resting['wall'], resting['key']], ['holds', 'unknown', 'unknown']);
  equal([await active(unitNames.socket), await active(unitNames.model)], ['active', 'inactive']);
  await hearth.serve(never);
});

test('a second Hearth finds everything as it is and has nothing to do', async () => {
  const second = await composeReal(config, { machine: null });
  await second.hearth.refresh();
  const { standings, server } = second.hearth.state.value;
  equal([standings.model.tag, standings.tools.tag, server.tag], ['done', 'done', 'ready']);
  equal((await second.hearth.plan('model')).steps.length <= 1, true);
  equal((await second.hearth.plan('tools')).steps, []);
  await second.hearth.close();
  equal(await active(unitNames.model), 'active', 'units outlive a Hearth');
});

test('all of it is taken back, and the person’s own things stay', async () => {
  await hearth.refresh();
  for (const entryDone of state().journal.toReversed()) {
    if (entryDone.steps.some((one) => one.undo.undo !== 'nothing')) await hearth.undo(entryDone.plan);
  }
  await hearth.refresh();
  equal(await files.readText(`${paths.config}/goose/config.yaml`), '# mine\nGOOSE_MODE: chat\n');
  equal(await files.stat(`${paths.config}/goose/custom_providers/hearth.json`), null);
  equal((await files.stat(`${downloads}/${name}`))?.size, bytes.length);
  equal(await active(unitNames.socket), 'inactive');
  for (const unit of Object.values(unitNames)) {
    equal(await files.stat(`${paths.config}/systemd/user/${unit}`), null, unit);
  }
  equal(state().shelf?.offers.find((offer) => offer.entry.id === 'small')?.installed ?? null, null);
  equal(await files.stat(paths.keyFile), null);
});

await run();

// SPDX-License-Identifier: GPL-3.0-or-later

// The container for real: rootless podman, a Quadlet under a real user manager, an image of this system's llama-server.
// The registry that it is fetched from is simulated.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../../src/core/cancel.ts';
import type { BuildConfig } from '../../../src/core/config.ts';
import { HearthError } from '../../../src/core/errors.ts';
import { practiceEntry } from '../../../src/core/models/practice.ts';
import { containerName, quadletName } from '../../../src/core/server/quadlet.ts';
import { unitNames } from '../../../src/core/server/units.ts';
import { engineOf } from '../../../src/core/setup/engine-of.ts';
import { readLedger } from '../../../src/core/setup/ledger.ts';
import { composeReal } from '../../../src/compose/compose.ts';
import { sha256 } from '../../../src/platform/clock.ts';
import { files } from '../../../src/platform/files.ts';
import { LocalLook } from '../../../src/platform/look.ts';
import { processes } from '../../../src/platform/processes.ts';
import { output, startRegistry } from '../../support/container/registry.ts';
import { http, makeModel, until } from '../../support/serving.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../../support/tap.ts';

const registry = await startRegistry(60e6);
const image = `${registry.repository}@${registry.digest}`;

const share = temporaryFolder();
const downloads = `${GLib.get_home_dir()}/Downloads`;
await files.makeFolder(downloads, 0o755);
const name = 'small-model.gguf';
await files.rename(await makeModel(downloads), `${downloads}/${name}`);
const bytes = await files.readBytes(`${downloads}/${name}`);
const revision = '1'.repeat(40);
const url = `https://publisher.invalid/small/${revision}/${name}`;
const entry = {
  ...practiceEntry({ url, name, size: bytes.length, sha256: sha256(bytes), revision }),
  id: 'small',
  name: 'Small Model',
  homepage: 'https://publisher.invalid/small',
  practice: false,
};
async function put(path: string, value: unknown): Promise<void> {
  await files.makeFolder(GLib.path_get_dirname(`${share}/${path}`), 0o755);
  await files.writeAtomic(`${share}/${path}`, JSON.stringify(value), 0o644);
}
await put('hearth/catalogue/hearth.json', { version: 1, generated: '2026-11-23', entries: [entry] });
const architectures = [await output('uname', '-m')];
const { repository, digest, size } = registry;
const pinned = { devices: ['cpu', 'vulkan'], repository, digest, size, architectures };
await put('hearth/engines/images.json', { version: 1, images: [pinned] });
await files.makeFolder(`${share}/glib-2.0/schemas`, 0o755);
await output(
  'glib-compile-schemas',
  `--targetdir=${share}/glib-2.0/schemas`,
  `${GLib.getenv('XDG_DATA_DIRS')?.split(':')[0]}/glib-2.0/schemas`,
);
const config: BuildConfig = {
  appId: 'io.github.hearthdesktop.Hearth',
  version: 'test',
  profile: 'default',
  pkgDataDir: `${share}/hearth`,
  localeDir: `${share}/locale`,
  libexecDir: share,
  resourceBase: '/io/github/hearthdesktop/Hearth',
};
const { hearth, paths } = await composeReal(config, { machine: null });
const state = () => hearth.state.value;
const look = new LocalLook();
const quadlet = `${paths.config}/containers/systemd/${quadletName}`;
const question = [{ role: 'user' as const, content: 'What is a hearth?' }];
const active = async (unit: string): Promise<string> =>
  (await processes.run(['systemctl', '--user', 'is-active', unit], {}, never)).stdout.trim();
const hasImage = async (): Promise<boolean> =>
  (await processes.run(['podman', 'image', 'exists', image], {}, never)).exit === 0;
function endpoint() {
  const { server } = state();
  if (server.tag !== 'ready') throw new Error(`the server is ${server.tag}`);
  return server.endpoint;
}

test('by itself Hearth takes what is installed; a container is possible, and is fetched by nobody’s asking', async () => {
  await hearth.refresh();
  hearth.choose('small');
  await hearth.apply(await hearth.plan('model'));
  const decision = engineOf(state());
  equal([decision?.chosen, decision?.because], ['native-units', 'installed']);
  const box = decision?.candidates.find((one) => one.id === 'container');
  equal([box?.usable, box?.obstacles], [true, []]);
  // Where these tests run, the kernel's controllers belong to somebody else.
  equal(box?.notes.at(-1), { code: 'to-fetch', args: { host: repository.split('/')[0] ?? '', size } });
  hearth.chooseEngine('container');
  equal(engineOf(state())?.chosen, 'container');
  const refused = await rejection(hearth.ask(question, () => {}, never));
  equal(refused instanceof HearthError && refused.code, 'image-first');
  equal([await hasImage(), registry.requests.length], [false, 0]);
});

test('the plan fetches the image by its digest, writes the Quadlet and has it answer', async () => {
  const plan = await hearth.plan('try');
  equal(
    plan.steps.map((step) => step.action.do),
    [
      ...['make-key', 'pull-image', 'write-file', 'write-file', 'write-file'],
      ...['units', 'units', 'units', 'serve'],
    ],
  );
  equal(plan.steps[1]?.touches.downloadBytes, size);
  const seen = new Set<number>();
  const unwatch =
    state().jobs.try === undefined
      ? hearth.state.subscribe(({ jobs }) => {
          const progress = jobs.try?.progress;
          if (progress?.stepId === 'pull-image' && progress.done !== null) seen.add(progress.done);
        })
      : () => {};
  await hearth.apply(plan);
  unwatch();
  assert(seen.size >= 2 && Math.max(...seen) <= size, `progress in bytes: ${[...seen].join(', ')}`);
  equal(await hasImage(), true);
  assert(
    registry.requests.every((line) => !/manifests\/(?!sha256:)/.test(line)),
    'only asked for by digest',
  );
  const { lines } = readLedger(await files.readText(`${paths.state}/ledger.jsonl`));
  const contact = lines.find((line) => line.why === 'image');
  equal([contact?.host, contact?.subject, contact?.status], [repository.split('/')[0], image, 200]);
  assert(
    Math.abs((contact?.received ?? 0) - size) < size / 5,
    `${String(contact?.received)} of ${size} bytes`,
  );
  equal([endpoint().way, endpoint().port, endpoint().isolation.interfaces], ['container', 4327, ['lo']]);
});

test('the generator of podman and systemd understand every line of the Quadlet', async () => {
  const quadletProgram = '/usr/libexec/podman/quadlet';
  const said = await processes.run([quadletProgram, '-dryrun', '-user'], {}, never);
  equal(said.exit, 0, said.stderr);
  assert(!/unsupported|error|invalid/i.test(said.stderr), said.stderr);
  for (const wanted of [
    /--network none/,
    /--read-only( |$)/,
    /--cap-drop all/,
    /--pull never/,
    /no-new-privileges/,
  ])
    match(said.stdout, wanted);
  assert(!/network-online/.test(said.stdout), 'it waits for no network');
  const key = (await files.readText(paths.keyFile)).trim();
  assert(
    !said.stdout.includes(key) && !(await files.readText(quadlet)).includes(key),
    'the key is not in it',
  );
});

test('it answers from behind the wall', async () => {
  const answer = await hearth.ask(question, () => {}, never);
  assert(answer.answerTokens > 0, 'an answer');
  const { isolation, port, contextTokens, servedBy } = endpoint();
  equal([isolation.isolated, contextTokens, servedBy?.kind], [true, 32768, 'cpu']);
  const pid = isolation.serverPid;
  const status = await look.readText(`/proc/${pid}/status`);
  for (const none of [/^CapBnd:\s+0+$/m, /^CapEff:\s+0+$/m, /^CapPrm:\s+0+$/m]) match(status, none);
  match(status, /^NoNewPrivs:\s+1$/m);
  match(status, /^Seccomp:\s+2$/m);
  assert(
    (await look.readLink(`/proc/${pid}/ns/user`)) !== (await look.readLink('/proc/self/ns/user')),
    'own users',
  );
  assert(
    (await look.readLink(`/proc/${pid}/ns/pid`)) !== (await look.readLink('/proc/self/ns/pid')),
    'own processes',
  );
  const mounts = (await look.readText(`/proc/${pid}/mountinfo`)).split('\n').map((line) => line.split(' '));
  const options = (place: string): string => mounts.find((fields) => fields[4] === place)?.[5] ?? 'none';
  match(options('/'), /^ro\b/);
  match(options(paths.keyFile), /^ro\b/);
  const model = state().shelf?.offers.find((offer) => offer.entry.id === 'small')?.installed?.path ?? '';
  match(options(model), /^ro\b/);
  match(options(GLib.path_get_dirname(paths.socket)), /^rw\b/);
  assert(!mounts.some((fields) => fields[4] === GLib.get_home_dir()), 'nothing else of the home folder');
  const key = (await files.readText(paths.keyFile)).trim();
  for (const place of ['cmdline', 'environ'])
    assert(!(await look.readText(`/proc/${pid}/${place}`)).includes(key), `the key is not in ${place}`);
  const stranger = { method: 'GET' as const, url: `http://127.0.0.1:${port}/v1/models` };
  equal((await http.request(stranger, never)).status, 401);
  const labels = await output('podman', 'inspect', '--format', '{{json .Config.Labels}}', containerName);
  const { 'ai-lab-inference-server': models, api } = JSON.parse(labels) as Record<string, string>;
  equal([models, api], ['["small"]', `http://localhost:${port}/v1`]);
  equal(await output('podman', 'healthcheck', 'run', containerName), '');
});

test('nothing runs until it is asked, and a killed container comes back with the next question', async () => {
  const first = endpoint().isolation.serverPid;
  await processes.run(['kill', '-9', String(first)], {}, never);
  await until('systemd saw it', async () => (await active(unitNames.model)) !== 'active');
  await until('the container is gone', async () => (await output('podman', 'ps', '-aq')) === '');
  equal(await active(unitNames.socket), 'active');
  const started = Date.now();
  assert((await hearth.ask(question, () => {}, never)).answerTokens > 0, 'it answers again');
  console.log(`# from nothing to the whole answer: ${Date.now() - started} ms`);
  assert(endpoint().isolation.serverPid !== first, 'a new server');
});

test('another Hearth finds it as it is, and has nothing to do', async () => {
  const second = await composeReal(config, { machine: null });
  await second.hearth.refresh();
  const { server } = second.hearth.state.value;
  equal(server.tag === 'ready' && server.endpoint.way, 'container');
  equal(
    (await second.hearth.plan('try')).steps.map((step) => step.action.do),
    ['serve'],
  );
  await second.hearth.close();
});

test('an image that went away is said, and not fetched behind anybody’s back', async () => {
  await hearth.stopServing();
  await output('podman', 'image', 'rm', image);
  const before = registry.requests.length;
  await output('systemctl', '--user', 'start', unitNames.socket);
  const refused = await rejection(hearth.ask(question, () => {}, never));
  equal(refused instanceof HearthError && refused.code, 'image-first');
  // Whoever asks without Hearth gets nothing either.
  const request = { method: 'GET' as const, url: 'http://127.0.0.1:4327/health', timeout: 5000 };
  await http.request(request, never).catch(() => null);
  equal([registry.requests.length, await hasImage()], [before, false]);
  await hearth.refresh();
  const plan = await hearth.plan('try');
  assert(
    plan.steps.some((step) => step.action.do === 'pull-image'),
    'the plan fetches it again',
  );
  await hearth.apply(plan);
  equal(endpoint().way, 'container');
});

test('changing to what is installed keeps address and key, and can be taken back', async () => {
  hearth.chooseEngine('native');
  const plan = await hearth.plan('try');
  const took = plan.steps.find((step) => step.action.do === 'remove-file');
  equal(took?.action.do === 'remove-file' && took.action.path, quadlet);
  await hearth.ask(question, () => {}, never);
  equal([endpoint().way, endpoint().port], ['user-units', 4327]);
  equal(await files.stat(quadlet), null);
  await hearth.refresh();
  const last = state().journal.at(-1)?.plan ?? '';
  await hearth.undo(last);
  assert((await files.stat(quadlet)) !== null, 'the Quadlet is back');
  equal(await files.stat(`${paths.config}/systemd/user/${unitNames.model}`), null);
  hearth.chooseEngine('container');
  await hearth.ask(question, () => {}, never);
  equal(endpoint().way, 'container');
});

test('all of it is taken back, the image too', async () => {
  await hearth.refresh();
  for (const done of state().journal.toReversed()) {
    if (done.steps.some((one) => one.undo.undo !== 'nothing' && one.outcome !== 'undone'))
      await hearth.undo(done.plan);
  }
  equal(
    state().journal.flatMap((done) => done.steps.filter((one) => one.outcome === 'kept')),
    [],
  );
  equal([await files.stat(quadlet), await files.stat(paths.keyFile), await hasImage()], [null, null, false]);
  equal(await output('podman', 'ps', '-aq'), '');
  for (const unit of Object.values(unitNames)) {
    equal(await files.stat(`${paths.config}/systemd/user/${unit}`), null, unit);
    equal((await processes.run(['systemctl', '--user', 'cat', unit], {}, never)).exit !== 0, true, unit);
  }
  await registry.close();
});

await run();

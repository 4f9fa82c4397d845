// SPDX-License-Identifier: GPL-3.0-or-later

// AI Lab's extension from an image to Podman Desktop's plugins, by real podman as an ordinary person. The image is a
// stand-in of the real one's shape (nothing but files under /extension), and so is Podman Desktop: a folder.

import GLib from 'gi://GLib?version=2.0';
import { never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { step, type Action, type Plan } from '../../src/core/setup/plan.ts';
import { desktopId } from '../../src/core/tools/ai-lab.ts';
import { AiLab } from '../../src/engine/ai-lab.ts';
import { Journal } from '../../src/engine/journal.ts';
import { LabExtension } from '../../src/engine/lab-extension.ts';
import { Ledger } from '../../src/engine/ledger.ts';
import type { Parts } from '../../src/engine/parts.ts';
import { runDeps } from '../../src/engine/perform.ts';
import { runPlan } from '../../src/engine/run.ts';
import { undoEntry } from '../../src/engine/take-back.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { loopbackHttp } from '../../src/platform/http.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { processes } from '../../src/platform/processes.ts';
import { programs } from '../support/fixture-parts.ts';
import { assert, equal, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const home = temporaryFolder();
const around = { home, config: `${home}/.config`, data: `${home}/.local/share`, desktopHome: null };
const list = `${home}/tools.json`;
const plugins = `${home}/.var/app/${desktopId}/data/containers/podman-desktop/plugins`;
const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));

async function podman(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exit } = await processes.run(['podman', ...args], { timeout: 60_000 }, never);
  assert(exit === 0, `podman ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** An image of the extension's shape; its reference by digest. */
async function image(name: string, manifest: unknown): Promise<string> {
  const folder = temporaryFolder();
  await files.makeFolder(`${folder}/extension/dist`, 0o755);
  await files.writeAtomic(`${folder}/extension/package.json`, JSON.stringify(manifest), 0o644);
  await files.writeAtomic(`${folder}/extension/dist/extension.js`, '// nothing\n', 0o644);
  await files.writeAtomic(`${folder}/Containerfile`, 'FROM scratch\nCOPY extension /extension\n', 0o644);
  await podman('build', '--quiet', '--cgroup-manager=cgroupfs', '--tag', `localhost/${name}`, folder);
  return `localhost/${name}@${await podman('image', 'inspect', '--format', '{{.Digest}}', `localhost/${name}`)}`;
}

const extension = new LabExtension({
  files,
  processes,
  own: list,
  folders: [],
  hasImage: async (reference) =>
    (await processes.run(['podman', 'image', 'exists', reference], {}, never)).exit === 0,
});
const aiLab = new AiLab({
  ...{ files, processes, look: new LocalLook(), http: loopbackHttp(), sha256, ...around, extension },
  flatpaks: [{ path: `${home}/flatpak`, scope: 'user' }],
  native: [],
  ledger: new Ledger(`${home}/state/ledger.jsonl`, files, clock),
  programs: () => Promise.resolve({ ...programs(false), userManager: false }),
});
const journal = new Journal(`${home}/state/journal.jsonl`, files, clock);
const parts = {
  ...{ files, aiLab, sha256, paths: { state: `${home}/state` }, tools: { unlink: () => Promise.resolve() } },
  ...{ models: {}, settings: { write: () => {} }, serving: { units: () => Promise.resolve() } },
} as unknown as Parts;
const deps = runDeps(journal, { parts } as unknown as Parameters<typeof runDeps>[1]);

const pin = (reference: string | null, version = '1.9.3'): Promise<void> =>
  files.writeAtomic(
    list,
    JSON.stringify({ version: 1, extensions: [{ id: 'redhat.ai-lab', version, image: reference }] }),
    0o644,
  );
const placing = async (): Promise<readonly Action[]> =>
  (await aiLab.plan(null)).filter(({ do: what }) => what === 'place-extension' || what === 'pull-image');
const planOf = (id: string, actions: readonly Action[]): Plan => ({
  id,
  task: 'tools',
  steps: actions.map((action) => step(action.do, action)),
});
const apply = (plan: Plan): Promise<void> => runPlan(plan, false, deps, () => {}, never);

const real = { name: 'ai-lab', publisher: 'redhat', version: '1.9.3' };

test('without a digest nothing is offered', async () => {
  await files.makeFolder(`${home}/flatpak/app/${desktopId}`, 0o755);
  await pin(null);
  equal([await placing(), (await aiLab.observe(null)).extension], [[], null]);
});

test('it is placed under the name that Podman Desktop gives it, and taken back', async () => {
  const reference = await image('containers/lab-extension', real);
  await pin(reference);
  equal((await aiLab.observe(null)).extension, '1.9.3');
  const actions = await placing();
  equal(
    actions.map(({ do: what }) => what),
    ['place-extension'],
    'the image is there already',
  );
  await apply(planOf('place', actions));
  const folder = `${plugins}/localhostcontainerslabextension`;
  equal((await files.list(folder)).toSorted(), ['dist', 'package.json']);
  equal(await files.readText(`${folder}/dist/extension.js`), '// nothing\n');
  const facts = await aiLab.observe(null);
  equal([facts.version, facts.extension], ['1.9.3', null]);
  equal(await placing(), [], 'nothing is left to do');
  await apply(planOf('again', actions));
  equal(await podman('ps', '--all', '--quiet'), '', 'no container stays');
  equal(await files.list(GLib.path_get_dirname(plugins)), ['plugins'], 'nothing beside it');

  const { entries } = await journal.read(new Set());
  await undoEntry('place', entries, parts, journal, () => Promise.resolve());
  equal(await files.list(plugins), []);
});

test('a version that Podman Desktop brought since stays', async () => {
  const actions = await placing();
  await apply(planOf('place-2', actions));
  const folder = `${plugins}/localhostcontainerslabextension`;
  await files.writeAtomic(`${folder}/package.json`, JSON.stringify({ ...real, version: '2.0.0' }), 0o644);
  const { entries } = await journal.read(new Set());
  await undoEntry('place-2', entries, parts, journal, () => Promise.resolve());
  equal((await aiLab.observe(null)).version, '2.0.0');
  const after = (await journal.read(new Set())).entries.find(({ plan }) => plan === 'place-2');
  equal(after?.steps[0]?.outcome, 'kept');
  await processes.run(['rm', '-rf', folder], {}, never);
});

test('an image that holds something else is refused, and leaves nothing', async () => {
  const reference = await image('containers/other', {
    name: 'else',
    publisher: 'somebody',
    version: '1.9.3',
  });
  await pin(reference);
  const thrown = await rejection(apply(planOf('wrong', await placing())));
  equal(code(thrown), 'bad-archive');
  equal([await files.list(plugins), await podman('ps', '--all', '--quiet')], [[], '']);
});

test('an image that is not here is to be fetched first', async () => {
  const far = `registry.invalid/lab@sha256:${'b'.repeat(64)}`;
  await pin(far);
  const actions = await placing();
  equal(actions[0], { do: 'pull-image', image: far, size: null, task: 'tools' });
  const thrown = await rejection(apply(planOf('far', actions.slice(1))));
  equal(code(thrown), 'image-missing');
});

test('where something else has its name already, it is left alone', async () => {
  await pin(await image('containers/lab-extension', real));
  await files.makeFolder(`${plugins}/localhostcontainerslabextension`, 0o755);
  equal(code(await rejection(placing())), 'exists');
});

await run();

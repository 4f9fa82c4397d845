// SPDX-License-Identifier: GPL-3.0-or-later
// set: extra

// Podman Desktop installed by the real Flatpak from a signed repository on this disk. The program itself is a stand-in of
// the right id; the repository, its keys, Flatpak and the sandbox that it runs in are real.

import GLib from 'gi://GLib?version=2.0';

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { planTouches, step, type Action, type Plan } from '../../src/core/setup/plan.ts';
import { desktopId } from '../../src/core/tools/ai-lab.ts';
import { AiLab } from '../../src/engine/ai-lab.ts';
import { Journal } from '../../src/engine/journal.ts';
import { Ledger } from '../../src/engine/ledger.ts';
import type { Parts } from '../../src/engine/parts.ts';
import { runDeps } from '../../src/engine/perform.ts';
import { stepIds } from '../../src/engine/plans.ts';
import { runPlan } from '../../src/engine/run.ts';
import { undoEntry } from '../../src/engine/take-back.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { loopbackHttp } from '../../src/platform/http.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { processes } from '../../src/platform/processes.ts';
import { actionSentence } from '../../src/words/plan.ts';
import { programs } from '../support/fixture-parts.ts';
import { until } from '../support/serving.ts';
import { noExtension } from '../support/no-extension.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
const made = await processes.run(
  ['sh', `${GLib.get_current_dir()}/tests/support/flatpak-repo.sh`, `${folder}/repo`],
  {},
  never,
);
if (made.exit !== 0) throw new Error(made.stderr);
const repository = `file://${folder}/repo/repo`;
let counter = 0;

const flatpak = async (...words: readonly string[]) =>
  processes.run(['flatpak', ...words], { env: { LC_ALL: 'C.UTF-8' } }, never);

/** A home of its own, with Flathub set up as `url` and the key named. */
async function stage(url: string | null, key = 'key', systemWide = false) {
  counter += 1;
  const home = `${folder}/home-${counter}`;
  const [config, data] = [`${home}/.config`, `${home}/.local/share`];
  const user = `${data}/flatpak`;
  await files.makeFolder(home, 0o755);
  GLib.setenv('HOME', home, true);
  GLib.setenv('XDG_DATA_HOME', data, true);
  GLib.setenv('FLATPAK_USER_DIR', user, true);
  if (url !== null) {
    const trust = key === '' ? '--no-gpg-verify' : `--gpg-import=${folder}/repo/${key}.gpg`;
    await flatpak('remote-add', '--user', trust, 'flathub', url);
    // It complains about a wrong key, and adds the source all the same.
    match((await flatpak('remotes', '--columns=name')).stdout, /^flathub$/m);
  }
  const system = `${home}/system`;
  if (systemWide) await files.makeFolder(`${system}/app/${desktopId}`, 0o755);
  const ledger = new Ledger(`${home}/state/ledger.jsonl`, files, clock);
  const aiLab = new AiLab({
    ...{
      files,
      processes,
      look: new LocalLook(),
      http: loopbackHttp(),
      sha256,
      ledger,
      extension: noExtension(),
    },
    ...{ home, config, data, desktopHome: null, native: [] },
    flatpaks: [
      { path: system, scope: 'system' },
      { path: user, scope: 'user' },
    ],
    programs: () => Promise.resolve({ ...programs(false), userManager: false }),
  });
  const journal = new Journal(`${home}/state/journal.jsonl`, files, clock);
  const parts = {
    ...{ files, aiLab, sha256, paths: { state: `${home}/state` } },
    ...{ settings: { write: () => {} }, serving: { units: () => Promise.resolve() } },
  } as unknown as Parts;
  const deps = runDeps(journal, { parts } as unknown as Parameters<typeof runDeps>[1]);
  const planOf = (actions: readonly Action[]): Plan => {
    counter += 1;
    const ids = stepIds(actions);
    const steps = actions.map((action, at) => step(ids[at] ?? '', action));
    return { id: `plan-${counter}`, task: 'tools', steps };
  };
  return {
    ...{ home, aiLab, ledger, plan: async () => planOf(await aiLab.plan(null)) },
    apply: (plan: Plan, cancel = new CancelSource()) => runPlan(plan, false, deps, () => {}, cancel),
    undo: async (id: string) => {
      const { entries } = await journal.read();
      await undoEntry(id, entries, parts, journal, () => Promise.resolve());
    },
    installed: async () => (await flatpak('info', '--user', desktopId)).exit === 0,
  };
}

async function refusal(work: Promise<unknown>): Promise<HearthError> {
  const thrown = await rejection(work);
  assert(thrown instanceof HearthError, String(thrown));
  return thrown;
}

test('installed for one person, quiet before its first start, seen in its sandbox, and taken back', async () => {
  const here = await stage(repository);
  const before = await here.aiLab.observe(null);
  equal([before.desktop, before.from?.name, before.from?.scope], [null, 'flathub', 'user']);
  equal((await here.ledger.read()).lines, [], 'looking asks nobody');
  const plan = await here.plan();
  equal(
    plan.steps.map(({ id }) => id),
    ['install-app', 'write-file'],
  );
  const touches = planTouches(plan);
  equal([touches.packages, touches.permission], [[desktopId], null]);
  assert(touches.downloadBytes > 29e6 && touches.downloadBytes < 40e6, `${touches.downloadBytes} bytes`);
  const [first] = plan.steps;
  assert(first !== undefined, 'a step');
  match(actionSentence(first.action), /for you alone; it may use: network, ipc, x11, wayland, home, xdg-run/);
  await here.apply(plan);
  assert(await here.installed(), 'Flatpak knows it');
  const { lines } = await here.ledger.read();
  equal([lines.length > 1, lines.at(-1)?.status, lines.at(-1)?.task], [true, 200, 'tools']);

  const after = await here.aiLab.observe(null);
  equal(
    [after.desktop?.flavour, after.places?.layout, after.telemetry, after.open],
    ['flatpak', 'flatpak', 'off', false],
  );
  equal((await here.plan()).steps, []);
  const settings = after.places?.settings ?? '';
  await files.writeAtomic(`${settings}.mine`, 'x', 0o644);

  const sandboxed = await processes.start(['flatpak', 'run', desktopId, '30'], {});
  try {
    await until('it is seen to be open', async () => (await here.aiLab.observe(null)).open);
    equal((await refusal(here.aiLab.refuseWhileOpen())).code, 'desktop-open');
  } finally {
    await flatpak('kill', desktopId);
    sandboxed.signal('TERM');
    await sandboxed.exited;
  }
  await until('it is seen to be closed', async () => !(await here.aiLab.observe(null)).open);
  await here.undo(plan.id);
  equal([await here.installed(), await files.stat(settings)], [false, null]);
  equal(await files.readText(`${settings}.mine`), 'x', 'what it kept for the person stays');
});

test('nobody answers: said, noted, and nothing is installed', async () => {
  const here = await stage('http://127.0.0.1:9/repo');
  const error = await refusal(here.plan());
  equal([error.code, error.args['host']], ['connection-refused', '127.0.0.1:9']);
  equal((await here.ledger.read()).lines[0]?.status, 0);
  equal(await here.installed(), false);
});

test('the network goes away between the plan and the installation', async () => {
  const here = await stage(repository);
  const plan = await here.plan();
  await flatpak('remote-modify', '--user', '--url=http://127.0.0.1:9/repo', 'flathub');
  // What it remembers of the repository says what to fetch; the fetching fails.
  const error = await refusal(here.apply(plan));
  assert(['connection-refused', 'connection-lost'].includes(error.code), error.code);
  equal(await here.installed(), false);
});

test('no space: refused by Flatpak, and nothing is installed', async () => {
  const here = await stage(repository);
  const plan = await here.plan();
  // A reserve that no disk has stands for a full one.
  const config = `${here.home}/.local/share/flatpak/repo/config`;
  const text = await files.readText(config);
  await files.writeAtomic(
    config,
    text.replace(/^min-free-space.*\n/gm, '').replace('[core]', '[core]\nmin-free-space-size=900TB'),
    0o644,
  );
  equal((await refusal(here.apply(plan))).code, 'no-space');
  equal(await here.installed(), false);
  await files.writeAtomic(config, text, 0o644);
  await here.apply(plan);
  assert(await here.installed(), 'once there is room');
});

test('signed with another key: refused, and nothing is installed', async () => {
  const here = await stage(repository, 'other');
  equal((await refusal(here.plan())).code, 'app-unsigned');
  equal(await here.installed(), false);
});

test('a source whose signatures nobody checks is none', async () => {
  const here = await stage(repository, '');
  equal((await here.aiLab.observe(null)).from, null);
  equal((await refusal(here.plan())).code, 'no-desktop');
  const none = await stage(null);
  equal((await refusal(none.plan())).code, 'no-desktop');
});

test('there for everybody already: it is used, and not installed again', async () => {
  const here = await stage(repository, 'key', true);
  equal((await here.aiLab.observe(null)).desktop?.flavour, 'flatpak');
  equal(
    (await here.plan()).steps.map(({ id }) => id),
    ['write-file'],
  );
});

test('cancelled half-way: there is nothing of it, and the same plan goes through later', async () => {
  const here = await stage(repository);
  const plan = await here.plan();
  const cancel = new CancelSource();
  const applying = refusal(here.apply(plan, cancel));
  await until('it is on its way', async () => {
    const objects = `${here.home}/.local/share/flatpak/repo/tmp`;
    return (await files.list(objects).catch(() => [])).length > 0;
  });
  cancel.cancel();
  equal((await applying).code, 'cancelled');
  equal(await here.installed(), false);
  await here.apply(plan);
  assert(await here.installed(), 'the second time');
  await here.undo(plan.id);
  equal(await here.installed(), false);
});

await run(240_000);

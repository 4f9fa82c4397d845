// SPDX-License-Identifier: GPL-3.0-or-later

// The way from Podman Desktop to Podman: off, it is part of the plan; on, Podman itself answers there; and it is taken back.
// systemd, its user manager and Podman are real; Podman Desktop is a folder of its name (simulated).

import { never } from '../../../src/core/cancel.ts';
import { step } from '../../../src/core/setup/plan.ts';
import { desktopId } from '../../../src/core/tools/ai-lab.ts';
import { AiLab } from '../../../src/engine/ai-lab.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { Ledger } from '../../../src/engine/ledger.ts';
import type { Parts } from '../../../src/engine/parts.ts';
import { runDeps } from '../../../src/engine/perform.ts';
import { stepIds } from '../../../src/engine/plans.ts';
import { runPlan } from '../../../src/engine/run.ts';
import { undoEntry } from '../../../src/engine/take-back.ts';
import { clock, sha256 } from '../../../src/platform/clock.ts';
import { files } from '../../../src/platform/files.ts';
import { loopbackHttp } from '../../../src/platform/http.ts';
import { LocalLook } from '../../../src/platform/look.ts';
import { processes } from '../../../src/platform/processes.ts';
import { programs } from '../../support/fixture-parts.ts';
import { bench } from '../../support/serving.ts';
import { noExtension } from '../../support/no-extension.ts';
import { equal, match, run, temporaryFolder, test } from '../../support/tap.ts';

const home = temporaryFolder();
const { serving } = await bench('/nowhere', { real: true });
const ledger = new Ledger(`${home}/ledger.jsonl`, files, clock);
const journal = new Journal(`${home}/journal.jsonl`, files, clock);
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
  ...{ home, config: `${home}/.config`, data: `${home}/.local/share`, desktopHome: null, native: [] },
  flatpaks: [{ path: `${home}/flatpak`, scope: 'user' }],
  programs: () => Promise.resolve(programs(false)),
});
const parts = {
  ...{ files, aiLab, sha256, serving, paths: { state: home } },
  ...{ settings: { write: () => {} } },
} as unknown as Parts;

const systemctl = async (...words: readonly string[]): Promise<string> =>
  (await processes.run(['systemctl', '--user', ...words], {}, never)).stdout.trim();

test('podman.socket is turned on, Podman answers there, and it is off again when that is taken back', async () => {
  await systemctl('disable', '--now', 'podman.socket');
  await files.makeFolder(`${home}/flatpak/app/${desktopId}`, 0o755);
  equal((await aiLab.observe(null)).socket, false);
  const actions = await aiLab.plan(null);
  equal(
    actions.map((action) => (action.do === 'units' ? `${action.verb} ${action.units.join()}` : action.do)),
    ['write-file', 'enable podman.socket', 'start podman.socket'],
  );
  const ids = stepIds(actions);
  const steps = actions.map((action, at) => step(ids[at] ?? '', action));
  const deps = runDeps(journal, { parts } as unknown as Parameters<typeof runDeps>[1]);
  await runPlan({ id: 'socket', task: 'tools', steps }, false, deps, () => {}, never);
  equal((await aiLab.observe(null)).socket, true);
  equal(await aiLab.plan(null), [], 'nothing is left to do');
  const socket = await systemctl('show', '--property=Listen', '--value', 'podman.socket');
  const path = socket.split(' ')[0] ?? '';
  const ask = ['curl', '--silent', '--unix-socket', path, 'http://d/_ping'];
  match((await processes.run(ask, { timeout: 20_000 }, never)).stdout, /^OK/);

  const { entries } = await journal.read();
  await undoEntry('socket', entries, parts, journal, () => Promise.resolve());
  equal(await systemctl('is-active', 'podman.socket'), 'inactive');
  equal((await aiLab.observe(null)).socket, false);
  await systemctl('stop', 'podman.service');
});

await run();

// SPDX-License-Identifier: GPL-3.0-or-later

// A stand-in for Ollama, in a unit of the person that listens for everybody: the proof names it, the plan closes it in the
// person's own settings, and taking that back opens it again. With a real user manager; the program is simulated.

import { never } from '../../../src/core/cancel.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../../support/tap.ts';
import { judgeOthers } from '../../../src/core/proof/others.ts';
import type { Check } from '../../../src/core/proof/types.ts';
import { step } from '../../../src/core/setup/plan.ts';
import { Journal } from '../../../src/engine/journal.ts';
import type { Parts } from '../../../src/engine/parts.ts';
import { performer } from '../../../src/engine/perform.ts';
import { actionsForCure } from '../../../src/engine/proof-cures.ts';
import { ProofLook } from '../../../src/engine/proof-look.ts';
import { runPlan } from '../../../src/engine/run.ts';
import { undoEntry } from '../../../src/engine/take-back.ts';
import { clock, sha256 } from '../../../src/platform/clock.ts';
import { files } from '../../../src/platform/files.ts';
import { LocalLook } from '../../../src/platform/look.ts';
import { processes } from '../../../src/platform/processes.ts';
import { bench, until } from '../../support/serving.ts';

const { paths, serving } = await bench('/nowhere', { real: true });
const parts = { files, sha256, paths, serving, settings: { write: () => {} } } as unknown as Parts;
const journal = new Journal(`${temporaryFolder()}/journal.jsonl`, files, clock);
const look = new ProofLook(new LocalLook());

const systemctl = (...args: readonly string[]) => processes.run(['systemctl', '--user', ...args], {}, never);

async function others(): Promise<Check> {
  return judgeOthers(await look.held(await look.listeners()), []);
}

/** A web server that takes its address from OLLAMA_HOST, as Ollama does. */
async function standIn(): Promise<void> {
  const program = `${temporaryFolder()}/ollama`;
  const listen =
    'import http.server, os; host, port = os.environ["OLLAMA_HOST"].split(":"); ' +
    'http.server.ThreadingHTTPServer((host, int(port)), http.server.SimpleHTTPRequestHandler).serve_forever()';
  await files.writeAtomic(program, `#!/bin/bash\nexec -a ollama python3 -c '${listen}'\n`, 0o755);
  const unit = `[Service]\nEnvironment=OLLAMA_HOST=0.0.0.0:11434\nExecStart=${program} serve\n`;
  await files.makeFolder(`${paths.config}/systemd/user`, 0o755);
  await files.writeAtomic(`${paths.config}/systemd/user/ollama.service`, unit, 0o644);
  await systemctl('daemon-reload');
  const { exit, stderr } = await systemctl('start', 'ollama.service');
  equal([exit, stderr], [0, '']);
  await until('it listens', async () => (await others()).verdict.tag === 'fails');
}

test('what listens for everybody is found with its unit', async () => {
  await standIn();
  const { cure } = await others();
  assert(cure?.cure === 'close', JSON.stringify(cure));
  equal(cure.open, [
    { owner: 'ollama', port: 11434, name: 'ollama', close: { by: 'unit', unit: 'ollama.service' } },
  ]);
});

test('closing it is a plan that can be taken back, and taking it back opens it again', async () => {
  const { cure } = await others();
  const program = cure?.cure === 'close' ? cure.open[0] : undefined;
  assert(program !== undefined, 'it is open');
  const actions = await actionsForCure({ cure: 'close-program', program }, parts);
  const plan = {
    id: 'close',
    task: 'tools' as const,
    steps: actions.map((action) => step(action.do, action)),
  };
  equal(plan.steps[0]?.touches.units, ['ollama.service']);
  const perform = performer({
    parts,
    stopServing: () => Promise.resolve(),
  } as unknown as Parameters<typeof performer>[0]);
  await runPlan(
    plan,
    false,
    { files, journal, sha256, backups: temporaryFolder(), perform },
    () => {},
    never,
  );
  await until('it listens here only', async () => {
    const { verdict, evidence } = await others();
    return verdict.tag === 'holds' && evidence.some(({ id }) => id === 'closed-program');
  });
  match(JSON.stringify((await others()).evidence), /127\.0\.0\.1:11434/);
  const { entries } = await journal.read(new Set());
  await undoEntry('close', entries, parts, journal, () => Promise.resolve());
  await until('it is as it was', async () => (await others()).verdict.tag === 'fails');
  const dropIn = `${paths.config}/systemd/user/ollama.service.d/zz-this-computer-only.conf`;
  equal(await files.stat(dropIn), null);
  await systemctl('stop', 'ollama.service');
});

await run();

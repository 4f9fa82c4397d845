// SPDX-License-Identifier: GPL-3.0-or-later
// set: extra
// as: root

// A program that listens for everybody on AI Lab's port, and the real firewalld with nftables: the plan keeps another
// computer (a network namespace of its own, with a cable between) from it and not this one, the proof sees the rule, and
// taking it back opens the port again. The program is a stand-in; firewalld, its service and its rules are real.

import { never } from '../../../src/core/cancel.ts';
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
import { firewall } from '../../../src/platform/firewall.ts';
import { LocalLook } from '../../../src/platform/look.ts';
import { processes } from '../../../src/platform/processes.ts';
import { until } from '../../support/serving.ts';
import { assert, equal, run, temporaryFolder, test } from '../../support/tap.ts';

const settings = { write: () => {} };
const serving = { units: () => Promise.resolve() };
const parts = { files, sha256, firewall, settings, serving } as unknown as Parts;
const journal = new Journal(`${temporaryFolder()}/journal.jsonl`, files, clock);
const look = new ProofLook(new LocalLook());
const port = 10434;

async function command(...argv: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await processes.run(argv, { env: { LC_ALL: 'C' } }, never);
  equal([argv.join(' '), exit], [argv.join(' '), 0], stderr);
  return stdout;
}

async function others(): Promise<Check> {
  const held = await look.held(await look.listeners());
  const ours = held.filter(({ listener }) => listener.port === port);
  // Whose it is comes from its usual port, as for a program of somebody else.
  return judgeOthers(
    ours.map(({ listener }) => ({ listener, holder: null })),
    [],
    await firewall.look(),
  );
}

/** Whether a connection to the port comes about, from here or from the other computer. */
async function answers(from: 'here' | 'there'): Promise<boolean> {
  const address = from === 'here' ? '127.0.0.1' : '10.9.8.1';
  const knock = ['bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`];
  const argv = from === 'here' ? knock : ['ip', 'netns', 'exec', 'neighbour', ...knock];
  return (await processes.run(['timeout', '3', ...argv], {}, never)).exit === 0;
}

test('firewalld runs, and AI Lab\u2019s port is open to the neighbour', async () => {
  await command('systemctl', 'start', 'firewalld.service');
  await command('ip', 'netns', 'add', 'neighbour');
  await command('ip', 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'other', 'netns', 'neighbour');
  await command('ip', 'address', 'add', '10.9.8.1/24', 'dev', 'cable');
  await command('ip', 'link', 'set', 'cable', 'up');
  await command('ip', '-n', 'neighbour', 'address', 'add', '10.9.8.2/24', 'dev', 'other');
  await command('ip', '-n', 'neighbour', 'link', 'set', 'other', 'up');
  // As on Fedora Workstation, whose zone lets all high ports in.
  await command('firewall-cmd', '--add-port=1025-65535/tcp');
  await command('firewall-cmd', '--permanent', '--add-port=1025-65535/tcp');
  await command('systemd-run', '--unit=stand-in', 'python3', '-m', 'http.server', String(port));
  await until('it answers', () => answers('here'));
  equal(await answers('there'), true, 'the neighbour gets in');
  const { verdict, cure } = await others();
  equal(verdict.tag, 'fails');
  assert(cure?.cure === 'close', JSON.stringify(cure));
  equal(cure.open, [{ owner: 'ai-lab', port, name: null, close: { by: 'firewall' } }]);
});

test('closing it is a plan that keeps others out, now and after a restart, and can be taken back', async () => {
  const { cure } = await others();
  const program = cure?.cure === 'close' ? cure.open[0] : undefined;
  assert(program !== undefined, 'it is open');
  const actions = await actionsForCure({ cure: 'close-program', program }, parts);
  const steps = actions.map((action) => step(action.do, action));
  equal(steps[0]?.touches.permission, 'org.fedoraproject.FirewallD1.config');
  const perform = performer({
    parts,
    stopServing: () => Promise.resolve(),
  } as unknown as Parameters<typeof performer>[0]);
  const deps = { files, journal, sha256, backups: temporaryFolder(), perform };
  await runPlan({ id: 'close', task: 'tools', steps }, false, deps, () => {}, never);
  equal([await answers('here'), await answers('there')], [true, false]);
  const closed = await others();
  equal(closed.verdict.tag, 'holds');
  assert(
    closed.evidence.some(({ id, raw }) => id === 'walled-program' && raw.includes('reject')),
    JSON.stringify(closed.evidence),
  );
  equal(await actionsForCure({ cure: 'close-program', program }, parts), [], 'nothing is left to do');
  await command('firewall-cmd', '--reload');
  equal([await answers('here'), await answers('there')], [true, false], 'after a reload');

  const { entries } = await journal.read(new Set());
  await undoEntry('close', entries, parts, journal, () => Promise.resolve());
  equal(await answers('there'), true, 'as it was');
  await command('firewall-cmd', '--reload');
  equal([await answers('there'), (await others()).verdict.tag], [true, 'fails'], 'also after a reload');
});

test('without firewalld that is said, and nothing is started', async () => {
  await command('systemctl', 'stop', 'firewalld.service');
  equal(await firewall.look(), null);
  const { cure } = await others();
  const close = cure?.cure === 'close' ? cure.open[0]?.close : undefined;
  assert(
    close?.by === 'command' && (close.commands[0] ?? '').includes('firewall-cmd'),
    JSON.stringify(close),
  );
});

await run();

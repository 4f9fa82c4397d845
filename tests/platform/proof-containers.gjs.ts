// SPDX-License-Identifier: GPL-3.0-or-later

// A container labelled as AI Lab's, published by the real podman without an address as AI Lab does it: the proof finds it
// open to everybody and knows whose it is, whichever way podman forwards the port. What is in it is simulated.

import { never } from '../../src/core/cancel.ts';
import { judgeOthers, mayBeContainer } from '../../src/core/proof/others.ts';
import { ProofLook } from '../../src/engine/proof-look.ts';
import { files } from '../../src/platform/files.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { processes } from '../../src/platform/processes.ts';
import { until } from '../support/serving.ts';
import { assert, equal, match, run, temporaryFolder, test } from '../support/tap.ts';

const port = 42011;
const image = 'localhost/hearth-proof-test';
const look = new ProofLook(new LocalLook());

async function podman(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exit } = await processes.run(['podman', ...args], { timeout: 60_000 }, never);
  assert(exit === 0, `podman ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

async function build(): Promise<void> {
  const folder = temporaryFolder();
  await files.copy('/usr/bin/busybox', `${folder}/busybox`, 0o755);
  await files.writeAtomic(`${folder}/Containerfile`, 'FROM scratch\nCOPY busybox /bin/busybox\n', 0o644);
  await podman('build', '--quiet', '--cgroup-manager=cgroupfs', '--tag', image, folder);
}

/** @param address where podman listens; empty for everywhere */
function start(name: string, network: string, address: string): Promise<string> {
  const published = `${address === '' ? '' : `${address}:`}${port}:8000`;
  return podman(
    ...['run', '--detach', '--name', name, '--cgroups=disabled', `--network=${network}`],
    ...['--publish', published, '--label', 'ai-lab-inference-server=["a.model"]', image],
    ...['/bin/busybox', 'httpd', '-f', '-p', '8000'],
  );
}

async function looked() {
  const held = (await look.held(await look.listeners())).filter(({ listener }) => listener.port === port);
  return { held, check: judgeOthers(held, await look.containers()) };
}

for (const network of ['pasta', 'bridge']) {
  test(`a port that podman forwards by ${network}`, async () => {
    if (network === 'pasta') await build();
    await start(`open-${network}`, network, '');
    try {
      await until('it listens', async () => (await looked()).held.length > 0);
      const { held, check } = await looked();
      assert(held.every(mayBeContainer), 'Podman would be asked');
      equal(check.verdict.tag, 'fails');
      const open = check.cure?.cure === 'close' ? check.cure.open : [];
      equal(
        open.map(({ owner, name }) => [owner, name]),
        [['ai-lab', `open-${network}`]],
      );
      const close = open[0]?.close;
      match(close?.by === 'command' ? close.commands.join('\n') : '', /firewall-cmd .*port="42011"/);
    } finally {
      await podman('rm', '--force', '--time', '0', `open-${network}`);
    }
  });
}

test('a port for this computer alone is no fault', async () => {
  await start('closed', 'bridge', '127.0.0.1');
  try {
    await until('it listens', async () => (await looked()).held.length > 0);
    const { check } = await looked();
    equal([check.verdict.tag, check.evidence.map(({ id }) => id)], ['holds', ['closed-program']]);
  } finally {
    await podman('rm', '--force', '--time', '0', 'closed');
  }
});

await run();

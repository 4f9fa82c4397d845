// SPDX-License-Identifier: GPL-3.0-or-later

// A plan for the driver in a process of its own, which is killed (SIGKILL) in the middle of a step. The engine, its journal,
// PackageKit with its apt backend, the root service, polkit, mokutil and openssl are the real ones; so is the program that
// looks at the journal afterwards and takes the plan back. Simulated: the packages, which have real names and hold random
// bytes, and akmods and grubby.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { never } from '../../../src/core/cancel.ts';
import type { DriverAction } from '../../../src/core/driver/actions.ts';
import type { DriverSight } from '../../../src/core/driver/types.ts';
import { known } from '../../../src/core/known.ts';
import type { Child } from '../../../src/core/ports.ts';
import { step, type Plan } from '../../../src/core/setup/plan.ts';
import type { DriverPart } from '../../../src/engine/driver-part.ts';
import { performDriver } from '../../../src/engine/driver-perform.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { Ledger } from '../../../src/engine/ledger.ts';
import { NotedPackages } from '../../../src/engine/noted-packages.ts';
import { runPlan, type Perform } from '../../../src/engine/run.ts';
import { clock, sha256 } from '../../../src/platform/clock.ts';
import { files } from '../../../src/platform/files.ts';
import { mechanism } from '../../../src/platform/mechanism.ts';
import { PackageKit } from '../../../src/platform/packages/packagekit.ts';
import { processes } from '../../../src/platform/processes.ts';
import { hearth } from '../built.ts';
import { sh, Stage } from './stage.ts';
import { until } from '../serving.ts';
import { assert, equal, match, run, temporaryFolder } from '../tap.ts';

const older = '7.2.12-300.fc44.x86_64';
const newer = '7.2.13-300.fc44.x86_64';
const here = GLib.get_current_dir();

const packages = (name: string, along: readonly string[]): DriverAction => ({
  do: 'packages',
  verb: 'install',
  names: [name],
  along,
  downloadBytes: null,
  diskBytes: null,
  hosts: [],
  permission: '',
  layered: false,
});
const small = packages('nvidia-modprobe', []);
const all = packages('nvidia-driver', ['nvidia-kernel-dkms', 'nvidia-modprobe']);
const rest: readonly DriverAction[] = [
  { do: 'prepare-key' },
  { do: 'build-module', kernel: newer },
  { do: 'default-kernel', kernel: newer, before: older },
];

/** The engine as a process of its own: carries a plan out, says where it is, and stays at a point until it is killed. */
async function engine(root: string, state: string, id: string, size: string, stop: string): Promise<void> {
  const journal = new Journal(`${state}/journal.jsonl`, files, clock);
  const ledger = new Ledger(`${state}/ledger.jsonl`, files, clock);
  const hosts = () => Promise.resolve({ byId: {}, enabled: [] });
  const bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, null);
  const module = `${root}/lib/modules/${newer}/extra/nvidia/nvidia.ko`;
  const part = {
    mechanism,
    packages: () => Promise.resolve(new NotedPackages(new PackageKit(bus), { ledger, hosts })),
    observe: async (): Promise<DriverSight> => {
      const built = (await files.stat(module)) === null ? null : { path: module };
      return { kernels: [{ kernel: newer, module: known(built, module) }] } as unknown as DriverSight;
    },
    buildLog: () => Promise.resolve(null),
  } as unknown as DriverPart;
  const actions = [size === 'all' ? all : small, ...rest];
  const plan: Plan = { id, task: 'driver', steps: actions.map((action, index) => step(`s${index}`, action)) };
  const stay = async (point: string): Promise<void> => {
    print(`at ${point}`);
    if (point === stop) await clock.sleep(600_000, never);
  };
  const perform: Perform = async (action, tell, cancel) => {
    await stay(`begin ${action.do}`);
    await performDriver(
      action as DriverAction,
      part,
      (progress) => {
        print(`at ${progress.phase} ${action.do}`);
        tell(progress);
      },
      cancel,
    );
    // Done, and nobody wrote down that it is.
    await stay(`end ${action.do}`);
  };
  await runPlan(
    plan,
    false,
    { files, journal, sha256, backups: `${state}/backups`, perform },
    () => {},
    never,
  );
  print('at the end');
}

/** Simulated: signs a module that was made before, with the key that is there, by openssl as akmods' own helper does. */
const akmods = `#!/bin/sh
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
made=$root.made
touch "$made/building"
while [ -e "$made/slow" ]; do sleep 0.1; done
openssl x509 -inform DER -in "$root/etc/pki/akmods/certs/public_key.der" -out "$made/now.crt"
openssl cms -sign -binary -noattr -nocerts -md sha256 -in "$made/$4.ko" -outform DER -out "$made/now.sig" \\
  -signer "$made/now.crt" -inkey "$root/etc/pki/akmods/private/private_key.priv"
module=$root/lib/modules/$4/extra/nvidia/nvidia.ko
{ cat "$made/$4.ko" "$made/now.sig"; python3 -c 'import os, struct, sys
sys.stdout.buffer.write(bytes([0, 0, 2, 0, 0, 0, 0, 0]) + struct.pack(">I", os.path.getsize(sys.argv[1])) + b"~Module signature appended~\\n")' "$made/now.sig"; } >"$module.new"
mv "$module.new" "$module"
depmod -b "$root" "$4"
`;

export let stage: Stage;
const home = ARGV.includes('--engine') ? '' : temporaryFolder();
export const state = `${home}/state/hearth`;
let plans = 0;

async function begin(size: string, stop: string): Promise<{ child: Child; lines: string[]; id: string }> {
  plans += 1;
  const id = `plan-${plans}`;
  const lines: string[] = [];
  const program = `${here}/build/tests/platform/root/${system.programInvocationName.split('/').at(-1)}`;
  const child = await processes.start(['gjs', '-m', program, '--engine', stage.root, state, id, size, stop], {
    onLine: (line) => void lines.push(line),
  });
  return { child, lines, id };
}

/** Runs the plan until it says that it is somewhere, and kills it there. @returns the plan's id */
async function cut(size: string, point: string, more: () => Promise<boolean> = () => Promise.resolve(true)) {
  const { child, lines, id } = await begin(size, point);
  await until(`at ${point}`, async () => lines.includes(`at ${point}`) && (await more()), 90_000);
  child.signal('KILL');
  await child.exited;
  assert(!lines.includes('at the end'), lines.join());
  return id;
}

async function goOn(size: string): Promise<string> {
  const { child, lines, id } = await begin(size, '');
  const { stderrTail } = await child.exited;
  equal(lines.at(-1), 'at the end', `${lines.join('\n')}\n${stderrTail}`);
  return id;
}

const env = { HOME: home, XDG_STATE_HOME: `${home}/state`, GSETTINGS_BACKEND: 'memory', LC_ALL: 'C.UTF-8' };

/** The real program, started anew as after a restart. */
async function next(...words: readonly string[]): Promise<string> {
  const { exit, out, err } = await hearth(words, { env, argv: [`${here}/build/root/install/bin/hearth`] });
  equal([words.join(' '), exit], [words.join(' '), 0], `${out}${err}`);
  return out;
}

interface Said {
  readonly plan: string;
  readonly endedAt: number | null;
  readonly steps: readonly { readonly outcome: string; readonly action: { readonly do: string } }[];
}

async function journal(id: string): Promise<Said> {
  const { entries } = JSON.parse(await next('journal', '--json')) as { entries: readonly Said[] };
  const found = entries.find(({ plan }) => plan === id);
  assert(found !== undefined, JSON.stringify(entries));
  return found;
}

const there = async (name: string): Promise<boolean> =>
  (await processes.run(['dpkg-query', '-W', '-f', '${Status}', name], {}, never)).stdout ===
  'install ok installed';
const chosen = async (): Promise<string> =>
  (await files.readText(`${stage.root}/boot/default`)).trim().replace('/boot/vmlinuz-', '');

/** What stands, once the services have come to rest. */
export async function stands(): Promise<readonly unknown[]> {
  await until(
    'dpkg is left alone',
    async () => {
      const held = await processes.run(['fuser', '/var/lib/dpkg/lock-frontend'], {}, never).catch(() => null);
      return (held === null || held.exit !== 0) && (await sh('dpkg --audit')).trim() === '';
    },
    60_000,
  );
  const key = (await files.stat(`${stage.root}/etc/pki/akmods/certs/public_key.der`)) !== null;
  const module = (await files.stat(`${stage.root}/lib/modules/${newer}/extra/nvidia/nvidia.ko`)) !== null;
  return [await there('nvidia-driver'), await there('nvidia-modprobe'), key, module, await chosen()];
}

/** The computer as at the beginning: no key, no module for the newer kernel. */
async function reset(): Promise<void> {
  await sh(`find ${stage.root} -mindepth 1 -delete; cp -a ${stage.root}.first/. ${stage.root}/`);
}

type More = () => Promise<boolean>;

/** Says after the kill what stands, and takes it back. */
export async function takenBack(
  size: 'all' | 'small',
  point: string,
  last: string,
  more?: More,
): Promise<void> {
  await reset();
  const id = await cut(size, point, more);
  const entry = await journal(id);
  equal(entry.endedAt, null, 'the plan did not end');
  const open = entry.steps.at(-1);
  equal([open?.action.do, open?.outcome], [last, 'interrupted']);
  // Once is enough for the words: each start of the program takes its time.
  if (last === 'packages') match(await next('journal'), /Interrupted/);
  await free();
  await stands();
  await next('undo', id, '--yes');
  const [one, other, , , kernel] = await stands();
  equal([one, other, kernel], [false, false, older]);
}

/** Goes on after the kill with the same plan, made anew, and takes that back. */
export async function goneOnWith(size: 'all' | 'small', point: string, more?: More): Promise<void> {
  await reset();
  await cut(size, point, more);
  await free();
  const whole = await goOn(size);
  equal(await stands(), [size === 'all', true, true, true, newer]);
  await next('undo', whole, '--yes');
  const [one, other, key, , kernel] = await stands();
  // A key stays: what it signed may still be there.
  equal([one, other, key, kernel], [false, false, true, older]);
}

/** Lets builds run to their end again. */
export async function free(): Promise<void> {
  await sh(`rm -f ${stage.root}.made/slow`);
}

export async function building(): Promise<boolean> {
  return (await files.stat(`${stage.root}.made/building`)) !== null;
}

/** Runs the tests, or, as the process that is to be killed, a plan. */
export async function runOrCarryOut(): Promise<void> {
  const at = ARGV.indexOf('--engine');
  if (at >= 0) {
    const [root = '', folder = '', id = '', size = '', stop = ''] = ARGV.slice(at + 1);
    await engine(root, folder, id, size, stop);
  } else {
    stage = await Stage.start();
    await files.writeAtomic(`${stage.root}/usr/bin/akmods`, akmods, 0o755);
    await sh(`rm -f ${stage.root}/etc/pki/akmods/certs/* ${stage.root}/etc/pki/akmods/private/*
    cp -a ${stage.root} ${stage.root}.first; mkdir -p ${state}
    ${here}/tests/support/package-repositories.sh ${home}/repo deb
    rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*; chmod -R a+rX ${home}
    echo 'deb [trusted=yes] file:${home}/repo/deb ./' >/etc/apt/sources.list
    echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/quick
    printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d
    apt-get update -q`);
    await run(300_000);
  }
}

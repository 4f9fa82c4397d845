// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';

import { HearthError } from '../../src/core/errors.ts';
import { observeMachine, type ObserveOptions } from '../../src/core/machine/observe.ts';
import type { Look } from '../../src/core/ports.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { openMachine } from '../../src/platform/practice/look.ts';
import { gatherSecrets, record } from '../../src/platform/record.ts';
import { assert, equal, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const look = new LocalLook();
const home = temporaryFolder();
const options: ObserveOptions = { home, modelsPath: `${home}/.local/share/hearth/models`, recording: null };
const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));

/** What another program says, for comparison. */
const said = (...argv: string[]): string => {
  const [, output] = GLib.spawn_sync(null, argv, null, GLib.SpawnFlags.SEARCH_PATH, null);
  return new TextDecoder().decode(output ?? undefined).trim();
};

test('facts agree with what other programs say', async () => {
  const facts = await observeMachine(look, options);
  assert(
    facts.cpu.known && facts.memory.known && facts.disk.known && facts.kernel.known,
    'the four basic facts',
  );
  equal(facts.kernel.value.running, said('uname', '-r'));
  equal(facts.cpu.value.architecture, said('uname', '-m'));
  equal(facts.cpu.value.threads, Number(said('sh', '-c', 'ls -d /sys/devices/system/cpu/cpu[0-9]* | wc -l')));
  assert(facts.cpu.value.cores <= facts.cpu.value.threads, 'no more cores than threads');
  const physical = Number(said('getconf', '_PHYS_PAGES')) * Number(said('getconf', 'PAGE_SIZE'));
  assert(facts.memory.value.total <= physical, 'no more memory than there is');
  if (facts.memory.value.limited !== true) equal(facts.memory.value.total, physical);
  const [block = 0, blocks = 0] = said('stat', '-f', '-c', '%S %b', home).split(' ').map(Number);
  equal(facts.disk.value.total, block * blocks);
  assert(facts.disk.value.free > 0 && facts.disk.value.free <= facts.disk.value.total, 'free space');
  const devices = said('sh', '-c', 'cat /sys/bus/pci/devices/*/class 2>/dev/null | grep -c ^0x03 || :');
  const onPci = facts.gpus.known ? facts.gpus.value.filter((gpu) => gpu.vendorId !== null).length : 0;
  equal(onPci, Number(devices));
});

test('looking starts few programs, one beside the other, and reads little', async () => {
  await observeMachine(look, options);
  const seen = { programs: 0, bytes: 0, running: 0, most: 0 };
  const counting: Look = {
    readText: async (path, limit) => {
      const text = await look.readText(path, limit);
      seen.bytes += text.length;
      return text;
    },
    readBytes: async (path, range) => {
      const bytes = await look.readBytes(path, range);
      seen.bytes += bytes.length;
      return bytes;
    },
    list: (path) => look.list(path),
    stat: (path) => look.stat(path),
    readLink: (path) => look.readLink(path),
    run: async (argv, timeout) => {
      seen.programs += 1;
      seen.running += 1;
      seen.most = Math.max(seen.most, seen.running);
      try {
        return await look.run(argv, timeout);
      } finally {
        seen.running -= 1;
      }
    },
  };
  const start = GLib.get_monotonic_time();
  await observeMachine(counting, options);
  const took = (GLib.get_monotonic_time() - start) / 1000;
  print(`# looking took ${took.toFixed(0)} ms: ${JSON.stringify(seen)}`);
  assert(seen.programs <= 16, `${seen.programs} programs`);
  assert(seen.most > 1 || seen.programs < 2, 'one after the other');
  assert(seen.bytes < 1024 * 1024, `${seen.bytes} bytes`);
});

test('reading: pseudo files, limits, and what is no file', async () => {
  assert((await look.readText('/proc/self/status')).startsWith('Name:'), 'a file whose size says 0');
  equal((await look.readBytes('/proc/cpuinfo', { offset: 2, length: 5 })).length, 5);
  equal(code(await rejection(look.readText('/proc/cpuinfo', 10))), 'too-large');
  equal(code(await rejection(look.readText('/none/such'))), 'not-found');
  equal(code(await rejection(look.readText('/etc/passwd/x'))), 'not-found');
  said('mkfifo', `${home}/fifo`);
  equal(code(await rejection(look.readText(`${home}/fifo`))), 'io', 'a FIFO must not hang');
  said('sh', '-c', `printf '\\377\\376' > ${home}/bytes`);
  equal(code(await rejection(look.readText(`${home}/bytes`))), 'not-text');
  equal(code(await rejection(look.list('/none/such'))), 'not-found');
  equal(code(await rejection(look.readLink('/none/such'))), 'not-found');
  equal(code(await rejection(look.readLink('/proc/version'))), 'io');
  equal((await look.stat('/proc/self'))?.kind, 'link');
  equal(await look.stat('/none/such'), null);
});

test('commands: output, language, exit, time, size', async () => {
  equal(await look.run(['sh', '-c', 'echo $LC_ALL; echo e >&2; exit 7']), {
    stdout: 'C\n',
    stderr: 'e\n',
    exit: 7,
  });
  equal((await look.run(['sh', '-c', 'kill -9 $$'])).exit, 137);
  equal(code(await rejection(look.run(['hearth-no-such-program']))), 'command-missing');
  equal(code(await rejection(look.run(['sleep', '20'], 100))), 'timeout');
  equal(code(await rejection(look.run(['sh', '-c', 'sleep 20 & echo started'], 100))), 'timeout');
  equal(code(await rejection(look.run(['yes']))), 'too-large');
});

test('a recording has the same facts, and no name of this computer or its user', async () => {
  const store = `${home}/.lmstudio/models/publisher/model`;
  GLib.mkdir_with_parents(store, 0o755);
  said('truncate', '-s', '3G', `${store}/model.gguf`);
  const folder = `${temporaryFolder()}/this-machine`;
  const { facts, about, files, commands } = await record(look, folder, options, '0.1.0');
  assert(files > 10 && commands > 1, 'something was read');
  const machine = await openMachine(folder);
  const again = await observeMachine(machine.look, machine.options);
  const recording = { name: 'this-machine', title: about.title, kind: 'recorded' };
  const redacted = JSON.stringify({ ...facts, recording }).replaceAll(home, about.home);
  equal(again, JSON.parse(redacted), 'facts of the recording');
  assert(
    facts.existing.lmstudio.known && facts.existing.lmstudio.value[0]?.size === 3 * 1024 ** 3,
    'a large file',
  );
  assert(
    Number(said('du', '-s', '--apparent-size', '-k', folder).split('\t')[0]) < 1024,
    'and no large recording',
  );
  const secrets = await gatherSecrets(look, home);
  const identifying = [home, ...secrets.ids].filter((text) => text.length > 3);
  for (const secret of identifying) {
    equal(said('grep', '-rliF', '--', secret, folder), '', `${String(secret.length)} letters of a secret`);
    equal(said('find', folder, '-iname', `*${GLib.path_get_basename(secret)}*`), '');
  }
});

test('recording writes into an empty folder only', async () => {
  const folder = temporaryFolder();
  GLib.file_set_contents(`${folder}/letter`, 'kept');
  equal(code(await rejection(record(look, folder, options, '0.1.0'))), 'exists');
  equal(await look.list(folder), ['letter']);
  equal(await look.readText(`${folder}/letter`), 'kept');
  const empty = temporaryFolder();
  await record(look, empty, options, '0.1.0');
  equal(await look.list(empty), ['commands.json', 'machine.json', 'notes.json', 'root']);
});

test('every machine that is installed with Hearth can be looked at', async () => {
  const machines = `${GLib.get_current_dir()}/data/machines`;
  const names = (await look.list(machines)).filter((name) => !name.includes('.'));
  assert(names.length >= 12, 'at least twelve');
  for (const name of names) {
    const machine = await openMachine(`${machines}/${name}`);
    const facts = await observeMachine(machine.look, machine.options);
    equal(facts.recording?.name, name);
    for (const fact of [facts.system, facts.kernel, facts.cpu, facts.memory, facts.disk, facts.gpus]) {
      assert(fact.known, `${name}: ${fact.source}`);
    }
  }
});

test('a recorded machine can be recorded again, and stays what it is', async () => {
  const first = await openMachine(`${GLib.get_current_dir()}/data/machines/laptop-rtx4060`);
  const folder = temporaryFolder();
  await record(first.look, folder, first.options, '0.1.0');
  const second = await openMachine(folder);
  const facts = await observeMachine(second.look, second.options);
  equal(facts.recording?.kind, 'composed');
  const expected = await observeMachine(first.look, first.options);
  equal({ ...facts, recording: null }, { ...expected, recording: null });
});

test('a hostile recording cannot show files of this computer', async () => {
  const folder = `${temporaryFolder()}/hostile`;
  await record(look, folder, options, '0.1.0');
  const link = (path: string, target: string): boolean =>
    Gio.File.new_for_path(`${folder}/root/${path}`).make_symbolic_link(target, null);
  link('absolute', '/etc/passwd');
  link('up', '../../../../../../etc/passwd');
  said('mkfifo', `${folder}/root/fifo`);
  const machine = await openMachine(folder);
  equal(code(await rejection(machine.look.readText('/absolute'))), 'not-found');
  equal(code(await rejection(machine.look.readText('/up'))), 'bad-recording');
  equal(code(await rejection(machine.look.readText('/../../etc/passwd'))), 'bad-recording');
  equal(code(await rejection(machine.look.readText('/fifo'))), 'io');
  equal(code(await rejection(machine.look.run(['id']))), 'command-missing');
  said('mv', `${folder}/root`, `${folder}/moved`);
  said('ln', '-s', '/', `${folder}/root`);
  equal(code(await rejection(openMachine(folder))), 'bad-recording');
});

await run();

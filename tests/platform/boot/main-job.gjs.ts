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
import { LocalLook } from '../../../src/platform/look.ts';
import { processes } from '../../../src/platform/processes.ts';
import { makeModel, until } from '../../support/serving.ts';
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

/** As when nobody asked for long; starts are counted anew, since that is not four times in ten minutes. */
async function letGo(): Promise<void> {
  const units = [unitNames.proxy, unitNames.model];
  for (const verb of ['stop', 'reset-failed'])
    await processes.run(['systemctl', '--user', verb, ...units], {}, never);
}

test('the proof of it holds, and with the model at rest looks without waking it', async () => {
  const verdicts = (proof: Proof) =>
    Object.fromEntries(proof.checks.map(({ id, verdict }) => [id, verdict.tag]));
  const running = verdicts(await hearth.prove({ start: true }, never));
  for (const id of ['wall', 'listeners', 'key', 'origin', 'others', 'goose-telemetry', 'cloud'])
    equal([id, running[id]], [id, 'holds']);
  await letGo();
  const resting = verdicts(await hearth.prove({ start: false }, never));
  equal([resting['listeners'], resting['wall'], resting['key']], ['holds', 'unknown', 'unknown']);
  equal([await active(unitNames.socket), await active(unitNames.model)], ['active', 'inactive']);
  await hearth.serve(never);
});

test('Goose by itself wakes the model at the address that it was told', async () => {
  await letGo();
  equal(await active(unitNames.model), 'inactive');
  const program = GLib.getenv('HEARTH_GOOSE') ?? '';
  const argv = [program, 'run', '--text', 'Hello', '--no-session', '--quiet', '--max-turns', '1'];
  const env = {
    GOOSE_PROVIDER: 'hearth',
    GOOSE_MODEL: 'local',
    GOOSE_MODE: 'chat',
    GOOSE_DISABLE_KEYRING: 'true',
  };
  const output = await processes.run(argv, { env, cwd: temporaryFolder(), timeout: 60_000 }, never);
  equal(output.exit, 0, output.stderr);
  assert(!/error/i.test(output.stdout), output.stdout);
  equal(await active(unitNames.model), 'active', 'the first request started it');
});

test('Goose without a network wakes a model that was let go meanwhile', async () => {
  const folder = `${home}/Projects/garden`;
  await files.makeFolder(folder, 0o755);
  const lines: string[] = [];
  let stopped: Promise<unknown> = Promise.resolve();
  const session = {
    folder,
    prompt: 'Hello',
    onReady: () => {
      stopped = letGo();
    },
    onLine: (line: string) => lines.push(line),
  };
  equal(await hearth.openGooseOffline(session, never), 0);
  await stopped;
  assert(lines.join('').length > 10 && !/error/i.test(lines.join('')), lines.join('\n'));
  equal(await active(unitNames.model), 'active');
});

test('another context is served at the same address, and Goose is told of it', async () => {
  const { server } = state();
  assert(server.tag === 'ready', server.tag);
  const config = await files.readText(`${paths.config}/goose/config.yaml`);
  hearth.choose('small', 20_480);
  const endpoint = await hearth.serve(never);
  equal([endpoint.port, endpoint.contextTokens], [server.endpoint.port, 20_480]);
  await hearth.refresh();
  equal(state().goose?.provider, 'right');
  equal((await hearth.plan('tools')).steps, [], 'nothing is left to do');
  equal(
    await files.readText(`${paths.config}/goose/config.yaml`),
    config,
    'its settings are not written again',
  );
  const answer = await hearth.askGoose('What is a hearth?', () => {}, never);
  assert(answer.tokensSeen > 0, 'Goose answered');
  hearth.choose('small', null);
  await hearth.serve(never);
});

test('a key that was deleted is made anew, and Goose goes on with it', async () => {
  const before = await files.readText(paths.keyFile);
  await files.remove(paths.keyFile);
  const answer = await hearth.ask([{ role: 'user', content: 'Hello' }], () => {}, never);
  assert(answer.text.length > 0, 'an answer');
  assert((await files.readText(paths.keyFile)) !== before, 'another key');
  assert((await hearth.askGoose('Hello', () => {}, never)).tokensSeen > 0, 'Goose answered');
});

/** What this process, its children, the server and the proxy send while `work` is done, by strace. */
async function traced(work: () => Promise<unknown>): Promise<string> {
  const file = `${temporaryFolder()}/trace`;
  const property = ['show', '--value', '--property=MainPID', unitNames.proxy, unitNames.model];
  const shown = await processes.run(['systemctl', '--user', ...property], {}, never);
  const pids = [...shown.stdout.trim().split(/\s+/), await new LocalLook().readLink('/proc/self')];
  const calls = 'trace=connect,bind,sendto,sendmsg,sendmmsg';
  const strace = ['strace', '-f', '-s', '200', '-o', file, '-e', calls, '-e', 'signal=none'];
  const attach = pids.flatMap((pid) => ['-p', pid]);
  const tracer = await processes.start([...strace, ...attach], {});
  const attached = async (): Promise<boolean> => {
    const texts = await Promise.all(pids.map((pid) => files.readText(`/proc/${pid}/status`)));
    return texts.every((text) => !/^TracerPid:\s+0$/m.test(text));
  };
  try {
    await until('strace sees all of them', attached);
    await work();
  } finally {
    tracer.signal('INT');
    await tracer.exited;
  }
  return new TextDecoder().decode(await files.readBytes(file));
}

const beyond = (trace: string): readonly string[] =>
  trace
    .split('\n')
    .filter((line) => /sin6?_port=htons/.test(line))
    .filter(
      (line) =>
        !/inet_addr\("127\.|inet_pton\(AF_INET6, "::1"/.test(line) ||
        /htons\((53|853|5353|5355)\)/.test(line),
    );

// Where programs may trace their children only (Yama), there is no looking at what systemd started.
const yama = await files.readText('/proc/sys/kernel/yama/ptrace_scope').catch(() => '0');
if (yama.trim() === '0') {
  test('as the kernel sees it, a chat and a question through Goose stay on this computer', async () => {
    await hearth.serve(never);
    const trace = await traced(async () => {
      await hearth.ask([{ role: 'user', content: 'Hello' }], () => {}, never);
      await hearth.askGoose('Hello', () => {}, never);
    });
    assert(/inet_addr\("127\.0\.0\.1"\)/.test(trace), 'the way to the address was seen');
    assert(/sun_path="[^"]*model\.sock"/.test(trace), 'the proxy’s way to the server was seen');
    equal(beyond(trace), []);
    assert(
      !/systemd\/resolve|systemd\.Resolve|org\.freedesktop\.resolve1/.test(trace),
      'nobody asked for a name',
    );
  });

  test('the same trace does see a program that calls somebody', async () => {
    const trace = await traced(() =>
      processes.run(['curl', '--silent', '--max-time', '2', 'http://192.0.2.1/'], {}, never),
    );
    assert(
      beyond(trace).some((line) => line.includes('192.0.2.1')),
      trace,
    );
  });
}

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

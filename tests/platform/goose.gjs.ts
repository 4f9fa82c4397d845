// SPDX-License-Identifier: GPL-3.0-or-later

// The real Goose against the real server with the practice model.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { step, type Action, type WriteFile } from '../../src/core/setup/plan.ts';
import { Goose } from '../../src/engine/goose.ts';
import { Journal } from '../../src/engine/journal.ts';
import { runPlan, undoStep } from '../../src/engine/run.ts';
import { observePrograms } from '../../src/engine/programs.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import { bench, makeModel, type Bench } from '../support/serving.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const program =
  GLib.getenv('HEARTH_GOOSE') ??
  `${GLib.get_current_dir()}/node_modules/@aaif/goose-binary-linux-x64/bin/goose`;
const nothingElse = {
  moveModel: () => Promise.resolve(),
  choose: () => {},
  stopServer: async () => {},
  units: async () => {},
  unlink: async () => {},
  driver: async () => {},
  removeImage: async () => {},
  removeRules: async () => {},
  removeExtension: async () => {},
  takeOut: async () => {},
  uninstallApp: async () => {},
  forgetModel: async () => {},
};
const model = await makeModel(temporaryFolder());

const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));

function gooseFor(here: Bench, environment: Readonly<Record<string, string>> = {}): Goose {
  return new Goose({
    processes,
    files,
    clock,
    paths: here.paths,
    sha256,
    api: here.serving.api,
    environment: (name) => environment[name] ?? null,
    programs: () => observePrograms({ processes, files, home: here.paths.home, goose: program }, true),
  });
}

async function write(plan: readonly WriteFile[]): Promise<void> {
  for (const file of plan) {
    await files.makeFolder(GLib.path_get_dirname(file.path), 0o700);
    await files.writeAtomic(file.path, file.content, file.mode);
  }
}

test('Goose is set up, asks the model, and is judged by what the server counted', async () => {
  const here = await bench(model);
  const goose = gooseFor(here);
  const endpoint = await here.serving.start(here.request({ contextTokens: 32768 }), never);
  equal((await goose.observe(endpoint)).provider, 'missing');
  match((await goose.observe(endpoint)).program?.version ?? '', /^1\.\d+\.\d+$/);
  await write(await goose.plan(endpoint));
  const facts = await goose.observe(endpoint);
  equal([facts.provider, facts.activeProvider, facts.activeModel], ['right', 'hearth', 'practice']);
  equal([facts.telemetry, facts.cloudProviders, facts.problem], ['off', [], null]);
  equal(await goose.plan(endpoint), [], 'nothing is left to do');

  const lines: string[] = [];
  const answer = await goose.ask(endpoint, 'What is a hearth?', (line) => lines.push(line), never);
  assert(answer.text.length > 0, 'an answer');
  equal(lines.join('\n'), answer.text);
  assert(answer.tokensSeen > 50, `tokens by the server's own count: ${answer.tokensSeen}`);
  await here.serving.stop();
});

test('as a person starts it, with its own settings alone, Goose uses the local model', async () => {
  const here = await bench(model);
  const endpoint = await here.serving.start(here.request({ contextTokens: 32768 }), never);
  await write(await gooseFor(here).plan(endpoint));
  const before = await here.serving.api.counters(endpoint.port);
  const env = {
    HOME: here.paths.home,
    XDG_CONFIG_HOME: here.paths.config,
    XDG_DATA_HOME: `${here.folder}/data`,
    XDG_STATE_HOME: `${here.folder}/state`,
    GOOSE_MODE: 'auto',
    GOOSE_MAX_TOKENS: '64',
  };
  const argv = [program, 'run', '--text', 'Hello', '--no-session', '--quiet', '--max-turns', '1'];
  const output = await processes.run(argv, { env, cwd: here.folder, timeout: 180_000 }, never);
  equal(output.exit, 0, output.stderr);
  const after = await here.serving.api.counters(endpoint.port);
  const prompted = after.promptTokens - before.promptTokens;
  print(`# Goose's instructions and tools: ${prompted} tokens`);
  assert(prompted > 3000 && prompted < 12_000, `its whole preamble: ${prompted} tokens`);
  await here.serving.stop();
});

test('another model takes the place of the first at the same address, and Goose’s settings stay', async () => {
  const here = await bench(model);
  const goose = gooseFor(here);
  const first = await here.serving.start(here.request({ contextTokens: 32768 }), never);
  await write(await goose.plan(first));
  const settings = await files.readText(`${here.paths.config}/goose/config.yaml`);
  equal((await goose.observe(first)).activeModel, 'practice');

  const path = `${here.folder}/other.gguf`;
  await files.copy(model, path, 0o600);
  const request = here.request({ modelPath: path, modelId: 'other', alias: 'other', contextTokens: 20000 });
  const told = await goose.follow(request);
  equal(
    told.map((file) => file.purpose),
    ['goose-provider'],
    'the context that Goose is told of, and nothing else',
  );
  await write(told);
  const second = await here.serving.start(request, never);
  equal([second.port, second.alias], [first.port, 'other']);
  const promised = JSON.parse(told[0]?.content ?? '') as {
    models: { name: string; context_limit: number }[];
  };
  const limit = promised.models[0]?.context_limit ?? 0;
  const props = await here.serving.api.props(second.port, never);
  assert(
    limit <= props.contextTokens && limit > props.contextTokens - 256,
    `${limit} of ${props.contextTokens}`,
  );
  equal(await goose.plan(second), [], 'nothing is left to do');
  equal(await goose.follow(second), []);
  const facts = await goose.observe(second);
  equal([facts.provider, facts.activeModel], ['right', 'other']);
  equal(await files.readText(`${here.paths.config}/goose/config.yaml`), settings);
  const answer = await goose.ask(second, 'Hello', () => {}, never);
  assert(answer.tokensSeen > 50, 'the new model answered Goose');
  await here.serving.stop();

  await files.writeAtomic(
    `${here.paths.config}/goose/custom_providers/hearth.json`,
    '{"name":"mine"}',
    0o600,
  );
  equal(await goose.follow(first), [], 'a file that is not Hearth’s is left alone');
});

test('Goose says "completed" without a server; Hearth does not', async () => {
  const here = await bench(model);
  const goose = gooseFor(here);
  const endpoint = await here.serving.start(here.request(), never);
  await write(await goose.plan(endpoint));
  await here.serving.stop();
  const thrown = await rejection(goose.ask(endpoint, 'Hello', () => {}, never));
  equal(code(thrown), 'goose-silent');
  equal(thrown instanceof HearthError && thrown.args, { exit: 0 }, 'its own exit status says success');
});

test('a wrong key ends in a sentence, not in silence', async () => {
  const here = await bench(model);
  const goose = gooseFor(here);
  const endpoint = await here.serving.start(here.request(), never);
  const plan = await goose.plan(endpoint);
  const other = `${here.folder}/other-key`;
  await files.writeAtomic(other, 'not-the-key-of-this-server\n', 0o600);
  await write(plan.map((file) => ({ ...file, content: file.content.replace(here.paths.keyFile, other) })));
  equal((await goose.observe(endpoint)).provider, 'other');
  const thrown = await rejection(goose.ask(endpoint, 'Hello', () => {}, never));
  equal(code(thrown), 'goose-silent');
  match(thrown instanceof HearthError ? (thrown.detail ?? '') : '', /401|auth|key/i);
  await here.serving.stop();
});

test('settings for a cloud provider stay as they are, with their comments', async () => {
  const here = await bench(model);
  const goose = gooseFor(here);
  const path = `${here.paths.config}/goose/config.yaml`;
  const mine = `# mine
active_provider: openai   # from work
providers:
  # paid by the company
  openai: {enabled: true, model: gpt-5, configured: true}
extensions:
    developer:
        enabled: true # needed
GOOSE_MODE: auto
`;
  await files.makeFolder(`${here.paths.config}/goose`, 0o700);
  await files.writeAtomic(path, mine, 0o600);
  const endpoint = await here.serving.start(here.request({ contextTokens: 32768 }), never);
  await write(await goose.plan(endpoint));
  const merged = await files.readText(path);
  for (const kept of ['# mine', '# from work', '# paid by the company', '# needed', 'GOOSE_MODE: auto'])
    assert(merged.includes(kept), `${kept} in\n${merged}`);
  const facts = await goose.observe(endpoint);
  equal([facts.provider, facts.activeProvider, facts.cloudProviders], ['right', 'openai', ['openai']]);
  const answer = await goose.ask(endpoint, 'Hello', () => {}, never);
  assert(answer.tokensSeen > 0, 'it asks the local model all the same');
  await here.serving.stop();
});

test('a cloud provider stays the default until a person says otherwise, and undo brings every byte back', async () => {
  const here = await bench(model);
  const goose = gooseFor(here, { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://traces.example.com:4318' });
  const path = `${here.paths.config}/goose/config.yaml`;
  const mine = [
    ...[
      '\ufeffactive_provider: openai\t# from work',
      'providers:',
      '   openai: {enabled: true, model: gpt-5}',
    ],
    ...['GOOSE_PLANNER_PROVIDER: anthropic', 'extensions:', '  tickets:', '    enabled: true'],
    ...['    type: streamable_http', '    uri: https://mcp.example.com/tickets', '', '# the end'],
  ].join('\r\n');
  const bytes = new TextEncoder().encode(mine);
  await files.makeFolder(`${here.paths.config}/goose`, 0o700);
  await files.writeAtomic(path, bytes, 0o640);
  const endpoint = await here.serving.start(here.request({ contextTokens: 20000 }), never);
  const journal = new Journal(here.paths.journal, files, clock);
  const deps = {
    files,
    journal,
    sha256,
    backups: `${here.paths.state}/backups`,
    perform: async (action: Action) => {
      if (action.do === 'write-file') await write([action]);
    },
  };
  const plan = await goose.plan(endpoint, true);
  const steps = plan.map((action, index) => step(`write-${index}`, action));
  await runPlan({ id: 'default', task: 'tools', steps }, false, deps, () => {}, never);
  const facts = await goose.observe(endpoint);
  equal([facts.provider, facts.activeProvider, facts.telemetry], ['right', 'hearth', 'off']);
  equal(
    facts.stillCloud.map(({ kind, name, to }) => [kind, name, to]),
    [
      ['traces', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'traces.example.com'],
      ['use', 'GOOSE_PLANNER_PROVIDER', 'anthropic'],
      ['extension', 'tickets', 'mcp.example.com'],
    ],
  );
  const provider = JSON.parse(
    await files.readText(`${here.paths.config}/goose/custom_providers/hearth.json`),
  );
  const props = await here.serving.api.props(endpoint.port, never);
  equal(
    provider.models[0].context_limit,
    props.contextTokens,
    'the context that the server has, not the one asked for',
  );
  assert(props.contextTokens !== 20000, `rounded up by the server: ${props.contextTokens}`);

  const { entries } = await journal.read(new Set());
  for (const done of entries.flatMap((entry) => entry.steps.toReversed()))
    await undoStep(done.undo, { ...deps, ...nothingElse });
  equal(Array.from(await files.readBytes(path)), Array.from(bytes), 'byte for byte');
  equal((await files.stat(path))?.mode, 0o640);
  equal(await files.stat(`${here.paths.config}/goose/custom_providers/hearth.json`), null);
  await here.serving.stop();
});

test('for a small model Goose asks with fewer tools, and the server reads half as much', async () => {
  const preamble = async (small: boolean): Promise<number> => {
    const here = await bench(model);
    const endpoint = await here.serving.start(here.request({ contextTokens: 32768 }), never);
    await write(await gooseFor(here).plan({ ...endpoint, small }));
    const before = await here.serving.api.counters(endpoint.port);
    const env = {
      HOME: here.paths.home,
      XDG_CONFIG_HOME: here.paths.config,
      GOOSE_MODE: 'auto',
      GOOSE_MAX_TOKENS: '64',
    };
    const argv = [program, 'run', '--text', 'Hello', '--no-session', '--quiet', '--max-turns', '1'];
    await processes.run(argv, { env, cwd: here.folder, timeout: 180_000 }, never);
    const after = await here.serving.api.counters(endpoint.port);
    await here.serving.stop();
    return after.promptTokens - before.promptTokens;
  };
  // The practice model's answers are chance, and now and then one makes Goose ask a second time: the smaller of two is
  // one request.
  const once = async (small: boolean): Promise<number> =>
    Math.min(await preamble(small), await preamble(small));
  const [few, all] = [await once(true), await once(false)];
  print(`# Goose's instructions and tools: ${few} tokens for a small model, ${all} otherwise`);
  assert(few > 500 && few < all * 0.6, `${few} of ${all}`);
});

test('a config.yaml that is not YAML is left alone, with file and line', async () => {
  const here = await bench(model);
  const goose = gooseFor(here);
  const path = `${here.paths.config}/goose/config.yaml`;
  const mine = 'active_provider: openai\nproviders: [unclosed\n';
  await files.makeFolder(`${here.paths.config}/goose`, 0o700);
  await files.writeAtomic(path, mine, 0o600);
  const target = { port: 1, alias: 'practice', contextTokens: 16384 };
  const thrown = await rejection(goose.plan(target));
  equal(code(thrown), 'bad-config');
  equal(thrown instanceof HearthError && thrown.args['path'], path);
  assert(thrown instanceof HearthError && Number(thrown.args['line']) >= 2, 'the line');
  equal((await goose.observe(target)).problem?.code, 'bad-config');
  equal(await files.readText(path), mine);
});

await run(240_000);

// SPDX-License-Identifier: GPL-3.0-or-later

// Goose brought into a home folder from a TLS server on loopback: the real program, and archives that must be refused.

import GLib from 'gi://GLib?version=2.0';

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { step, type Action } from '../../src/core/setup/plan.ts';
import { Journal } from '../../src/engine/journal.ts';
import { Goose } from '../../src/engine/goose.ts';
import { Ledger } from '../../src/engine/ledger.ts';
import { observePrograms } from '../../src/engine/programs.ts';
import { runPlan, undoStep, type StepProgress } from '../../src/engine/run.ts';
import { ToolStore } from '../../src/engine/tools.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { fileLocks } from '../../src/platform/locks.ts';
import { processes } from '../../src/platform/processes.ts';
import { curlTransfers } from '../../src/platform/transfers.ts';
import { bench, makeModel } from '../support/serving.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const real =
  GLib.getenv('HEARTH_GOOSE') ??
  `${GLib.get_current_dir()}/node_modules/@aaif/goose-binary-linux-x64/bin/goose`;
const list = JSON.parse(await files.readText(`${GLib.get_current_dir()}/data/tools/hearth.json`));
const pinned = list.tools[0].artefacts[0].program as { readonly size: number; readonly sha256: string };

const sh = async (script: string, ...words: readonly string[]): Promise<string> => {
  const { exit, stdout, stderr } = await processes.run(['sh', '-ec', script, 'sh', ...words], {}, never);
  if (exit !== 0) throw new Error(stderr);
  return stdout.trim();
};

interface Published {
  readonly url: (mode: string, key: string, name?: string) => string;
  readonly ca: string;
}

/** A publisher of `archive`, with the faults of tests/support/fault-server.mjs. */
async function publish(archive: string): Promise<Published> {
  const folder = temporaryFolder();
  let tell: (line: string) => void = () => {};
  const line = new Promise<string>((resolve) => (tell = resolve));
  await processes.start(['node', 'tests/support/fault-server.mjs', folder, archive], {
    onLine: (text) => tell(text),
  });
  const { port, ca } = JSON.parse(await line) as { port: number; ca: string };
  return {
    url: (mode, key, name = 'goose.tar.gz') => `https://localhost:${port}/${mode}/${key}/${name}`,
    ca,
  };
}

interface Person {
  readonly home: string;
  readonly store: ToolStore;
  readonly ledger: Ledger;
  readonly plan: () => Promise<readonly Action[]>;
  readonly install: (cancel?: CancelSource) => Promise<void>;
  readonly takeBack: () => Promise<void>;
}

/** Somebody with an empty home, to whom a list offers this program. */
async function person(
  { url, ca }: Published,
  program: { readonly size: number; readonly sha256: string },
  change: {
    readonly mode?: string;
    readonly name?: string;
    readonly key?: string;
    readonly archiveSha256?: string;
    readonly free?: number;
  } = {},
): Promise<Person> {
  const home = `${temporaryFolder()}/home`;
  const { free } = change;
  const place = free === undefined ? files : { ...files, freeSpace: async () => free };
  const data = `${home}/.local/share/hearth`;
  const own = `${temporaryFolder()}/list.json`;
  const tool = JSON.parse(JSON.stringify(list.tools[0]));
  tool.artefacts[0].url = url(change.mode ?? 'ok', change.key ?? 'k', change.name);
  tool.artefacts[0].sha256 = change.archiveSha256 ?? null;
  Object.assign(tool.artefacts[0].program, program);
  await files.makeFolder(home, 0o755);
  await files.writeAtomic(own, JSON.stringify({ ...list, tools: [tool] }), 0o644);
  const ledger = new Ledger(`${home}/ledger.jsonl`, files, clock);
  const store = new ToolStore({
    ...{ files: place, clock, ledger, processes, own, data, home },
    transfers: curlTransfers(
      { files, processes, clock },
      { slowest: 4096, slowFor: 2, connect: 5, poll: 20 },
    ),
    locks: fileLocks(processes),
    caFile: ca,
    tools: `${data}/tools`,
    folders: [],
    searched: (GLib.getenv('PATH') ?? '').split(':'),
    policy: {
      tries: 4,
      triesUnanswered: 3,
      worthwhile: 1024,
      firstWait: 0.05,
      longestWait: 5,
      longestPause: 0.4,
      patience: 8,
    },
  });
  const programs = () => observePrograms({ processes, files, home, goose: `${home}/.local/bin/goose` });
  const journal = new Journal(`${home}/journal.jsonl`, files, clock);
  const plan = async (): Promise<readonly Action[]> => store.plan((await programs()).goose);
  const deps = { files, journal, sha256, backups: `${home}/backups` };
  return {
    home,
    store,
    ledger,
    plan,
    install: async (cancel = new CancelSource()) => {
      const steps = (await plan()).map((action, index) => step(`step-${index}`, action));
      const perform = async (action: Action, onProgress: (progress: StepProgress) => void): Promise<void> => {
        if (action.do === 'make-folder') await files.makeFolder(action.path, action.mode);
        if (action.do === 'install-tool') await store.install(action, onProgress, cancel);
        if (action.do === 'link') await store.link(action);
      };
      await runPlan({ id: 'install', task: 'tools', steps }, false, { ...deps, perform }, () => {}, cancel);
    },
    takeBack: async () => {
      const { entries } = await journal.read(new Set());
      for (const done of (entries.at(-1)?.steps ?? []).toReversed())
        await undoStep(done.undo, {
          ...deps,
          choose: () => {},
          stopServer: async () => {},
          units: async () => {},
          moveModel: async () => {},
          takeOut: () => Promise.resolve(),
          uninstallApp: () => Promise.resolve(),
          unlink: store.unlink.bind(store),
          driver: () => Promise.resolve(),
          removeImage: async () => {},
          removeRules: async () => {},
          removeExtension: async () => {},
          forgetModel: (path) => (done.action.do === 'install-tool' ? store.forget(path) : Promise.resolve()),
        });
    },
  };
}

const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));
const tree = (home: string): Promise<string> =>
  sh('cd "$1" && find . -mindepth 1 ! -name "*.jsonl" ! -name "*.lock" | LC_ALL=C sort', home);

/** A program that only says its version, in archives that are made by `script` in a folder with it. */
async function packed(script: string, content = '#!/bin/sh\necho " 1.52.0"\n') {
  const folder = temporaryFolder();
  await files.writeAtomic(`${folder}/goose`, content, 0o755);
  await sh(`cd "$1"; ${script}`, folder);
  return {
    archive: `${folder}/archive`,
    program: { size: new TextEncoder().encode(content).length, sha256: sha256(content) },
  };
}
const small = await packed('tar -czf archive goose');
const publisher = await publish(small.archive);

test('the real program is brought, checked, found by name, and answers through the real server', async () => {
  const archive = `${temporaryFolder()}/goose.tar.gz`;
  await sh('tar -C "$1" -c goose | gzip -1 >"$2"', GLib.path_get_dirname(real), archive);
  const someone = await person(await publish(archive), pinned);
  const { offered } = await someone.store.look(null);
  equal([offered?.version, offered?.size], ['1.52.0', 300841352]);
  const started = clock.monotonic();
  await someone.install();
  print(`# installed in ${Math.round(clock.monotonic() - started)} ms`);
  const link = `${someone.home}/.local/bin/goose`;
  const place = `${someone.home}/.local/share/hearth/tools/goose/1.52.0/goose`;
  equal(await sh('readlink -- "$1"', link), place);
  equal((await files.stat(place))?.mode, 0o755);
  const now = await observePrograms({ processes, files, home: someone.home, goose: link }, true);
  equal(now.goose, { path: link, version: '1.52.0' });
  const { ours, offered: more } = await someone.store.look(now.goose);
  equal(
    [ours?.attestation, ours?.inPath, more],
    ['not-checked', false, null],
    'and nothing newer is offered',
  );
  equal(await someone.plan(), [], 'nothing is left to do');
  const { lines } = await someone.ledger.read();
  equal([...new Set(lines.map((line) => `${line.host.split(':')[0]} ${line.task}`))], ['localhost tools']);
  assert(lines.at(-1)!.received > 50_000_000, `the ledger has what came: ${lines.at(-1)?.received}`);

  const here = await bench(await makeModel(temporaryFolder()));
  const endpoint = await here.serving.start(here.request({ contextTokens: 32768 }), never);
  const goose = new Goose({
    ...{ processes, files, clock, sha256 },
    paths: here.paths,
    api: here.serving.api,
    environment: () => null,
    programs: async () => now,
  });
  for (const file of await goose.plan({ ...endpoint, small: true })) {
    await files.makeFolder(GLib.path_get_dirname(file.path), 0o700);
    await files.writeAtomic(file.path, file.content, file.mode);
  }
  const answer = await goose.ask(endpoint, 'Hello', () => {}, never);
  assert(answer.tokensSeen > 0, 'by the counters of the server');
  await here.serving.stop();

  await someone.takeBack();
  equal(
    await tree(someone.home),
    ['.', './.local', './.local/share', './.local/share/hearth'].slice(1).join('\n'),
  );
});

test('cut off in the middle, it goes on from there, also in another Hearth', async () => {
  const large = await packed('head -c 3000000 /dev/urandom >ballast; tar -cf archive goose ballast');
  const from = await publish(large.archive);
  const someone = await person(from, large.program, { mode: 'drop', key: 'again' });
  await someone.install();
  const { lines } = await someone.ledger.read();
  const came = lines.reduce((sum, line) => sum + line.received, 0);
  const whole = (await files.stat(large.archive))?.size ?? 0;
  assert(came < whole * 1.6, `${came} of ${whole} bytes: not all of it twice`);
  equal(
    (await someone.store.look({ path: `${someone.home}/.local/bin/goose`, version: null })).ours?.version,
    '1.52.0',
  );
});

test('a program other than the pinned one is not installed, nor is an archive other than a pinned one', async () => {
  const other = { ...small.program, sha256: sha256('something else') };
  const someone = await person(publisher, other, { key: 'other' });
  match(code(await rejection(someone.install())), /hash-mismatch/);
  equal(
    await tree(someone.home),
    './.local\n./.local/bin\n./.local/share\n./.local/share/hearth\n./.local/share/hearth/tools\n./.local/share/hearth/tools/.partial',
  );
  const strict = await person(publisher, small.program, { key: 'strict', archiveSha256: sha256('no') });
  match(code(await rejection(strict.install())), /hash-mismatch/);
  const right = await person(publisher, small.program, {
    key: 'right',
    archiveSha256: await sh('sha256sum <"$1" | cut -c1-64', small.archive),
  });
  await right.install();
});

test('archives that try something are refused before anything is unpacked', async () => {
  const tricks: Readonly<Record<string, string>> = {
    traversal:
      'mkdir d; cp goose d; cd d; echo x >../../evil-$$; tar -P -cf ../archive ../../evil-$$ goose; rm ../../evil-$$',
    absolute: 'tar -P -cf archive "$PWD/goose" goose',
    'symbolic link': 'ln -s /etc/passwd link; tar -cf archive link goose',
    'program as a link': 'mkdir d; ln -s ../goose d/goose; tar -cf archive -C d goose',
    'hard link': 'ln goose copy; tar -cf archive copy goose',
    'no program': 'echo x >other; tar -cf archive other',
    'two programs': 'mkdir d; cp goose d; tar -cf archive goose d/goose',
    'many files': 'mkdir d; for i in $(seq 80); do echo x >d/$i; done; tar -cf archive goose d',
    'a bomb': 'truncate -s 3G zeros; tar -cSf archive goose zeros; rm zeros',
    truncated:
      'head -c 200000 /dev/urandom >ballast; tar -cf whole ballast goose; head -c 150000 whole >archive',
    'not an archive': 'head -c 5000 /dev/urandom >archive',
  };
  for (const [name, script] of Object.entries(tricks)) {
    const { archive, program } = await packed(script);
    const someone = await person(await publish(archive), program);
    const thrown = await rejection(someone.install());
    equal(code(thrown), 'bad-archive', name);
    assert(!(await tree(someone.home)).includes('goose'), name);
    equal(
      await sh('find "$1" -name "*.part" -o -name "*.program"', someone.home),
      '',
      `${name}: nothing is kept`,
    );
  }
});

test('the program that unpacks is missed before anything is fetched', async () => {
  if ((await processes.find('bzip2')) !== null) return;
  const someone = await person(publisher, small.program, { key: 'bzip2', name: 'goose.tar.bz2' });
  const thrown = await rejection(someone.install());
  equal([code(thrown), (thrown as HearthError).args['command']], ['command-missing', 'bzip2']);
  equal((await someone.ledger.read()).lines, [], 'nobody was contacted');
});

test('what somebody else put there is used and left alone', async () => {
  const someone = await person(publisher, small.program, { key: 'elsewhere' });
  await files.makeFolder(`${someone.home}/.local/bin`, 0o755);
  const link = `${someone.home}/.local/bin/goose`;
  await files.writeAtomic(link, '#!/bin/sh\necho mine\n', 0o755);
  equal(await someone.plan(), [], 'a Goose is there already');
  equal(code(await rejection(someone.store.plan(null))), 'exists', 'nor is it overwritten');
  equal(
    code(await rejection(someone.store.link({ do: 'link', path: link, target: '/x', before: null }))),
    'exists',
  );
  equal(await files.readText(link), '#!/bin/sh\necho mine\n');
});

test('an earlier version of Hearth’s own is replaced on request, and comes back with undo', async () => {
  const someone = await person(publisher, small.program, { key: 'update' });
  const old = `${someone.home}/.local/share/hearth/tools/goose/1.50.0`;
  await files.makeFolder(old, 0o755);
  await files.makeFolder(`${someone.home}/.local/bin`, 0o755);
  await files.writeAtomic(`${old}/goose`, '#!/bin/sh\necho 1.50.0\n', 0o755);
  const note = { version: '1.50.0', sha256: 'a'.repeat(64), attestation: 'verified', why: '' };
  await files.writeAtomic(`${old}/installed.json`, JSON.stringify(note), 0o644);
  const link = `${someone.home}/.local/bin/goose`;
  await sh('ln -s "$1/goose" "$2"', old, link);
  equal((await someone.store.look({ path: link, version: null })).offered?.version, '1.52.0');
  await someone.install();
  equal(await sh('"$1"', link), '1.52.0');
  await someone.takeBack();
  equal(await sh('"$1"', link), '1.50.0');
  equal(await files.stat(`${someone.home}/.local/share/hearth/tools/goose/1.52.0`), null);
});

test('too little space is said before the download, with numbers', async () => {
  // Simulated: a disk that says it has 10 bytes left.
  const someone = await person(publisher, small.program, { key: 'space', free: 10 });
  const thrown = await rejection(someone.install());
  equal(code(thrown), 'no-space');
  const { free, needed } = (thrown as HearthError).args;
  equal([free, Number(needed) > small.program.size], [10, true]);
  equal(await files.stat(`${someone.home}/.local/bin/goose`), null);
});

test('what gh says about the attestation decides, where gh is there', async () => {
  // Simulated: a stand-in for gh that says what gh says. The real one needs an account and the network.
  const folder = temporaryFolder();
  const path = GLib.getenv('PATH') ?? '';
  GLib.setenv('PATH', `${folder}:${path}`, true);
  const says = (exit: number, text: string): Promise<void> =>
    files.writeAtomic(
      `${folder}/gh`,
      `#!/bin/sh\necho "$@" >"$0.asked"\necho '${text}' >&2\nexit ${exit}\n`,
      0o755,
    );
  try {
    await says(0, 'Verification succeeded!');
    const verified = await person(publisher, small.program, { key: 'gh1' });
    await verified.install();
    const program = { path: `${verified.home}/.local/bin/goose`, version: null };
    equal((await verified.store.look(program)).ours?.attestation, 'verified');
    match(
      await files.readText(`${folder}/gh.asked`),
      /^attestation verify .*\.part --repo aaif-goose\/goose\n$/,
    );
    const { lines } = await verified.ledger.read();
    assert(
      lines.some(({ host }) => host === 'api.github.com'),
      'whom gh asks is in the ledger',
    );

    await says(1, 'Error: verifying with issuer "sigstore.dev" failed');
    const refused = await person(publisher, small.program, { key: 'gh2' });
    equal(code(await rejection(refused.install())), 'attestation-refused');
    equal(await files.stat(`${refused.home}/.local/bin/goose`), null);

    await says(4, 'To get started with GitHub CLI, please run:  gh auth login');
    const unsigned = await person(publisher, small.program, { key: 'gh3' });
    await unsigned.install();
    const ours = (await unsigned.store.look({ path: `${unsigned.home}/.local/bin/goose`, version: null }))
      .ours;
    equal([ours?.attestation, /gh auth login/.test(ours?.why ?? '')], ['not-checked', true]);
  } finally {
    GLib.setenv('PATH', path, true);
  }
});

await run(240_000);

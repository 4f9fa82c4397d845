// SPDX-License-Identifier: GPL-3.0-or-later

// Plans on real files: carried out, cut off at every point, taken back.

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import type { Files } from '../../src/core/ports.ts';
import { step, type Action, type Plan } from '../../src/core/setup/plan.ts';
import { Journal } from '../../src/engine/journal.ts';
import { performer } from '../../src/engine/perform.ts';
import type { Parts } from '../../src/engine/parts.ts';
import { runPlan, type RunDeps } from '../../src/engine/run.ts';
import { canUndo, undoEntry } from '../../src/engine/take-back.ts';
import { clock, random, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { memorySettings } from '../../src/platform/settings.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const code = (thrown: unknown): string => (thrown instanceof HearthError ? thrown.code : String(thrown));

function bench(folder: string, using: Files = files) {
  const journal = new Journal(`${folder}/state/journal.jsonl`, files, clock);
  const settings = memorySettings();
  // Only the parts that these actions touch; a step that needs another would fail loudly.
  const parts = {
    files: using,
    random,
    settings,
    sha256,
    models: {},
    serving: { units: () => {} },
  } as unknown as Parts;
  const absent = (): never => {
    throw new Error('not part of this test');
  };
  const perform = performer({
    ...{ parts, entry: absent, serve: absent, stopServing: absent },
    choose: (change) => settings.write(change),
    transfer: (attempt) => attempt(never),
  });
  const deps: RunDeps = { files: using, journal, sha256, backups: `${folder}/state/backups`, perform };
  return { journal, settings, parts, deps };
}

function planOf(...actions: readonly Action[]): Plan {
  return { id: 'plan-1', task: 'tools', steps: actions.map((action, index) => step(`s${index}`, action)) };
}

const write = (path: string, content: string, before: string | null): Action => ({
  do: 'write-file',
  path,
  content,
  mode: 0o600,
  before: before === null ? null : sha256(before),
  owner: 'person',
  purpose: 'goose-config',
});

async function sample(folder: string): Promise<Plan> {
  await files.writeAtomic(`${folder}/config.yaml`, '# mine\nold: 1\n', 0o640);
  return planOf(
    { do: 'make-folder', path: `${folder}/new`, mode: 0o700 },
    { do: 'make-key', path: `${folder}/new/key` },
    write(`${folder}/config.yaml`, '# mine\nold: 1\nnew: 2\n', '# mine\nold: 1\n'),
    write(`${folder}/fresh.json`, '{}\n', null),
    { do: 'choose', change: { modelId: 'a' }, before: { modelId: null } },
  );
}

test('a plan is done, journalled, and taken back to what was there', async () => {
  const folder = temporaryFolder();
  const { journal, settings, parts, deps } = bench(folder);
  await runPlan(await sample(folder), false, deps, () => {}, never);
  equal(await files.readText(`${folder}/config.yaml`), '# mine\nold: 1\nnew: 2\n');
  equal((await files.stat(`${folder}/new/key`))?.mode, 0o600);
  match(await files.readText(`${folder}/new/key`), /^[0-9a-f]{48}-key\n$/);
  equal(settings.read().modelId, 'a');
  const text = await files.readText(`${folder}/state/journal.jsonl`);
  assert(!text.includes('new: 2'), 'contents of files stay out of the journal');
  assert(
    !text.includes(await files.readText(`${folder}/new/key`).then((key) => key.trim())),
    'so does the key',
  );
  const { entries } = await journal.read();
  equal(
    entries[0]?.steps.map((s) => s.outcome),
    ['done', 'done', 'done', 'done', 'done'],
  );
  await undoEntry('plan-1', entries, parts, journal, async () => {});
  equal(await files.readText(`${folder}/config.yaml`), '# mine\nold: 1\n');
  equal((await files.stat(`${folder}/config.yaml`))?.mode, 0o640);
  equal((await files.list(folder)).includes('new'), false);
  equal(await files.stat(`${folder}/fresh.json`), null);
  equal(settings.read().modelId, null);
  const after = await journal.read();
  equal(canUndo(after.entries[0] ?? (undefined as never)), false);
});

test('a file that changed since the plan was made stops the step and stays', async () => {
  const folder = temporaryFolder();
  const { deps, journal } = bench(folder);
  const plan = await sample(folder);
  await files.writeAtomic(`${folder}/config.yaml`, 'edited: meanwhile\n', 0o640);
  equal(code(await rejection(runPlan(plan, false, deps, () => {}, never))), 'changed-since');
  equal(await files.readText(`${folder}/config.yaml`), 'edited: meanwhile\n');
  equal((await journal.read()).entries[0]?.steps.length, 2);
});

test('undo keeps a file that was changed since, says so, and takes the rest back', async () => {
  const folder = temporaryFolder();
  const { deps, journal, parts } = bench(folder);
  await runPlan(await sample(folder), false, deps, () => {}, never);
  await files.writeAtomic(`${folder}/config.yaml`, 'mine now\n', 0o600);
  await undoEntry('plan-1', (await journal.read()).entries, parts, journal, async () => {});
  equal(await files.readText(`${folder}/config.yaml`), 'mine now\n');
  equal(await files.stat(`${folder}/fresh.json`), null);
  const steps = (await journal.read()).entries[0]?.steps ?? [];
  equal(
    steps.map((s) => s.outcome),
    ['undone', 'undone', 'kept', 'undone', 'undone'],
  );
  equal(steps[2]?.error?.code, 'changed-since');
});

test('undo keeps a folder in which somebody put something', async () => {
  const folder = temporaryFolder();
  const { deps, journal, parts } = bench(folder);
  await runPlan(
    planOf({ do: 'make-folder', path: `${folder}/new`, mode: 0o700 }),
    false,
    deps,
    () => {},
    never,
  );
  await files.writeAtomic(`${folder}/new/theirs`, 'x', 0o600);
  await undoEntry('plan-1', (await journal.read()).entries, parts, journal, async () => {});
  equal(await files.list(`${folder}/new`), ['theirs']);
});

/** Files that stop working after some number of changes, as if the power had gone. */
function cutAfter(changes: number): Files {
  let left = changes;
  const cut = <A extends readonly unknown[]>(call: (...args: A) => Promise<void>) => {
    return async (...args: A): Promise<void> => {
      if (left <= 0) throw new Error('power cut');
      left -= 1;
      await call(...args);
    };
  };
  const { writeAtomic, append, makeFolder, rename, remove, copy, sync } = files;
  const changing = { writeAtomic, append, makeFolder, rename, remove, copy, sync };
  const wrapped = Object.entries(changing).map(
    ([name, call]) => [name, cut(call as () => Promise<void>)] as const,
  );
  return { ...files, ...(Object.fromEntries(wrapped) as unknown as typeof changing) };
}

test('cut off after any number of changes, what was done can be taken back, and the plan can be run again', async () => {
  for (let changes = 0; ; changes += 1) {
    const folder = temporaryFolder();
    const plan = await sample(folder);
    const cut = cutAfter(changes);
    const broken = bench(folder, cut);
    const journal = new Journal(`${folder}/state/journal.jsonl`, cut, clock);
    const ended = await runPlan(plan, false, { ...broken.deps, journal }, () => {}, never).then(
      () => true,
      () => false,
    );
    const whole = bench(folder);
    const { entries, skipped } = await whole.journal.read();
    equal(skipped, [], `after ${changes} changes`);
    if (entries[0] !== undefined && canUndo(entries[0])) {
      await undoEntry('plan-1', entries, whole.parts, whole.journal, async () => {});
    }
    equal(await files.readText(`${folder}/config.yaml`), '# mine\nold: 1\n', `after ${changes} changes`);
    equal(await files.stat(`${folder}/fresh.json`), null, `after ${changes} changes`);
    await runPlan({ ...plan, id: 'plan-2' }, false, whole.deps, () => {}, never);
    equal(await files.readText(`${folder}/config.yaml`), '# mine\nold: 1\nnew: 2\n');
    if (ended) {
      assert(changes > 10, 'the cuts reached all of the plan');
      return;
    }
  }
});

test('a cancelled plan stops before its next step', async () => {
  const folder = temporaryFolder();
  const { deps } = bench(folder);
  const cancel = new CancelSource();
  const plan = await sample(folder);
  const work = runPlan(plan, false, deps, (progress) => progress.step === 1 && cancel.cancel(), cancel);
  equal(code(await rejection(work)), 'cancelled');
  equal(await files.stat(`${folder}/fresh.json`), null);
});

await run();

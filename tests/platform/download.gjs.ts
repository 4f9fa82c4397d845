// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource, never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import { download } from '../../src/engine/download.ts';
import { listInstalled, listPartials, modelStore, verifyInstalled } from '../../src/engine/installed.ts';
import type { StepProgress } from '../../src/engine/run.ts';
import { sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';
import * as publishing from '../support/publisher.ts';
import type { Publisher } from '../support/publisher.ts';
import { assert, equal, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
const publisher: Publisher = await publishing.startPublisher(`${folder}/publisher`);
const { asked, actionFor, depsFor, entryFor, urlFor } = publishing;
let counter = 0;

interface Outcome {
  /** 'done' or the code of the error. */
  readonly end: string;
  readonly error: HearthError | null;
  readonly models: string;
  readonly key: string;
  /** Size of what is kept for next time. */
  readonly kept: number;
}

/** One download in a folder of its own. Whatever happens, a file under its final name must be the right one. */
async function attempt(
  mode: string,
  given: { readonly url?: string; readonly models?: string } = {},
): Promise<Outcome> {
  counter += 1;
  const key = `k${counter}`;
  const models = given.models ?? `${folder}/models-${counter}`;
  const url = given.url ?? urlFor(publisher, mode, key);
  let error: HearthError | null = null;
  try {
    await publishing.fetchModel(publisher, models, url);
  } catch (thrown) {
    if (!(thrown instanceof HearthError)) throw thrown;
    error = thrown;
  }
  const final = await files.stat(`${models}/test-model/model.gguf`);
  equal(final !== null, error === null, 'a file has its name exactly when the download succeeded');
  if (final !== null) {
    equal(sha256(await files.readBytes(`${models}/test-model/model.gguf`)), publisher.sha256, 'wrong bytes');
    equal((await listInstalled(files, models))[0]?.verified, true);
    equal(await listPartials(files, models), []);
  }
  const kept = (await files.stat(`${models}/.partial/${publisher.sha256}.part`))?.size ?? 0;
  return { end: error?.code ?? 'done', error, models, key, kept };
}

const middle = Math.floor(publisher.size / 2);

test('what is asked: the rest only, of the same version, and no compression', async () => {
  const outcome = await attempt('drop');
  const [first, second] = await asked(publisher, outcome.key);
  equal([first?.range, first?.ifRange, first?.encoding], [null, null, 'identity']);
  equal(
    [second?.range, second?.ifRange, second?.encoding],
    [`bytes=${middle}-`, '"version-one"', 'identity'],
  );
});

test('a redirect to another host is followed, and the host is told', async () => {
  const models = `${folder}/models-host`;
  const hosts = new Set<string>();
  const action = actionFor(publisher, models, urlFor(publisher, 'other-host', 'host'));
  const tell = (progress: StepProgress): void => {
    if (progress.phase === 'downloading') hosts.add(progress.host ?? '');
  };
  await download(action, entryFor(publisher), depsFor(publisher, models), tell, never);
  assert(
    [...hosts].every((host) => host === `127.0.0.1:${publisher.otherPort}`),
    [...hosts].join(),
  );
});

test('nobody listens, then somebody does: what was kept is continued', async () => {
  const first = await attempt('portal-later');
  const gone = await attempt('ok', { url: 'https://localhost:9/ok/x/model.gguf', models: first.models });
  equal([gone.end, gone.kept], ['connection-refused', middle]);
  const url = urlFor(publisher, 'ok', 'back');
  equal((await attempt('ok', { url, models: first.models })).end, 'done');
  equal(
    (await asked(publisher, 'back')).map((request) => request.range),
    [`bytes=${middle}-`],
  );
});

test('progress: bytes only grow, the phases come in order, verifying is no second wait', async () => {
  const models = `${folder}/models-progress`;
  const seen: StepProgress[] = [];
  const action = actionFor(publisher, models, urlFor(publisher, 'slow', 'progress'));
  await download(action, entryFor(publisher), depsFor(publisher, models), (p) => seen.push(p), never);
  const phases = seen.map((p) => p.phase).filter((phase, index, all) => phase !== all[index - 1]);
  equal(phases, ['connecting', 'downloading', 'verifying', 'writing']);
  const done = seen.map((p) => p.done ?? 0);
  assert(
    done.every((value, index) => index === 0 || value >= (done[index - 1] ?? 0)),
    done.join(),
  );
  equal(seen.at(-1)?.done, publisher.size);
});

test('stopping keeps what is there; the next run goes on from it', async () => {
  const models = `${folder}/models-cancel`;
  const source = new CancelSource();
  const action = actionFor(publisher, models, urlFor(publisher, 'slow', 'cancel'));
  const tell = (progress: StepProgress): void => {
    if ((progress.done ?? 0) > publisher.size / 4) source.cancel();
  };
  const error = await rejection(
    download(action, entryFor(publisher), depsFor(publisher, models), tell, source),
  );
  equal((error as HearthError).code, 'cancelled');
  const [partial] = await listPartials(files, models);
  assert(partial !== undefined && partial.bytes > publisher.size / 4, 'partial is listed');
  equal((await attempt('ok', { models })).end, 'done');
});

test('two at once: the second is told; when the first is gone it may go on', async () => {
  const models = `${folder}/models-two`;
  const source = new CancelSource();
  const action = actionFor(publisher, models, urlFor(publisher, 'stall', 'two'));
  const begun = new Promise<void>((resolve) => {
    const tell = ({ phase }: StepProgress): void => {
      if (phase === 'downloading') resolve();
    };
    const first = download(action, entryFor(publisher), depsFor(publisher, models), tell, source);
    first.catch(() => resolve());
  });
  await begun;
  for (let round = 0; round < 3; round += 1) {
    const error = await rejection(publishing.fetchModel(publisher, models, urlFor(publisher, 'ok', 'two-b')));
    equal((error as HearthError).code, 'busy');
  }
  equal((await asked(publisher, 'two-b')).length, 0, 'nothing was asked');
  source.cancel();
  while ((await attemptCode(models)) === 'busy')
    await new Promise<void>((resolve) => setTimeout(resolve, 20));
  equal((await listInstalled(files, models))[0]?.verified, true);
});

async function attemptCode(models: string): Promise<string> {
  try {
    await publishing.fetchModel(publisher, models, urlFor(publisher, 'ok', 'two-c'));
    return 'done';
  } catch (thrown) {
    return thrown instanceof HearthError ? thrown.code : String(thrown);
  }
}

test('another architecture than the catalogue says: no name, the bytes stay', async () => {
  const models = `${folder}/models-gguf`;
  const action = actionFor(publisher, models, urlFor(publisher, 'ok', 'gguf'));
  const entry = entryFor(publisher, { architecture: 'llama' });
  const error = await rejection(download(action, entry, depsFor(publisher, models), () => {}, never));
  equal((error as HearthError).code, 'bad-gguf');
  assert(/architecture is hearthtest, not llama/.test((error as HearthError).message), String(error));
  equal(await files.stat(action.to), null);
  equal((await files.stat(`${models}/.partial/${publisher.sha256}.part`))?.size, publisher.size);
});

test('already there: nothing is asked; touched since: it is read again', async () => {
  const { models } = await attempt('ok');
  const first = await attempt('ok', { models });
  equal((await asked(publisher, first.key)).length, 0);
  await files.remove(`${models}/test-model/verified.json`);
  equal((await listInstalled(files, models))[0]?.verified, false);
  const second = await attempt('ok', { models });
  equal((await asked(publisher, second.key)).length, 0, 'hashing is enough');
});

test('a wrong file in the way is moved aside, not lost', async () => {
  const models = `${folder}/models-aside`;
  await files.makeFolder(`${models}/test-model`, 0o755);
  await files.writeAtomic(`${models}/test-model/model.gguf`, 'mine', 0o644);
  equal((await attempt('ok', { models })).end, 'done');
  equal(await files.readText(`${models}/test-model/model.gguf.unverified-1`), 'mine');
});

test('a damaged file is found by reading it again, and no longer counts', async () => {
  const { models } = await attempt('ok');
  const deps = depsFor(publisher, models);
  const path = `${models}/test-model/model.gguf`;
  const verified = async (): Promise<boolean> => (await listInstalled(files, models))[0]?.verified === true;
  const parts: number[] = [];
  const again = () =>
    verifyInstalled(
      { modelId: 'test-model', path, sha256: publisher.sha256 },
      deps,
      (part) => parts.push(part),
      never,
    );
  equal((await again()).right, true);
  equal(parts.at(-1), 1);
  // The same length and the same time: only reading it tells.
  const flip = `t=$(stat -c %y "$1"); printf '\\377' | dd of="$1" bs=1 seek=5000000 conv=notrunc status=none; touch -d "$t" "$1"`;
  equal((await processes.run(['sh', '-c', flip, 'sh', path], {}, never)).exit, 0);
  equal(await verified(), true, 'a look cannot tell');
  const { right, found, expected } = await again();
  equal([right, found === expected, expected], [false, false, publisher.sha256]);
  equal(await files.stat(`${models}/test-model/verified.json`), null, 'the stamp is gone');
  equal(await verified(), false);
  assert((await files.stat(path)) !== null, 'the file itself stays');
  // The way on: fetched again, and what lay there is set aside.
  const action = actionFor(publisher, models, urlFor(publisher, 'ok', 'again'));
  await download(action, entryFor(publisher), deps, () => {}, never);
  equal([await verified(), (await again()).right], [true, true]);
  assert((await files.stat(`${path}.unverified-1`)) !== null, 'set aside');
});

test('removing takes the file, its stamp and its folder, and nothing elsewhere', async () => {
  const { models } = await attempt('ok');
  const store = modelStore(depsFor(publisher, models));
  const outside = await rejection(store.remove(`${folder}/publisher/published.gguf`));
  equal((outside as HearthError).code, 'denied');
  equal(((await rejection(store.remove(`${models}/x/../../y`))) as HearthError).code, 'denied');
  await store.remove(`${models}/test-model/model.gguf`);
  equal(await files.stat(`${models}/test-model`), null);
  equal((await files.stat(publisher.file))?.kind, 'file');
});

await run();

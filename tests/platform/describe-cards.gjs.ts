// SPDX-License-Identifier: GPL-3.0-or-later

// Describing the cards to containers: with the program gone, with one that finds no card, and with one that does. The program
// is simulated; what it prints is what NVIDIA's prints.

import type { DescribeCards } from '../../src/core/driver/actions.ts';
import { never } from '../../src/core/cancel.ts';
import { HearthError } from '../../src/core/errors.ts';
import type { MachineFacts } from '../../src/core/machine/facts.ts';
import { driverPart } from '../../src/compose/driver.ts';
import { Ledger } from '../../src/engine/ledger.ts';
import { clock, random } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { practicePaths } from '../../src/platform/paths.ts';
import { processes } from '../../src/platform/processes.ts';
import { errorWords } from '../../src/words/errors.ts';
import { assert, equal, match, rejection, run, temporaryFolder, test } from '../support/tap.ts';

const folder = temporaryFolder();
const program = `${folder}/nvidia-ctk`;
const action: DescribeCards = { do: 'describe-cards', program, path: `${folder}/cdi/nvidia.yaml` };
const part = driverPart({
  ...{ files, processes, clock, random, paths: practicePaths(folder), look: new LocalLook() },
  ledger: new Ledger(`${folder}/ledger.jsonl`, files, clock),
  pkgDataDir: folder,
  further: [],
  on: 'this-computer',
  observeMachine: () => Promise.reject<MachineFacts>(new HearthError('unexpected')),
});

async function refused(): Promise<HearthError> {
  const thrown = await rejection(part.describeCards(action, never));
  assert(thrown instanceof HearthError, String(thrown));
  equal(await files.stat(action.path), null, 'nothing is written');
  return thrown;
}

test('the program went between the plan and the step: it is named, with what to do', async () => {
  const error = await refused();
  equal(error.code, 'command-missing');
  const { sentence, next } = errorWords(error);
  match(sentence, /nvidia-ctk/);
  assert(next !== '', 'there is a next step');
});

test('one that finds no card, and ends well all the same', async () => {
  await files.writeAtomic(
    program,
    '#!/bin/sh\necho "level=error msg=no NVIDIA device nodes found" >&2\necho "cdiVersion: 0.5.0\nkind: \\"\\"\ndevices: []"\n',
    0o755,
  );
  const error = await refused();
  equal(error.code, 'command-failed');
  match(errorWords(error).sentence, /nvidia-ctk/);
  match(error.detail ?? '', /no NVIDIA device nodes/);
});

test('one that finds a card: the description is there, whole', async () => {
  const said = `cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n- name: "0"\n  containerEdits:\n    deviceNodes:\n    - path: /dev/nvidia0\n`;
  await files.writeAtomic(
    program,
    `#!/bin/sh\n[ "$*" = "cdi generate --format=yaml" ] || exit 1\ncat <<'END'\n${said}END\n`,
    0o755,
  );
  await part.describeCards(action, never);
  equal(await files.readText(action.path), said);
});

await run();

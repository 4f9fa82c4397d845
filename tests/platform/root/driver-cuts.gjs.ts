// SPDX-License-Identifier: GPL-3.0-or-later

// A plan for the driver whose process is killed while packages are installed; `support/mechanism/cuts.ts` says what of it is
// real and what is simulated.

import { Ledger } from '../../../src/engine/ledger.ts';
import { clock } from '../../../src/platform/clock.ts';
import { files } from '../../../src/platform/files.ts';
import { goneOnWith, runOrCarryOut, state, takenBack } from '../../support/mechanism/cuts.ts';
import { equal, test } from '../../support/tap.ts';

test('killed before a package is fetched: gone on with', () => goneOnWith('all', 'checking packages'));

test('killed while packages are installed: taken back', () =>
  takenBack('all', 'working packages', 'packages'));

test('killed while packages are installed: gone on with', () => goneOnWith('all', 'working packages'));

test('killed when they are installed, and nobody wrote that down: taken back', () =>
  takenBack('small', 'end packages', 'packages'));

test('what was fetched by a process that was killed is in the ledger all the same', async () => {
  const { lines } = await new Ledger(`${state}/ledger.jsonl`, files, clock).read();
  const cuts = lines.filter(({ subject, status }) => subject === 'nvidia-driver' && status === 0);
  equal(cuts.length, 2, JSON.stringify(lines));
});

await runOrCarryOut();

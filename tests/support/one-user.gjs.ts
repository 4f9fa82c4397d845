// SPDX-License-Identifier: GPL-3.0-or-later

// A person's server under their own user manager, as the test of two people starts it: prints where everything is.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';

import { never } from '../../src/core/cancel.ts';
import { files } from '../../src/platform/files.ts';
import { bench, makeModel, modelName } from './serving.ts';

const here = await bench('', { real: true });
await files.makeFolder(here.paths.models, 0o755);
const modelPath = `${here.paths.models}/${modelName}`;
if ((await files.stat(modelPath)) === null) await makeModel(here.paths.models);
const request = here.request({ modelPath, port: Number(GLib.getenv('HEARTH_PORT') ?? '4327') });
for (const action of await here.serving.prepare(request)) {
  if (action.do === 'units') await here.serving.units(action.verb, action.units);
  if (action.do !== 'write-file') continue;
  await files.makeFolder(GLib.path_get_dirname(action.path), 0o755);
  await files.writeAtomic(action.path, action.content, action.mode);
}
const endpoint = await here.serving.start(request, never);
print(`port ${endpoint.port}`);
print(`key ${here.paths.keyFile}`);
print(`socket ${here.paths.socket}`);
print(`server ${endpoint.isolation.serverPid}`);
system.exit(0);

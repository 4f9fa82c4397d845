// SPDX-License-Identifier: GPL-3.0-or-later

// Puts Hearth's server in its place as the app does, under the user manager: prints where it is and how it is started.
// Arguments: path of the model, tokens of context, port.

import GLib from 'gi://GLib?version=2.0';
import system from 'system';
import { never } from '../../src/core/cancel.ts';
import { serverCommand } from '../../src/core/server/command.ts';
import type { ServeRequest } from '../../src/core/server/types.ts';
import { observePrograms } from '../../src/engine/programs.ts';
import { Serving } from '../../src/engine/serving.ts';
import { clock, sha256 } from '../../src/platform/clock.ts';
import { files } from '../../src/platform/files.ts';
import { loopbackHttp } from '../../src/platform/http.ts';
import { LocalLook } from '../../src/platform/look.ts';
import { realPaths } from '../../src/platform/paths.ts';
import { processes } from '../../src/platform/processes.ts';

async function run(): Promise<void> {
  const [modelPath = '', contextTokens = '', port = ''] = system.programArgs;
  const paths = realPaths();
  const programs = () => observePrograms({ processes, files, home: GLib.get_home_dir(), goose: null });
  const serving = new Serving({
    processes,
    http: loopbackHttp(),
    files,
    proc: new LocalLook(),
    clock,
    paths,
    sha256,
    practice: false,
    programs,
    hasImage: () => Promise.resolve(false),
    port: () => Number(port),
  });
  const request: ServeRequest = {
    modelId: 'practice',
    alias: 'practice',
    modelPath,
    contextTokens: Number(contextTokens),
    kvType: 'f16',
    layout: null,
    port: Number(port),
    threads: GLib.get_num_processors(),
    maxAnswerTokens: null,
  };
  await files.makeFolder(paths.data, 0o700);
  await files.writeAtomic(paths.keyFile, `${sha256(modelPath)}\n`, 0o600);
  for (const action of await serving.prepare(request)) {
    if (action.do === 'units') await serving.units(action.verb, action.units);
    if (action.do !== 'write-file') continue;
    await files.makeFolder(GLib.path_get_dirname(action.path), 0o755);
    await files.writeAtomic(action.path, action.content, action.mode);
  }
  const endpoint = await serving.start(request, never);
  const { llamaServer } = await programs();
  const at = { program: llamaServer?.path ?? '', socket: paths.socket, keyFile: paths.keyFile };
  print(
    JSON.stringify({
      port: endpoint.port,
      socket: paths.socket,
      keyFile: paths.keyFile,
      command: serverCommand(request, at),
    }),
  );
}

// As the app and the terminal do it: without a loop of our own GJS would poll without a pause.
const loop = new GLib.MainLoop(null, false);
let status = 0;
void run()
  .catch((error: unknown) => {
    status = 1;
    logError(error as object, 'The server could not be started');
  })
  .then(() => {
    GLib.idle_add(GLib.PRIORITY_DEFAULT, () => {
      loop.quit();
      return GLib.SOURCE_REMOVE;
    });
  });
await loop.runAsync();
system.exit(status);

// SPDX-License-Identifier: GPL-3.0-or-later

// A container registry on loopback (simulated), with an image of the real llama-server.

import GLib from 'gi://GLib?version=2.0';

import { never } from '../../../src/core/cancel.ts';
import type { Child } from '../../../src/core/ports.ts';
import { files } from '../../../src/platform/files.ts';
import { processes } from '../../../src/platform/processes.ts';
import { temporaryFolder } from '../tap.ts';

export async function output(...argv: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await processes.run(argv, {}, never);
  if (exit !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return stdout.trim();
}

export interface Registry {
  /** `127.0.0.1:PORT/ramalama/test`. */
  readonly repository: string;
  readonly digest: string;
  /** Bytes of the image's parts. */
  readonly size: number;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Makes the image, puts it on the registry and takes it off this computer again. */
export async function startRegistry(rate: number): Promise<Registry> {
  const support = `${GLib.get_current_dir()}/tests/support/container`;
  const name = 'localhost/hearth-test-engine';
  await output(`${support}/make-image`, name);
  const folder = `${temporaryFolder()}/image`;
  await output('podman', 'push', '--quiet', name, `dir:${folder}`);
  await output('podman', 'image', 'rm', name);
  const digest = `sha256:${(await output('sha256sum', `${folder}/manifest.json`)).split(' ')[0] ?? ''}`;
  const manifest = JSON.parse(await files.readText(`${folder}/manifest.json`)) as {
    readonly config: { readonly size: number };
    readonly layers: readonly { readonly size: number }[];
  };
  const size = [manifest.config, ...manifest.layers].reduce((sum, part) => sum + part.size, 0);
  const requests: string[] = [];
  let child: Child | null = null;
  const port = await new Promise<string>((resolve, reject) => {
    let first = true;
    const onLine = (line: string): void => {
      if (first) resolve(line);
      else requests.push(line);
      first = false;
    };
    processes
      .start(['python3', `${support}/registry.py`, folder, String(rate)], { onLine })
      .then((started) => (child = started), reject);
  });
  // It has no certificate.
  const insecure = `[[registry]]\nlocation = "127.0.0.1:${port}"\ninsecure = true\n`;
  const settings = `${GLib.get_user_config_dir()}/containers`;
  await files.makeFolder(settings, 0o755);
  await files.writeAtomic(`${settings}/registries.conf`, insecure, 0o644);
  return {
    repository: `127.0.0.1:${port}/ramalama/test`,
    digest,
    size,
    requests,
    close: async () => {
      child?.signal('KILL');
      await child?.exited;
      await files.remove(`${settings}/registries.conf`);
    },
  };
}

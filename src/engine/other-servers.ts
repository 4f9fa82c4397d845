// SPDX-License-Identifier: GPL-3.0-or-later

import { CancelSource } from '../core/cancel.ts';
import type { Clock, Http } from '../core/ports.ts';
import type { OtherServer } from '../core/server/engine-facts.ts';
import { ollamaCloud, otherPorts, readOllamaVersion, readOtherModels } from '../core/server/others.ts';
import { parseTcpListeners } from '../core/server/proc.ts';
import type { ProcLook } from './serving-look.ts';

/** Files in which somebody may have told Ollama's service to stay off its maker's computers. */
const ollamaUnits = ['/etc/systemd/system', '/usr/lib/systemd/system', '/usr/local/lib/systemd/system'];

/** Milliseconds for an answer from this very computer. */
const patience = 1500;

/**
 * Model servers that somebody else's making runs on this computer. They are asked only where something listens, on
 * loopback, and only for what they are; nothing of theirs is changed.
 */
export async function observeOtherServers(
  proc: ProcLook,
  http: Http,
  clock: Clock,
  ports: Readonly<Record<OtherServer['program'], number>> = otherPorts,
): Promise<readonly OtherServer[]> {
  const listeners = (
    await Promise.all(['tcp', 'tcp6'].map((name) => optional(proc, `/proc/self/net/${name}`)))
  ).flatMap((text) => parseTcpListeners(text));
  const at = (port: number) => listeners.filter((listener) => listener.port === port);
  const ask = async (port: number, path: string): Promise<string | null> => {
    if (at(port).length === 0) return null;
    const request = { method: 'GET' as const, url: `http://127.0.0.1:${port}${path}`, timeout: patience };
    // One that says a byte now and then is never silent, and must not hold up the look at everything else.
    const enough = new CancelSource();
    const ended = new CancelSource();
    clock.sleep(patience, ended).then(
      () => enough.cancel(),
      () => {},
    );
    const answer = await http.request(request, enough).catch(() => null);
    ended.cancel();
    return answer?.status === 200 ? answer.text : null;
  };
  const [version, models, named] = await Promise.all([
    ask(ports.ollama, '/api/version'),
    ask(ports.lmstudio, '/v1/models'),
    ask(ports.ollama, '/v1/models'),
  ]);
  const found: OtherServer[] = [];
  const open = (port: number): boolean => at(port).some((listener) => !listener.loopback);
  const ollama = version === null ? null : readOllamaVersion(version);
  if (ollama !== null) {
    const units = await unitTexts(proc);
    const port = ports.ollama;
    found.push({
      program: 'ollama',
      port,
      version: ollama,
      open: open(port),
      keyless: true,
      cloud: ollamaCloud(units),
      models: (named === null ? null : readOtherModels(named)) ?? [],
    });
  }
  const list = models === null ? null : readOtherModels(models);
  if (list !== null) {
    const port = ports.lmstudio;
    const seen = { program: 'lmstudio', port, version: null, open: open(port) } as const;
    found.push({ ...seen, keyless: true, cloud: null, models: list });
  }
  return found;
}

async function unitTexts(proc: ProcLook): Promise<readonly string[]> {
  const files = ollamaUnits.map((folder) => `${folder}/ollama.service`);
  const folders = ollamaUnits.map((folder) => `${folder}/ollama.service.d`);
  const more = await Promise.all(
    folders.map(async (folder) =>
      (await proc.list(folder).catch(() => [])).map((name) => `${folder}/${name}`),
    ),
  );
  const all = [...files, ...more.flat().filter((path) => path.endsWith('.conf'))];
  return (await Promise.all(all.map((path) => optional(proc, path)))).filter((text) => text !== '');
}

async function optional(proc: ProcLook, path: string): Promise<string> {
  try {
    return await proc.readText(path);
  } catch {
    return '';
  }
}

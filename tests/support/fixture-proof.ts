// SPDX-License-Identifier: GPL-3.0-or-later

import { ollamaDropIn } from '../../src/core/proof/others.ts';
import {
  checkIds,
  holds,
  noted,
  type Check,
  type HearthCure,
  type OpenProgram,
  type Proof,
} from '../../src/core/proof/types.ts';
import type { Action } from '../../src/core/setup/plan.ts';
import type { LedgerReading } from '../../src/core/setup/ledger.ts';

const ollama: OpenProgram = {
  owner: 'ollama',
  port: 11434,
  name: 'ollama',
  close: { by: 'unit', unit: 'ollama.service' },
};
const aiLab: OpenProgram = {
  owner: 'ai-lab',
  port: 10434,
  name: 'podman-desktop',
  close: {
    by: 'command',
    commands: [
      `sudo firewall-cmd --permanent --add-rich-rule='rule port port="10434" protocol="tcp" reject'`,
      'sudo firewall-cmd --reload',
    ],
  },
};

/** Evidence as a computer gives it, made up. */
const evidence: Readonly<Record<string, Check['evidence']>> = {
  wall: [
    noted('namespace-apart', '/proc/48211/ns/net: net:[4026533412]\n/proc/self/ns/net: net:[4026531840]', {
      pid: 48211,
    }),
    noted('interfaces-bare', '/proc/48211/net/dev: lo', { list: 'lo' }),
    noted('socket-inside', '/proc/48211/net/unix: /run/user/1000/hearth/server/model.sock'),
  ],
  listeners: [
    noted('listens-here', '/proc/net/tcp: 127.0.0.1:4327 LISTEN uid 1000 inode 35563', {
      address: '127.0.0.1:4327',
    }),
  ],
  lan: [
    noted('lan-refused', 'connect 192.0.2.7:4327: Could not connect to 192.0.2.7: Connection refused', {
      address: '192.0.2.7:4327',
    }),
  ],
  key: [
    noted('key-works', 'GET /v1/models, right key: 200'),
    noted('key-refused', 'GET /props, no key: 401', { endpoint: '/props' }),
    noted('key-refused', 'GET /props, wrong key: 401', { endpoint: '/props' }),
    noted('health-bare', 'GET /health, no key: 200 {"status":"ok"}', { endpoint: '/health' }),
  ],
  others: [noted('none-open', '/proc/net/tcp, /proc/net/tcp6')],
};

/** A run in which everything holds; with the model off, what needs it is not known. */
export function fixtureProof(running: boolean): Proof {
  const checks = checkIds.map((id): Check => {
    const off = !running && ['wall', 'lan', 'key', 'origin'].includes(id);
    if (off) return { id, verdict: { tag: 'unknown', because: 'server-off' }, evidence: [], cure: null };
    if (id === 'desktop-telemetry')
      return { id, verdict: { tag: 'not-applicable', because: 'not-installed' }, evidence: [], cure: null };
    return { id, verdict: holds, evidence: evidence[id] ?? [], cure: null };
  });
  return { running: false, startedAt: Date.UTC(2026, 10, 21, 9, 30), checks };
}

/** Ollama and AI Lab are open, and Podman Desktop reports usage. */
export function openProof(): Proof {
  const path = '/home/ada/.config/containers/podman-desktop/settings.json';
  const failed: readonly Check[] = [
    {
      id: 'others',
      verdict: { tag: 'fails' },
      evidence: [
        noted('open-program', '[::]:11434 LISTEN uid 1000 pid 2201 ollama', {
          owner: 'ollama',
          port: 11434,
          address: '[::]:11434',
        }),
        noted('open-program', '[::]:10434 LISTEN uid 1000 pid 3307 podman-desktop', {
          owner: 'ai-lab',
          port: 10434,
          address: '[::]:10434',
        }),
      ],
      cure: { cure: 'close', open: [ollama, aiLab] },
    },
    {
      id: 'desktop-telemetry',
      verdict: { tag: 'fails' },
      evidence: [noted('telemetry-on', `${path}: "telemetry.enabled": true`)],
      cure: { cure: 'desktop-telemetry', path },
    },
    {
      id: 'cloud',
      verdict: { tag: 'fails' },
      evidence: [
        noted('provider-elsewhere', '/home/ada/.config/goose/config.yaml: openai', { name: 'openai' }),
      ],
      cure: { cure: 'cloud', names: ['openai'] },
    },
  ];
  const proof = fixtureProof(true);
  return { ...proof, checks: proof.checks.map((check) => failed.find(({ id }) => id === check.id) ?? check) };
}

export function cureAction(cure: HearthCure): Action {
  const file = { do: 'write-file', mode: 0o644, before: null, owner: 'person' } as const;
  if (cure.cure === 'desktop-telemetry')
    return {
      ...file,
      path: cure.path,
      content: '{\n  "telemetry.enabled": false\n}\n',
      purpose: 'desktop-telemetry',
    };
  const path = '/home/ada/.config/systemd/user/ollama.service.d/zz-this-computer-only.conf';
  const content = ollamaDropIn(cure.program.port);
  return { ...file, path, content, purpose: 'program-unit', restarts: ['ollama.service'] };
}

export function fixtureLedger(): LedgerReading {
  const line = {
    v: 1,
    why: 'download',
    subject: 'qwen3.5-4b',
    askedBy: 'person',
    task: 'model',
    id: null,
  } as const;
  const at = Date.UTC(2026, 10, 21, 9, 12);
  return {
    lines: [
      { ...line, at, host: 'huggingface.co', address: null, received: 0, sent: null, status: 0 },
      {
        ...line,
        at: at + 1,
        host: 'cdn.example',
        address: '203.0.113.9',
        received: 2.74e9,
        sent: 612,
        status: 200,
      },
    ],
    skipped: [],
  };
}

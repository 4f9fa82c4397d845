// SPDX-License-Identifier: GPL-3.0-or-later

import type { ModelContainer } from './containers.ts';
import { isClosed, rejectRule, type FirewallZone } from './firewall.ts';
import { socketText, type Listener } from './listeners.ts';
import {
  fails,
  holds,
  noted,
  type Check,
  type Closing,
  type OpenProgram,
  type Owner,
  type ProofEvidence,
} from './types.ts';

/** A process that holds a listening socket, or that looks like a known program. */
export interface Holder {
  readonly pid: number;
  readonly argv: readonly string[];
  /** Text of /proc/PID/cgroup; empty where it cannot be read. */
  readonly cgroup: string;
}

export interface Held {
  readonly listener: Listener;
  /** Null where the process belongs to somebody else. */
  readonly holder: Holder | null;
}

/** Ports that these programs take unless told otherwise. */
const usualPorts: ReadonlyMap<number, Owner> = new Map([
  [10434, 'ai-lab'],
  [11434, 'ollama'],
  [1234, 'lm-studio'],
]);

/** What forwards a container's port, in the ways that Podman has. */
const forwarders = /^(rootlessport|rootlesskit|pasta(\.avx2)?|passt|slirp4netns|conmon|podman|docker-proxy)/;

/** Whether Podman has to be asked: something that may forward to a container listens for everybody. */
export function mayBeContainer({ listener, holder }: Held): boolean {
  return !listener.loopback && (holder === null || forwarders.test(programName(holder.argv)));
}

/** Whose a listener is: by the container behind its port, by its program, by its usual port. */
export function ownerOf({ listener, holder }: Held, containers: readonly ModelContainer[]): Owner {
  const program = programName(holder?.argv ?? []);
  const container = containers.find(({ ports }) => ports.includes(listener.port));
  if (container !== undefined && (holder === null || forwarders.test(program))) return container.owner;
  if (program === 'ollama') return 'ollama';
  if (/^lm[-_ ]?studio|^lms$|^llmster/i.test(program)) return 'lm-studio';
  if (program.startsWith('ramalama')) return 'ramalama';
  if (/^goosed?$/.test(program)) return 'goose';
  if (/^(llama-server|llama-cpp-server)$/.test(program)) return 'llama-server';
  const usual = usualPorts.get(listener.port);
  if (usual === undefined) return 'other';
  // A program that can be seen and is another one has only borrowed the number.
  if (usual === 'ai-lab')
    return holder === null || /podman.?desktop|electron/i.test(program) ? usual : 'other';
  return holder === null ? usual : 'other';
}

/** Name of the program that a command line runs; for an interpreter, of its script. */
export function programName(argv: readonly string[]): string {
  const first = base(argv[0]);
  if (!/^(python|node|gjs|sh$|bash$)/.test(first)) return first;
  const script = argv.slice(1).find((word) => !word.startsWith('-'));
  return script === undefined ? first : base(script);
}

/** The systemd unit that a process belongs to, and whose manager runs it; null for none (a terminal, the desktop). */
export function unitOf(cgroup: string): { readonly name: string; readonly user: boolean } | null {
  const path = /^0::(\S+)/m.exec(cgroup)?.[1] ?? '';
  const name = path.split('/').findLast((part) => part.endsWith('.service'));
  if (name === undefined || /^user@\d+\.service$/.test(name)) return null;
  return { name, user: /\/user@\d+\.service\//.test(path) };
}

/** How a program is kept to this computer; `firewalld` says whether that runs and takes rules. */
export function closingFor(owner: Owner, port: number, holder: Holder | null, firewalld = false): Closing {
  switch (owner) {
    case 'ollama':
      return ollamaClosing(port, holder);
    case 'lm-studio':
      return { by: 'setting' };
    case 'goose':
    case 'llama-server':
    case 'hearth':
    case 'other':
      return holder === null
        ? firewall(port, firewalld)
        : { by: 'command', commands: [`kill ${holder.pid}`] };
    case 'ai-lab':
    case 'ramalama':
      // They take no address to listen on, so that only a firewall keeps others out.
      return firewall(port, firewalld);
  }
}

function ollamaClosing(port: number, holder: Holder | null): Closing {
  const unit = holder === null ? { name: 'ollama.service', user: false } : unitOf(holder.cgroup);
  if (unit === null) {
    const start = `OLLAMA_HOST=127.0.0.1:${port} ollama serve`;
    return { by: 'command', commands: [`kill ${holder?.pid ?? ''}`, start] };
  }
  if (unit.user) return { by: 'unit', unit: unit.name };
  const folder = `/etc/systemd/system/${unit.name}.d`;
  return {
    by: 'command',
    commands: [
      `sudo mkdir -p ${folder}`,
      `printf '[Service]\\nEnvironment=OLLAMA_HOST=127.0.0.1:${port}\\n' | sudo tee ${folder}/local-only.conf`,
      `sudo systemctl daemon-reload && sudo systemctl restart ${unit.name}`,
    ],
  };
}

/** A drop-in that keeps Ollama to this computer. Read after others of its folder, as its name sorts late. */
export function ollamaDropIn(port: number): string {
  return `# Written by Hearth: Ollama listens on this computer only.\n[Service]\nEnvironment=OLLAMA_HOST=127.0.0.1:${port}\n`;
}

function firewall(port: number, firewalld: boolean): Closing {
  if (firewalld) return { by: 'firewall' };
  const rule = rejectRule(port);
  return {
    by: 'command',
    commands: [`sudo firewall-cmd --permanent --add-rich-rule='${rule}'`, 'sudo firewall-cmd --reload'],
  };
}

/**
 * Other programs for models keep to this computer, or are kept to it. `containers` is null where Podman did not tell,
 * `zones` where no firewalld runs.
 */
export function judgeOthers(
  held: readonly Held[],
  containers: readonly ModelContainer[] | null,
  zones: readonly FirewallZone[] | null = null,
): Check {
  const evidence: ProofEvidence[] = [];
  const open: OpenProgram[] = [];
  const seen = new Set<string>();
  for (const each of held) {
    const owner = ownerOf(each, containers ?? []);
    if (owner === 'other' || owner === 'hearth') continue;
    const { listener, holder } = each;
    const container = (containers ?? []).find(({ ports }) => ports.includes(listener.port));
    const name = container?.name ?? (holder === null ? null : programName(holder.argv));
    const raw = `${socketText(listener)} LISTEN uid ${listener.uid}${holder === null ? '' : ` pid ${holder.pid}`}${name === null ? '' : ` ${name}`}`;
    const args = { owner, port: listener.port, address: socketText(listener) };
    const walled = !listener.loopback && isClosed(listener.port, zones);
    const kind = listener.loopback ? 'closed-program' : walled ? 'walled-program' : 'open-program';
    evidence.push(noted(kind, walled ? `${raw}\n${rejectRule(listener.port)}` : raw, args));
    // A dual-stack program has a line in each table and is one program.
    const key = `${owner} ${listener.port}`;
    if (listener.loopback || walled || seen.has(key)) continue;
    seen.add(key);
    const close = closingFor(owner, listener.port, holder, zones !== null);
    open.push({ owner, port: listener.port, name, close });
  }
  if (evidence.length === 0) evidence.push(noted('none-open', '/proc/net/tcp, /proc/net/tcp6'));
  if (containers === null) evidence.push(noted('containers-unread', 'podman ps --format json'));
  const cure = open.length === 0 ? null : ({ cure: 'close', open } as const);
  return { id: 'others', verdict: open.length === 0 ? holds : fails, evidence, cure };
}

function base(path: string | undefined): string {
  return path?.split('/').at(-1) ?? '';
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { assessDriver } from '../driver/assess.ts';
import { smallerContext } from '../models/context.ts';
import { servedContext } from '../models/measured.ts';
import { everyOffer, findOffer } from '../models/shelf.ts';
import { isAlive, itemOf, progressOf, type DownloadItem } from './downloads.ts';
import { chosenOther, engineError, engineOf } from './engine-of.ts';
import type { HearthState, Mode } from './state.ts';
import type { Choices } from '../ports.ts';
import {
  taskIds,
  type Cure,
  type Evidence,
  type EvidenceId,
  type Standing,
  type Standings,
  type TaskId,
} from './tasks.ts';
import { noVendor, type Vendor } from '../vendor/types.ts';
import type { ErrorCode } from '../errors.ts';

/**
 * Where each task stands, from what was seen and nothing else. In this order, the first that holds:
 *   1. a plan of the task runs now                     → running
 *   2. the last try failed and nothing has cured it    → broken, with the cure that fits its cause
 *   3. the machine shows that it is so                 → done, or not needed, with the evidence
 *   4. something else has to come first                → waiting
 *   5. otherwise                                       → ready, with what its one button would do
 */
export type Seen = Omit<HearthState, 'standings' | 'journal' | 'proof' | 'ledger'>;

/** Before the first look: nothing is known and nothing is claimed. */
export function unseen(mode: Mode, choices: Choices, vendor: Vendor = noVendor): HearthState {
  const bare: Omit<HearthState, 'standings'> = {
    mode,
    looked: false,
    machine: null,
    programs: null,
    driver: null,
    choices,
    vendor,
    arrival: 'person',
    engines: null,
    shelf: null,
    server: { tag: 'off' },
    goose: null,
    aiLab: null,
    jobs: {},
    downloads: [],
    failures: {},
    health: null,
    answer: null,
    gooseAnswer: null,
    capability: null,
    clients: [],
    journal: [],
    proof: null,
    ledger: null,
  };
  return { ...bare, standings: assess(bare) };
}

export function assess(seen: Seen): Standings {
  const model = overlay(seen, 'model', assessModel(seen));
  return {
    computer: overlay(seen, 'computer', assessComputer(seen)),
    driver: overlay(seen, 'driver', assessDriver(seen.machine, seen.driver)),
    model,
    try: overlay(seen, 'try', assessTry(seen, model)),
    tools: overlay(seen, 'tools', assessTools(seen, model)),
  };
}

function overlay(seen: Seen, task: TaskId, standing: Standing): Standing {
  const job = seen.jobs[task];
  if (job !== undefined) return { tag: 'running', progress: job.progress };
  const bringing = task === 'model' ? itemOf(seen.downloads, seen.choices.modelId ?? '') : null;
  if (bringing !== null && isAlive(bringing)) return assessDownload(bringing);
  const error = seen.failures[task];
  if (error !== undefined && standing.tag !== 'done')
    return { tag: 'broken', error, cure: cureHere(error.code, seen) };
  return standing;
}

/** The chosen model's download. What Hearth holds back waits for whoever can end that. */
function assessDownload(item: DownloadItem): Standing {
  if (item.status !== 'paused' || item.held === null) return { tag: 'running', progress: progressOf(item) };
  return { tag: 'waiting', on: item.held === 'metered' ? 'network' : 'you', because: item.held };
}

function assessComputer({ machine }: Seen): Standing {
  if (machine === null) return { tag: 'ready', offer: 'look-at-facts' };
  const facts = [
    machine.system,
    machine.kernel,
    machine.cpu,
    machine.memory,
    machine.disk,
    machine.gpus,
    machine.firmware.kind,
  ];
  const gaps = facts.filter((fact) => !fact.known).length;
  return done(gaps === 0 ? evidence('machine-read') : evidence('machine-read-with-gaps', { count: gaps }));
}

function assessModel({ shelf, choices, machine }: Seen): Standing {
  if (shelf === null) return { tag: 'ready', offer: 'choose-model' };
  const chosen = findOffer(shelf, choices.modelId);
  if (chosen?.installed?.verified === true) {
    return done(evidence('model-verified', { name: chosen.entry.name, size: chosen.installed.size }));
  }
  if (chosen?.installed != null) {
    const args = { name: chosen.entry.name, path: chosen.installed.path };
    return { tag: 'broken', error: { code: 'not-verified', args, detail: null }, cure: 'retry' };
  }
  const reachable = everyOffer(shelf).some(
    (offer) => offer.installed?.verified === true || offer.refused === null,
  );
  if (!reachable)
    return {
      tag: 'broken',
      error: { code: 'nothing-fits', args: {}, detail: null },
      cure: 'look-at-details',
    };
  if (machine?.network.known === true && machine.network.value.connectivity === 'none') {
    return { tag: 'waiting', on: 'network', because: 'offline' };
  }
  if (chosen?.partial != null) return { tag: 'ready', offer: 'resume-download' };
  return { tag: 'ready', offer: 'choose-model' };
}

function assessTry(seen: Seen, model: Standing): Standing {
  const { server, answer } = seen;
  if (model.tag !== 'done' && chosenOther(seen) === null)
    return { tag: 'waiting', on: 'you', because: 'model-first' };
  if (server.tag === 'failed')
    return { tag: 'broken', error: server.error, cure: cureHere(server.error.code, seen) };
  const decision = engineOf(seen);
  const unusable = decision === null ? null : engineError(decision);
  if (unusable !== null) return { tag: 'broken', error: unusable.toValue(), cure: cureFor(unusable.code) };
  if (answer === null)
    return { tag: 'ready', offer: server.tag === 'ready' ? 'ask-question' : 'serve-model' };
  const rate = evidence('answered', { tokens: answer.answerTokens, rate: answer.answerRate ?? 0 });
  if (server.tag !== 'ready') return done(rate);
  const { endpoint } = server;
  const isolated =
    endpoint.other === undefined
      ? evidence('isolated', { interfaces: endpoint.isolation.interfaces.join(', ') })
      : evidence('not-isolated', { program: endpoint.other });
  return done(rate, evidence('server-ready', { address: endpoint.baseUrl }), isolated);
}

function assessTools({ goose, gooseAnswer }: Seen, model: Standing): Standing {
  if (goose === null || (goose.program === null && goose.install.offered === null))
    return { tag: 'waiting', on: 'you', because: 'goose-not-installed' };
  if (goose.problem !== null) return { tag: 'broken', error: goose.problem, cure: 'fix-file' };
  if (model.tag !== 'done') return { tag: 'waiting', on: 'you', because: 'model-first' };
  if (goose.program === null || goose.provider !== 'right') return { tag: 'ready', offer: 'set-up-goose' };
  const wired = evidence('goose-wired', { model: goose.activeModel ?? '' });
  return gooseAnswer === null
    ? done(wired)
    : done(wired, evidence('goose-answered', { tokens: gooseAnswer.tokensSeen }));
}

export function cureFor(code: ErrorCode): Cure {
  switch (code) {
    case 'no-space':
      return 'free-disk';
    case 'nothing-fits':
    case 'unknown-model':
    case 'publisher-changed':
    case 'model-changed':
    case 'context-too-small':
    case 'bad-gguf':
      return 'choose-another';
    case 'out-of-memory':
    case 'server-killed':
      return 'smaller-context';
    case 'server-frozen':
      return 'restart';
    case 'bad-config':
    case 'bad-catalogue':
    case 'changed-since':
      return 'fix-file';
    case 'no-engine':
    case 'no-isolation':
    case 'no-goose':
    case 'command-missing':
      return 'install-engine';
    case 'engine-unusable':
    case 'image-first':
    case 'image-missing':
    case 'container-failed':
    case 'selinux-denied':
      return 'change-engine';
    case 'unexpected':
      return 'look-at-details';
    default:
      return 'retry';
  }
}

/** A smaller context is a way on only where there is one. */
function cureHere(code: ErrorCode, seen: Pick<Seen, 'shelf' | 'choices'>): Cure {
  const cure = cureFor(code);
  return cure === 'smaller-context' && nextSmallerContext(seen) === null ? 'choose-another' : cure;
}

/** Tokens of the next shorter context than the chosen model is served with; null where none is of use. */
export function nextSmallerContext({ shelf, choices }: Pick<Seen, 'shelf' | 'choices'>): number | null {
  const offer = shelf?.offers.find(({ entry }) => entry.id === choices.modelId);
  if (offer === undefined) return null;
  const { entry, fit } = offer;
  return smallerContext(entry, servedContext(entry, fit, choices.contextTokens));
}

/** The task that a person would do next: the first that is not done, not waiting and not unneeded. */
export function nextTask(standings: Standings, shown: readonly TaskId[] = taskIds): TaskId | null {
  const order: readonly TaskId[] = ['model', 'try', 'tools', 'driver', 'computer'];
  const open = order.filter((task) => shown.includes(task));
  return open.find((task) => standings[task].tag === 'ready' || standings[task].tag === 'broken') ?? null;
}

function evidence(id: EvidenceId, args: Readonly<Record<string, string | number>> = {}): Evidence {
  return { id, args };
}

function done(...list: readonly Evidence[]): Standing {
  return { tag: 'done', evidence: list };
}

// SPDX-License-Identifier: GPL-3.0-or-later

import type { GuardVerdict } from '../core/driver/types.ts';
import type { ErrorValue } from '../core/errors.ts';
import type { Estimate } from '../core/models/estimate.ts';
import type { ModelShape } from '../core/models/estimate/shape.ts';
import { measuredSpeed } from '../core/models/measured.ts';
import type { Measured, Offer, Shelf, Verified } from '../core/models/types.ts';
import { fallbackOf } from '../core/server/fallback.ts';
import { findOffer } from '../core/models/shelf.ts';
import type { Answer, Endpoint } from '../core/server/types.ts';
import { allHold, type Proof } from '../core/proof/types.ts';
import type { LedgerReading } from '../core/setup/ledger.ts';
import type { JournalEntry } from '../core/setup/journal.ts';
import type { Plan } from '../core/setup/plan.ts';
import { planTouches } from '../core/setup/plan.ts';
import type { HearthState } from '../core/setup/state.ts';
import type { Standing, TaskId } from '../core/setup/tasks.ts';
import { shownTasks, type LockId, type Vendor } from '../core/vendor/types.ts';
import type { VendorFile } from '../core/vendor/parse.ts';
import type { Connection } from '../core/tools/clients.ts';
import type { Capability } from '../core/tools/capability.ts';
import type { GooseAnswer } from '../core/tools/types.ts';

/** The objects of --json. The man page lists their names and a test keeps both in step. */

type Fields = Readonly<Record<string, unknown>>;

function object(kind: string, seen: HearthState | null, fields: Fields): Fields {
  return { v: 1, kind, practice: seen?.mode.tag === 'practice' ? seen.mode.machine : null, ...fields };
}

export function versionJson(version: string, appId: string): Fields {
  return object('version', null, { version, appId });
}

/** Sentences come from the caller: this file knows names, words/ knows language. */
export function statusJson(
  seen: HearthState,
  say: {
    readonly title: (task: TaskId) => string;
    readonly standing: (standing: Standing) => string;
    readonly lock: (lock: LockId, organisation: string | null) => string;
  },
  version: string,
): Fields {
  const { server } = seen;
  const offer = findOffer(seen.shelf, seen.choices.modelId);
  return object('status', seen, {
    version,
    tasks: shownTasks(seen.vendor).map((task) => {
      const standing = seen.standings[task];
      return {
        id: task,
        title: say.title(task),
        standing: standing.tag,
        sentence: say.standing(standing),
        details: standing,
      };
    }),
    model:
      seen.choices.modelId === null
        ? null
        : {
            id: seen.choices.modelId,
            name: offer?.entry.name ?? null,
            installed: offer?.installed !== null && offer?.installed !== undefined,
          },
    server: {
      state: server.tag,
      endpoint: server.tag === 'ready' ? endpointFields(server.endpoint, seen) : null,
      health: seen.health,
      error: server.tag === 'failed' ? server.error : null,
    },
    goose: seen.goose,
    machine: seen.machine,
    vendor: vendorFields(seen.vendor, say.lock),
  });
}

/** @param lock the sentence that says what is locked and by whom */
function vendorFields(vendor: Vendor, lock: (lock: LockId, organisation: string | null) => string): Fields {
  const locked = vendor.locked.map((id) => ({ id, sentence: lock(id, vendor.organisation) }));
  return { ...vendor, locked };
}

function endpointFields(endpoint: Endpoint, seen: HearthState): Fields {
  return {
    address: endpoint.baseUrl,
    model: endpoint.modelId,
    alias: endpoint.alias,
    contextTokens: endpoint.contextTokens === 0 ? null : endpoint.contextTokens,
    isolated: endpoint.isolation.isolated,
    isolation: endpoint.isolation,
    servedBy: endpoint.servedBy,
    fallback: fallbackOf(seen),
  };
}

export function offerFields(offer: Offer, shelf: Shelf): Fields {
  const { entry } = offer;
  return {
    id: entry.id,
    name: entry.name,
    publisher: entry.publisher,
    summary: entry.summary,
    homepage: entry.homepage,
    released: entry.released,
    size: entry.file.size,
    sha256: entry.file.sha256,
    url: entry.file.url,
    // Of a file that no catalogue knows nothing is claimed.
    own: entry.own ?? null,
    licence: entry.own === undefined ? entry.licence : null,
    trainingData: entry.own === undefined ? entry.trainingData : null,
    consent: entry.own === undefined ? entry.consent : null,
    toolCalling: entry.own === undefined ? entry.toolCalling : null,
    languages: entry.languages ?? null,
    parameters: entry.parameters,
    contextTrained: entry.contextTrained,
    fit: offer.fit,
    estimate: offer.estimate ?? null,
    picked: shelf.picks.filter((pick) => pick.modelId === entry.id).map((pick) => pick.role),
    installed: offer.installed,
    partial: offer.partial,
    onDisk: offer.onDisk,
    refused: offer.refused,
  };
}

export function modelsJson(seen: HearthState, shelf: Shelf): Fields {
  return object('models', seen, {
    chosen: seen.choices.modelId,
    picks: shelf.picks,
    managedBy: shelf.managedBy,
    models: shelf.offers.map((offer) => offerFields(offer, shelf)),
    own: shelf.own.map((offer) => offerFields(offer, shelf)),
    files: shelf.loose,
    downloads: seen.downloads,
    problems: shelf.problems,
  });
}

export function modelJson(seen: HearthState, shelf: Shelf, offer: Offer): Fields {
  return object('model', seen, { model: offerFields(offer, shelf) });
}

export function measurementJson(seen: HearthState, modelId: string, measured: Measured): Fields {
  const offer = findOffer(seen.shelf, modelId);
  return object('measurement', seen, {
    model: modelId,
    measured,
    agentFirstWord: measuredSpeed(measured).agentFirstWord?.low ?? null,
    estimate: offer?.estimate ?? null,
  });
}

export function fitJson(
  seen: HearthState,
  result: {
    readonly path: string;
    readonly shape: ModelShape;
    readonly estimate: Estimate;
    readonly split: { readonly expertLayers: number };
    /** Bytes that are free; null for what this computer does not tell. */
    readonly available: { readonly gpu: number; readonly memory: number | null };
    readonly largest: number | null;
  },
): Fields {
  const { estimate, shape } = result;
  return object('fit', seen, {
    file: result.path,
    architecture: shape.architecture,
    contextTrained: shape.contextTrained,
    contextTokens: estimate.contextTokens,
    kvType: estimate.kvType,
    layers: estimate.layers,
    gpuLayers: estimate.gpuLayers,
    expertLayers: result.split.expertLayers,
    gpu: estimate.gpu,
    memory: estimate.memory,
    within: {
      mapped: estimate.mapped,
      repacked: estimate.repacked,
      output: estimate.output,
      checkpoints: estimate.checkpoints,
      promptCache: estimate.promptCache,
    },
    available: result.available,
    largestContext: result.largest,
    notKnown: estimate.unknown,
  });
}

export function verificationJson(seen: HearthState, results: readonly Verified[]): Fields {
  const models = results.map(({ modelId: id, path, right, found, expected }) => ({
    id,
    path,
    right,
    found,
    expected,
  }));
  return object('verification', seen, { models });
}

export function planJson(seen: HearthState, plan: Plan, sentences: readonly string[]): Fields {
  return object('plan', seen, {
    plan: plan.id,
    task: plan.task,
    steps: plan.steps.map((step, at) => ({
      id: step.id,
      sentence: sentences[at] ?? null,
      action: step.action,
      touches: step.touches,
    })),
    touches: planTouches(plan),
  });
}

export function appliedJson(seen: HearthState, plan: Plan): Fields {
  return object('applied', seen, {
    plan: plan.id,
    task: plan.task,
    steps: plan.steps.length,
    standing: seen.standings[plan.task],
  });
}

export interface DownloadOutcome {
  readonly id: string;
  readonly plan: string;
  /** Null when the model is here. */
  readonly error: ErrorValue | null;
}

export function downloadsJson(seen: HearthState, models: readonly DownloadOutcome[]): Fields {
  return object('downloads', seen, { models, downloads: seen.downloads });
}

export function journalJson(seen: HearthState): Fields {
  return object('journal', seen, { entries: seen.journal });
}

export function proofJson(seen: HearthState, proof: Proof): Fields {
  return object('proof', seen, { holds: allHold(proof), startedAt: proof.startedAt, checks: proof.checks });
}

export function ledgerJson(seen: HearthState, reading: LedgerReading): Fields {
  return object('ledger', seen, { contacts: reading.lines, skippedLines: reading.skipped });
}

export function undoneJson(seen: HearthState, entry: JournalEntry): Fields {
  return object('undone', seen, { entry });
}

export function servingJson(seen: HearthState, endpoint: Endpoint, keyFile: string): Fields {
  return object('serving', seen, {
    ...endpointFields(endpoint, seen),
    keyFile: endpoint.other === undefined ? keyFile : null,
  });
}

export function answerJson(seen: HearthState, answer: Answer): Fields {
  const other = seen.server.tag === 'ready' && seen.server.endpoint.other !== undefined;
  return object('answer', seen, {
    model: other ? seen.server.endpoint.alias : seen.choices.modelId,
    text: answer.text,
    reasoning: answer.reasoning,
    promptTokens: answer.promptTokens,
    answerTokens: answer.answerTokens,
    promptRate: answer.promptRate,
    answerRate: answer.answerRate,
    firstTokenAfter: answer.firstTokenAfter,
    stopped: answer.stopped,
    servedBy: seen.server.tag === 'ready' ? seen.server.endpoint.servedBy : null,
    fallback: fallbackOf(seen),
  });
}

export function gooseAnswerJson(seen: HearthState, answer: GooseAnswer): Fields {
  return object('goose-answer', seen, {
    model: seen.choices.modelId,
    text: answer.text,
    tokensSeen: answer.tokensSeen,
    durationMs: answer.durationMs,
  });
}

export function capabilityJson(seen: HearthState, capability: Capability): Fields {
  const { verdict, seen: said, notTried, engine, checkedAt } = capability;
  return object('capability', seen, {
    model: seen.choices.modelId,
    verdict,
    seen: said,
    notTried,
    engine,
    checkedAt,
  });
}

export function driverJson(seen: HearthState): Fields {
  const { driver } = seen;
  return object('driver', seen, {
    advice: driver?.advice ?? null,
    loaded: driver?.loaded ?? null,
    installed: driver?.installed ?? null,
    kernels: driver?.kernels ?? [],
    key: driver?.mechanism?.key ?? null,
    ending: driver?.ending ?? null,
    guard: driver?.guard ?? null,
    findings: driver?.findings ?? [],
    verified: driver?.verified ?? false,
    mechanismError: driver?.mechanismError ?? null,
  });
}

export function guardJson(seen: HearthState, guard: GuardVerdict): Fields {
  return object('guard', seen, { guard });
}

/** The code is left out unless a person asked for it by its option. */
export function keyJson(seen: HearthState, task: 'enrol' | 'delete', code: string | null): Fields {
  return object('key', seen, { task, ending: seen.driver?.ending ?? null, code });
}

export function toolsJson(seen: HearthState): Fields {
  const { goose, aiLab, capability, clients } = seen;
  return object('tools', seen, { goose, aiLab, capability, clients });
}

export function connectionJson(seen: HearthState, connection: Connection, found: readonly string[]): Fields {
  const { baseUrl, model, contextTokens, keyFile, answers } = connection;
  return object('connection', seen, { address: baseUrl, model, contextTokens, keyFile, answers, found });
}

export function recordingJson(folder: string, files: number, commands: number, skipped: number): Fields {
  return object('recording', null, { folder, files, commands, skipped });
}

export function setupJson(seen: HearthState, exit: number): Fields {
  return object('setup', seen, {
    exit,
    model: seen.choices.modelId,
    answer: seen.answer?.text ?? null,
    gooseAnswer: seen.gooseAnswer?.text ?? null,
    isolated: seen.server.tag === 'ready' ? seen.server.endpoint.isolation.isolated : null,
    standings: seen.standings,
  });
}

/** Files that were checked. */
export function vendorJson(files: readonly Pick<VendorFile, 'file' | 'problems'>[]): Fields {
  return object('vendor', null, { files: files.map(({ file, problems }) => ({ file, problems })) });
}

export function errorJson(error: ErrorValue, sentence: string, next: string | null): Fields {
  return object('error', null, { error: { ...error, sentence, next } });
}

/** Names at the top of each object, besides v, kind and practice. */
export const documented: Readonly<Record<string, readonly string[]>> = {
  status: ['version', 'tasks', 'model', 'server', 'goose', 'machine', 'vendor'],
  models: ['chosen', 'picks', 'managedBy', 'models', 'own', 'files', 'downloads', 'problems'],
  vendor: ['files'],
  downloads: ['models', 'downloads'],
  model: ['model'],
  verification: ['models'],
  measurement: ['model', 'measured', 'agentFirstWord', 'estimate'],
  fit: [
    'file',
    'architecture',
    'contextTrained',
    'contextTokens',
    'kvType',
    'layers',
    'gpuLayers',
    'expertLayers',
    'gpu',
    'memory',
    'within',
    'available',
    'largestContext',
    'notKnown',
  ],
  plan: ['plan', 'task', 'steps', 'touches'],
  applied: ['plan', 'task', 'steps', 'standing'],
  journal: ['entries'],
  proof: ['holds', 'startedAt', 'checks'],
  ledger: ['contacts', 'skippedLines'],
  undone: ['entry'],
  serving: [
    'address',
    'model',
    'alias',
    'contextTokens',
    'isolated',
    'isolation',
    'servedBy',
    'fallback',
    'keyFile',
  ],
  answer: [
    'model',
    'text',
    'reasoning',
    'promptTokens',
    'answerTokens',
    'promptRate',
    'answerRate',
    'firstTokenAfter',
    'stopped',
    'servedBy',
    'fallback',
  ],
  'goose-answer': ['model', 'text', 'tokensSeen', 'durationMs'],
  capability: ['model', 'verdict', 'seen', 'notTried', 'engine', 'checkedAt'],
  tools: ['goose', 'aiLab', 'capability', 'clients'],
  driver: [
    'advice',
    'loaded',
    'installed',
    'kernels',
    'key',
    'ending',
    'guard',
    'findings',
    'verified',
    'mechanismError',
  ],
  guard: ['guard'],
  key: ['task', 'ending', 'code'],
  connection: ['address', 'model', 'contextTokens', 'keyFile', 'answers', 'found'],
  recording: ['folder', 'files', 'commands', 'skipped'],
  setup: ['exit', 'model', 'answer', 'gooseAnswer', 'isolated', 'standings'],
  version: ['version', 'appId'],
  error: ['error'],
};

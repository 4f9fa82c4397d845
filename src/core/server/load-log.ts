// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * What llama-server says while it loads a model (`--verbosity 4`, llama.cpp 0.7.0): which devices it could use, and
 * which ones hold the model. Neither /props nor /metrics tells, so its log is the one source.
 */

/** Why no graphics card works on the answers. */
export type NoCardReason =
  /** The program was built for processors only. */
  | 'no-backend'
  /** No device file of a card can be seen: a container or a virtual machine without one. */
  | 'no-node'
  /** The device is there, but its driver offers nothing to compute on. */
  | 'no-device'
  | 'no-memory'
  /** There was a card with room, and it was left out. */
  | 'not-used';

/** Who really does the work, read back from the server. Sizes in bytes. */
export interface ServedBy {
  readonly kind: 'gpu' | 'cpu' | 'both';
  /** Names of the cards in use, as their driver tells them. */
  readonly cards: readonly string[];
  readonly processor: string | null;
  /** Layers on the card, of all of them; null where the log does not say. */
  readonly gpuLayers: number | null;
  readonly layers: number | null;
  /** Weights, context and work space that were really taken. */
  readonly gpuBytes: number;
  readonly memoryBytes: number;
  /** Null when a card is in use. */
  readonly noCard: NoCardReason | null;
}

interface Device {
  readonly id: string;
  readonly name: string;
  readonly freeMiB: number;
}

const MiB = 1024 * 1024;
const hostBuffer = /^(?:CPU|AMX|BLAS|Host)|_Host$|^ACCEL/;
const memoryTrouble = /OutOfDeviceMemory|cudaMalloc failed|out of memory|failed to allocate \S+ buffer/i;

/** Null when the text is no log of a load that came to its end. */
export function parseLoadLog(text: string, nodes: boolean): ServedBy | null {
  const known: Device[] = [];
  const backends: string[] = [];
  let used: Device[] = [];
  let offloaded: readonly [number, number] | null = null;
  let modelLayers: number | null = null;
  let sums = { gpu: 0, memory: 0, cardModel: 0 };
  let sized = false;
  let trouble = false;
  for (const line of text.split('\n')) {
    // Each attempt to load begins with this; only the last one counts.
    if (line.includes('loaded meta data with')) [used, offloaded, sized] = [[], null, false];
    if (line.includes('loading model tensors')) sums = { gpu: 0, memory: 0, cardModel: 0 };
    const backend = /loaded (\w+) backend from/.exec(line);
    if (backend !== null) backends.push(backend[1] ?? '');
    const listed = / - (\S+) +: (.+) \((\d+) MiB, (\d+) MiB free\)$/.exec(line);
    if (listed !== null) known.push(device(listed[1], listed[2], listed[4]));
    const using = /using device (\S+) \((.*)\) \([^()]*\) - (\d+) MiB free/.exec(line);
    if (using !== null) used.push(device(using[1], using[2], using[3]));
    const layers = /offloaded (\d+)\/(\d+) layers to GPU/.exec(line);
    if (layers !== null) offloaded = [Number(layers[1]), Number(layers[2])];
    const count = /print_info: n_layer +=\s+(\d+)/.exec(line);
    if (count !== null) modelLayers = Number(count[1]) + 1;
    trouble ||= memoryTrouble.test(line);
    const buffer = /: +(\S+) +(model|KV|RS|compute|output) buffer size = +([\d.]+) MiB/.exec(line);
    if (buffer === null) continue;
    const bytes = Number(buffer[3]) * MiB;
    const host = hostBuffer.test(buffer[1] ?? '');
    sums = {
      gpu: sums.gpu + (host ? 0 : bytes),
      memory: sums.memory + (host ? bytes : 0),
      cardModel: sums.cardModel + (!host && buffer[2] === 'model' ? bytes : 0),
    };
    sized ||= buffer[2] === 'model';
  }
  if (!sized) return null;
  const listedCards = known.filter(({ id }) => !/^(?:CPU|BLAS|AMX)/.test(id));
  const [onCard, all] = offloaded ?? [0, modelLayers];
  const kind = onCard === 0 && sums.cardModel === 0 ? 'cpu' : onCard === all ? 'gpu' : 'both';
  const cards = used.length > 0 ? used : listedCards;
  return {
    kind,
    cards: kind === 'cpu' ? [] : [...new Set(cards.map(({ name }) => name))],
    processor: known.find(({ id }) => id.startsWith('CPU'))?.name ?? null,
    gpuLayers: all === null ? null : onCard,
    layers: all,
    gpuBytes: Math.round(sums.gpu),
    memoryBytes: Math.round(sums.memory),
    noCard: kind === 'cpu' ? reason(backends, listedCards, nodes, trouble) : null,
  };
}

function reason(
  backends: readonly string[],
  cards: readonly Device[],
  nodes: boolean,
  trouble: boolean,
): NoCardReason {
  // Built in rather than loaded, a backend is not announced: then only its devices tell.
  const capable = backends.length === 0 || backends.some((name) => !/^(?:CPU|BLAS|RPC)$/i.test(name));
  if (cards.length === 0) return !nodes ? 'no-node' : capable ? 'no-device' : 'no-backend';
  return trouble || cards.every(({ freeMiB }) => freeMiB < 1024) ? 'no-memory' : 'not-used';
}

function device(id = '', name = '', free = '0'): Device {
  return { id, name: name.trim().slice(0, 200), freeMiB: Number(free) };
}

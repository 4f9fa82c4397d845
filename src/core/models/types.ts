// SPDX-License-Identifier: GPL-3.0-or-later

import type { ModelShape } from './estimate/shape.ts';

/** One downloadable model file of the catalogue. Sizes in bytes, lengths in tokens. Source: data/catalogue. */
export interface CatalogueEntry {
  readonly id: string;
  readonly name: string;
  readonly publisher: string;
  readonly summary: string;
  /** Repository page for people. */
  readonly homepage: string;
  readonly file: {
    readonly url: string;
    readonly name: string;
    readonly size: number;
    readonly sha256: string;
    readonly revision: string;
  };
  readonly licence: { readonly spdx: string; readonly osiApproved: boolean; readonly note: string | null };
  readonly trainingData: {
    readonly level: 'published' | 'described' | 'not-disclosed';
    readonly source: string;
  };
  readonly consent: {
    readonly level: 'opt-outs-honoured' | 'public-licence' | 'unknown';
    readonly source: string;
  };
  readonly toolCalling: { readonly level: 'yes' | 'weak' | 'no' | 'unknown'; readonly source: string };
  /** Languages that its publisher names, as BCP 47 tags; absent or null where none are known. */
  readonly languages?: { readonly codes: readonly string[]; readonly source: string } | null;
  readonly released: string;
  readonly architecture: string;
  /** Billions; active is less than total in a mixture of experts. */
  readonly parameters: { readonly total: number; readonly active: number };
  readonly contextTrained: number;
  /** Layers that keep a KV cache, per-layer heads and head size; null when not known before the header is read. */
  readonly attention: {
    readonly layers: number;
    readonly kvLayers: number;
    readonly kvHeads: number;
    readonly headSize: number;
    readonly slidingWindow: number | null;
  } | null;
  /** Talks gibberish; exists to see Hearth work. */
  readonly practice: boolean;
  /**
   * A file that a person added and no catalogue knows. Licence, training data and consent are then unknown, whatever the
   * fields above say.
   */
  readonly own?: { readonly source: OnDiskSource; readonly addedAt: number };
}

export interface Catalogue {
  readonly version: 1;
  readonly generated: string;
  /** Nothing but the entries of such files is offered. */
  readonly only: boolean;
  /** Who chose them, for people; null when the file does not say. */
  readonly organisation: string | null;
  readonly entries: readonly CatalogueEntry[];
}

export type KvType = 'f16' | 'q8_0' | 'q4_0';

/** Parts of what a model takes in a memory at a context length, in bytes. */
export interface MemoryNeed {
  readonly weights: number;
  readonly kvCache: number;
  readonly compute: number;
  readonly overhead: number;
  readonly total: number;
}

/** The parts in all, and in each memory. `gpu` is null where no card with a memory of its own takes part. */
export interface SplitNeed extends MemoryNeed {
  readonly gpu: MemoryNeed | null;
  readonly main: MemoryNeed;
}

/** Bytes free for a model in each memory; null where there is none, or it is not told. */
export interface FreeMemory {
  readonly gpu: number | null;
  readonly main: number | null;
}

/**
 * Which part of a model the graphics works on, as llama.cpp counts. The server is started with the same figures as
 * the need was worked out for.
 */
export interface Layout {
  /** Layers there, the last ones first and the output counted as one; 0 for none. */
  readonly gpuLayers: number | 'all';
  /** So many layers, the first ones, have their experts in main memory all the same; 0 for none. */
  readonly expertLayers: number;
  /** Layers without the output, those for drafting counted as llama.cpp does; null when not known before the header. */
  readonly layers: number | null;
}

/** Wholly on a card, card and processor together, graphics that shares main memory, or the processor. */
export type Place = 'gpu' | 'split' | 'shared' | 'memory';

export interface SpeedBand {
  /** Tokens per second. */
  readonly low: number;
  readonly high: number;
}

/** Tokens a second, and seconds until an agent's first word: it reads some 5000 tokens of instructions before. */
export interface Speed {
  readonly generation: SpeedBand | null;
  readonly prompt: SpeedBand | null;
  readonly agentFirstWord: { readonly low: number; readonly high: number } | null;
}

/** A model against a machine: whether it runs, where, with how much context, and why not. */
export interface Fit {
  readonly verdict: 'fits' | 'tight' | 'does-not-fit' | 'unknown';
  readonly place: Place;
  readonly gpuAddress: string | null;
  /** How the KV cache is kept at that context. */
  readonly kvType: KvType;
  /** Largest sensible context, tokens; 0 when it does not fit at the minimum. */
  readonly contextTokens: number;
  readonly layout: Layout;
  readonly need: SplitNeed;
  readonly free: FreeMemory;
  /** Bytes that could be had besides and are kept for the desktop and for what people open next. */
  readonly kept: FreeMemory;
  /** Bytes to spare in the memory that sets the limit (negative: missing, in both together). */
  readonly spare: number;
  readonly generation: SpeedBand | null;
  readonly prompt: SpeedBand | null;
  /** Seconds until an agent's first word: it reads some 5000 tokens of instructions before. */
  readonly agentFirstWord: { readonly low: number; readonly high: number } | null;
  /** Long enough for an agent's preamble (16 k). */
  readonly agentReady: boolean;
  readonly diskMissing: number;
}

/** What a file's header says, with the processor that it would be laid out for. */
export interface ModelHeader {
  readonly shape: ModelShape;
  /** Instruction sets, e.g. `avx2`. */
  readonly features: readonly string[];
}

export interface InstalledModel {
  readonly modelId: string;
  readonly path: string;
  readonly size: number;
  /** The hash was right when it was last computed, and size and time have not changed since. */
  readonly verified: boolean;
  /** Milliseconds since the epoch. */
  readonly verifiedAt: number | null;
  /** How fast it was on this computer; absent or null where nobody measured what would run now. */
  readonly measured?: Measured | null;
}

/** What a measurement holds for. */
export interface MeasureKey {
  readonly sha256: string;
  readonly contextTokens: number;
  readonly kvType: KvType;
  /** Processor and cards, see `computerOf`. */
  readonly computer: string;
  /** Version of llama-server; null when it did not tell. */
  readonly engine: string | null;
}

export interface Measured extends MeasureKey {
  readonly version: 1;
  /** Who did the work, see `deviceOf`. */
  readonly device: string;
  readonly promptTokens: number;
  /** Tokens a second, by llama-server's own timings. */
  readonly promptRate: number;
  readonly answerTokens: number;
  readonly answerRate: number;
  /** Milliseconds since the epoch. */
  readonly measuredAt: number;
}

/** What reading a model's file again from end to end has shown. */
export interface Verified {
  readonly modelId: string;
  readonly path: string;
  readonly right: boolean;
  /** SHA-256 of the file now and as it should be, hexadecimal. */
  readonly found: string;
  readonly expected: string;
}

/** A file that is on its way. */
export interface PartialDownload {
  readonly modelId: string;
  readonly bytes: number;
  readonly total: number;
  readonly path: string;
}

/** Whose file it is; `file` is one that a person named. */
export type OnDiskSource =
  'file' | 'downloads' | 'lm-studio' | 'ollama' | 'hugging-face' | 'ramalama' | 'ai-lab';

/** A file of another program that has the size of a model. Whether it is that model, its hash will tell. */
export interface OnDisk {
  readonly path: string;
  readonly source: OnDiskSource;
}

/** A model file of another program that the catalogue does not know. Nothing about it was checked. */
export interface LooseFile {
  readonly path: string;
  readonly size: number;
  readonly source: OnDiskSource;
  /** From its header or its file name, stripped of what could mislead. */
  readonly name: string;
}

/** A row of the shelf. */
export interface Offer {
  readonly entry: CatalogueEntry;
  /** Of the file where it is here and its header could be read. */
  readonly header: ModelHeader | null;
  readonly fit: Fit;
  readonly installed: InstalledModel | null;
  readonly partial: PartialDownload | null;
  /** Where the file lies already, so that nothing need be fetched; null once it is installed. */
  readonly onDisk: OnDisk | null;
  /** Why it cannot be downloaded here and now, or null. */
  readonly refused: 'does-not-fit' | 'no-disk' | 'practice-only' | null;
  /** What was estimated, where `fit` has measured speeds in its place. */
  readonly estimate?: Speed | null;
}

export type PickRole = 'balanced' | 'open-data' | 'agent' | 'practice';

/** A recommendation with its one reason; words/models.ts says it. */
export interface Pick {
  readonly role: PickRole;
  readonly modelId: string;
  readonly reason: PickReason;
  /** The next smaller one that is faster here and serves the same purpose, or null. */
  readonly smaller: string | null;
  /** The next stronger one that runs here, larger and slower, or null. */
  readonly larger: string | null;
}

export type PickReason =
  | { readonly kind: 'best-that-fits'; readonly place: Place }
  | { readonly kind: 'fastest-that-fits' }
  /** The computer did not tell its memory: the smallest, to be on the safe side. */
  | { readonly kind: 'smallest-memory-unknown' }
  | { readonly kind: 'data-published' }
  | { readonly kind: 'calls-tools'; readonly contextTokens: number }
  | { readonly kind: 'practice' };

export interface Shelf {
  readonly offers: readonly Offer[];
  readonly picks: readonly Pick[];
  /** Files that a person added and no catalogue knows: never recommended, never found by a filter. */
  readonly own: readonly Offer[];
  /** Files of other programs that could be added so. */
  readonly loose: readonly LooseFile[];
  /** Who limits the list to what they chose; empty when they do not say their name, null when nobody does. */
  readonly managedBy: string | null;
  /** Catalogue files that could not be used, with the reason. */
  readonly problems: readonly { readonly file: string; readonly problem: string }[];
}

// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorValue } from '../errors.ts';
import type { Program } from '../server/types.ts';
import type { Flavour, LabPlaces } from './ai-lab.ts';
import type { Remote } from './flatpak.ts';
import type { CloudPath } from './goose-cloud.ts';
import type { InstallNote } from './tool-list.ts';

/** How Goose stands on this computer. */
export interface GooseFacts {
  readonly program: Program | null;
  /** Hearth's provider is written as it should be for the present endpoint. */
  readonly provider: 'right' | 'other' | 'missing';
  /** Provider that Goose uses now, from its configuration; null when none. */
  readonly activeProvider: string | null;
  readonly activeModel: string | null;
  readonly telemetry: 'off' | 'on' | 'unset';
  /** Configured providers that send what is typed to somebody else's computer. */
  readonly cloudProviders: readonly string[];
  /** What would leave this computer even with the local model as the default. */
  readonly stillCloud: readonly CloudPath[];
  readonly install: InstallFacts;
  /** config.yaml cannot be used as it is. */
  readonly problem: ErrorValue | null;
}

/** A program that Hearth can install, and the one that it did install. */
export interface InstallFacts {
  /** Null where nothing is offered for this computer, or what is there is as new or somebody else's. */
  readonly offered: {
    readonly version: string;
    readonly host: string;
    /** Of the program, in bytes. */
    readonly size: number;
    readonly pinnedFrom: string;
  } | null;
  readonly ours: (InstallNote & { readonly inPath: boolean }) | null;
}

/** How Podman Desktop and its extension AI Lab stand on this computer. */
export interface AiLabFacts {
  readonly desktop: { readonly flavour: Flavour; readonly path: string } | null;
  /** It runs now: what is written to its settings would be overwritten when it ends. */
  readonly open: boolean;
  readonly places: LabPlaces | null;
  /** Of AI Lab; null where it is not there. */
  readonly version: string | null;
  /** Usage reports of Podman Desktop. */
  readonly telemetry: 'off' | 'on' | 'unset';
  /** The question about them was answered. */
  readonly asked: boolean;
  /**
   * The chosen model there: AI Lab itself lists it, it lies where AI Lab looks, or it does not; `own` has no publisher to
   * name, and null is no model.
   */
  readonly model: 'listed' | 'placed' | 'missing' | 'own' | null;
  /** Podman answers AI Lab through this socket; null where that cannot be told. */
  readonly socket: boolean | null;
  /** Version of AI Lab that Hearth can place; null where it is there, or no list pins its image. */
  readonly extension: string | null;
  /** Where Podman Desktop could be had from, where it is not there; null for nowhere that is set up. */
  readonly from: Remote | null;
  /** A file of it cannot be used as it is. */
  readonly problem: ErrorValue | null;
}

export interface GooseAnswer {
  readonly text: string;
  /** Tokens read and written while Goose ran, by the server's own counters. */
  readonly tokensSeen: number;
  readonly durationMs: number;
}

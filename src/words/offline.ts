// SPDX-License-Identifier: GPL-3.0-or-later

import { missingFor, type Missing } from '../core/server/choose.ts';
import type { HearthState, Mode } from '../core/setup/state.ts';
import { errorWords } from './errors.ts';
import { paragraph } from './joined.ts';
import { _, fill } from './translate.ts';

/** The command that opens Goose without a network, on the folder that it is started in. */
export function offlineCommandLine(mode: Mode): string {
  return mode.tag === 'practice' ? 'hearth --practice goose --offline' : 'hearth goose --offline';
}

export interface OfflineRow {
  readonly description: string;
  /** Null where it cannot be opened; the description then says why and what to do. */
  readonly command: string | null;
}

/** Goose without a network on the page of tools; null where there is no Goose. */
export function offlineRow({ goose, mode, programs }: HearthState): OfflineRow | null {
  if (goose?.program == null || programs === null) return null;
  const missing = missingFor('children', programs).filter((name: Missing) => name !== 'llama-server');
  if (missing.length === 0) return { description: offlineWords.summary(), command: offlineCommandLine(mode) };
  const args = { missing: missing.join(', ') };
  const { sentence, next } = errorWords({ code: 'goose-exposed', args, detail: null });
  return { description: paragraph(sentence, next), command: null };
}

/** What is said about Goose without a network, in the window and in the terminal. */
export const offlineWords = {
  /** One honest line: what it can and what it cannot do then. */
  summary: () =>
    _(
      'It reaches the model on this computer and one folder, and nothing else: it cannot fetch, install or look anything up.',
    ),
  copied: () => _('Command copied'),
  opens: (folder: string) => fill(_('Goose opens without a network, on {folder} alone.'), { folder }),
  limits: () =>
    _(
      'It cannot fetch, install or look anything up, sees none of your other files, and keeps no history of this session.',
    ),
  looked: (namespace: string, interfaces: string) =>
    fill(_('Looked at just now, behind its wall: network {namespace} with nothing in it but {interfaces}.'), {
      namespace,
      interfaces,
    }),
  ended: (folder: string) =>
    fill(_('Goose has ended. What it wrote to {folder} was not shut in: look at it before you run it.'), {
      folder,
    }),
};

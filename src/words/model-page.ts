// SPDX-License-Identifier: GPL-3.0-or-later

import { hostOf } from '../core/setup/plan.ts';
import type { ErrorValue } from '../core/errors.ts';
import type { CatalogueEntry, Offer, OnDiskSource } from '../core/models/types.ts';
import { awaitsCatalogue } from '../core/setup/downloads.ts';
import {
  consentFact,
  consentSentence,
  licenceSentence,
  shareSentence,
  toolCallingSentence,
  trainingDataFact,
  trainingDataSentence,
} from './models.ts';
import { fitSentence } from './fit-sentence.ts';
import { agentSentence, estimateSentence, measureWords, paceWords, speedSentence } from './measured.ts';
import { dataText } from './data-texts.ts';
import { dotted, paragraph, stated } from './joined.ts';
import { onDiskLine, sourceName } from './on-disk.ts';
import { ownLine, ownWords } from './own.ts';
import type { Line } from './plan.ts';
import { bytes, tokens } from './units.ts';
import { _, fill } from './translate.ts';

/** What the button of a model does, from where the model stands. */
export type ModelAction = 'download' | 'continue' | 'use' | 'use-context' | 'none';

/** @param failure why it did not come, if it did not */
export function modelAction(offer: Offer, chosen: boolean, failure: ErrorValue | null = null): ModelAction {
  const { installed } = offer;
  // A person's own file that is not what it was has nobody to fetch it from.
  if (offer.entry.own !== undefined && installed?.verified !== true) return 'none';
  if (installed !== null) return chosen && installed.verified ? 'none' : 'use';
  if (offer.refused !== null) return 'none';
  if (offer.onDisk !== null) return 'use';
  if (awaitsCatalogue(failure)) return 'none';
  return offer.partial === null ? 'download' : 'continue';
}

export function modelActionLabel(action: Exclude<ModelAction, 'none'>): string {
  switch (action) {
    case 'download':
      return _('Download');
    case 'continue':
      return _('Continue');
    case 'use':
      return _('Use');
    case 'use-context':
      return _('Use This Context');
  }
}

/** Why a person's own file is not used; empty when it can be, and for models of the catalogue, which can be fetched. */
export function notAsAdded({ entry, installed }: Offer): string {
  if (entry.own === undefined || installed?.verified !== false) return '';
  return _('The file is not what it was when it was added, so it is not used. Remove it, or add it again.');
}

export function inUse(): string {
  return _('In use');
}

/** 'IBM · 5.3 GB'. */
export function publisherLine(entry: CatalogueEntry): string {
  if (entry.own !== undefined) return ownLine(entry.architecture, entry.file.size);
  return dotted([dataText(entry.publisher), bytes(entry.file.size)]);
}

/** The three facts, short enough to stand side by side; each names what it is about. */
export function threeFacts(entry: CatalogueEntry): readonly string[] {
  if (entry.own !== undefined) return ownWords.facts();
  return [entry.licence.spdx, trainingDataFact(entry.trainingData.level), consentFact(entry.consent.level)];
}

export function paceLine(offer: Offer): string {
  const { fit } = offer;
  const size = hereLine(offer);
  const speed = fit.verdict === 'does-not-fit' ? '' : paceWords(offer);
  return dotted([speed, size]);
}

function hereLine({ onDisk, partial }: Offer): string {
  if (onDisk !== null) return onDiskLine(onDisk);
  return partial === null ? '' : partialLine(partial.bytes, partial.total);
}

function partialLine(done: number, total: number): string {
  return fill(_('{done} of {total} already here'), { done: bytes(done), total: bytes(total) });
}

/** Everything known about a model, for its details. */
export function modelDetails(offer: Offer): readonly Line[] {
  const { entry, fit } = offer;
  if (entry.own !== undefined) return ownDetails(offer, entry.own.source);
  const { total, active } = entry.parameters;
  const estimate = estimateSentence(offer);
  return [
    { label: _('Memory'), value: paragraph(fitSentence(fit), shareSentence(fit)) },
    { label: _('Speed here'), value: speedSentence(offer) },
    { label: _('With agents'), value: agentSentence(offer) },
    ...(estimate === null ? [] : [{ label: measureWords.estimate(), value: estimate }]),
    { label: _('Licence'), value: licenceSentence(entry) },
    { label: _('Training data'), value: trainingDataSentence(entry) },
    { label: _('Consent of authors'), value: consentSentence(entry) },
    { label: _('Tools'), value: toolCallingSentence(entry) },
    {
      label: _('Size'),
      value:
        active < total
          ? fill(_('{total} billion parameters, {active} billion at work'), { total, active })
          : fill(_('{total} billion parameters'), { total }),
    },
    { label: _('Longest context'), value: tokens(entry.contextTrained) },
    { label: _('Released'), value: entry.released },
    { label: _('Comes from'), value: hostOf(entry.file.url) },
    { label: _('Checksum (SHA-256)'), value: entry.file.sha256 },
  ];
}

/** Of a file that a person added: what was measured here, and what its header says. */
function ownDetails(offer: Offer, source: OnDiskSource): readonly Line[] {
  const { entry, fit } = offer;
  return [
    { label: _('Memory'), value: paragraph(fitSentence(fit), shareSentence(fit)) },
    { label: _('Speed here'), value: speedSentence(offer) },
    { label: _('With agents'), value: agentSentence(offer) },
    { label: _('Licence'), value: ownWords.unknown() },
    { label: _('Training data'), value: ownWords.unknown() },
    { label: _('Consent of authors'), value: ownWords.unknown() },
    { label: _('Kind of model'), value: stated(entry.architecture, ownWords.fromHeader()) },
    { label: _('Longest context'), value: stated(tokens(entry.contextTrained), ownWords.fromHeader()) },
    { label: _('Comes from'), value: sourceName(source) },
    { label: _('Checksum (SHA-256)'), value: entry.file.sha256 },
  ];
}

export const modelWords = {
  picks: (): string => _('Suggested for This Computer'),
  others: (): string => _('Other Models'),
  details: (): string => _('Details'),
  working: (): string => _('Progress'),
  stopping: (): string => _('Stopping'),
  downloaded: (): string => _('Downloaded and checked'),
};

/** Reading a model's file again. */
export const verifyWords = {
  checking: (name: string): string => fill(_('Checking {name}'), { name }),
  right: (): string => _('The file is right: its checksum is the one that was expected.'),
  wrong: (offer: Offer): string =>
    offer.entry.own !== undefined
      ? _('The file is not what it was when it was added, so it is not used any more.')
      : _('The file is not the one that was published, so it is not used any more. It can be fetched again.'),
};

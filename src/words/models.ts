// SPDX-License-Identifier: GPL-3.0-or-later

import type {
  CatalogueEntry,
  Fit,
  Offer,
  Pick as Recommendation,
  PickReason,
  PickRole,
  Place,
  SpeedBand,
} from '../core/models/types.ts';
import type { Progress } from '../core/setup/tasks.ts';
import { dataText } from './data-texts.ts';
import { dotted, stated } from './joined.ts';
import { _, fill } from './translate.ts';
import { bytes, duration, number, tokens } from './units.ts';

/** The verdict in a few words, for the end of a row. */
export function fitLabel(fit: Fit): string {
  switch (fit.verdict) {
    case 'fits':
      return fill(_('Fits, {spare} to spare'), { spare: bytes(fit.spare) });
    case 'tight':
      return fill(_('Just fits, {spare} to spare'), { spare: bytes(fit.spare) });
    case 'does-not-fit':
      return fill(_('Does not fit, {missing} missing'), { missing: bytes(-fit.spare) });
    case 'unknown':
      return _('Not known whether it fits');
  }
}

/** The need and what is free, where the limit is: on the card that holds all, in both memories, or in main memory. */
export function limits({ place, need, free }: Fit): { readonly need: number; readonly available: number } {
  if (place === 'gpu') return { need: need.gpu?.total ?? 0, available: free.gpu ?? 0 };
  return { need: need.total, available: (place === 'split' ? (free.gpu ?? 0) : 0) + (free.main ?? 0) };
}

/** How much of a model that is shared out is on the card, or an empty text. */
export function shareSentence({ layout, place }: Fit): string {
  if (place !== 'split' || layout.layers === null || layout.gpuLayers === 'all') return '';
  if (layout.gpuLayers > layout.layers) {
    return fill(
      _('The graphics card takes all layers; the experts of {some} of {all} stay in main memory.'),
      { some: layout.expertLayers, all: layout.layers },
    );
  }
  // The output counts as one.
  return fill(_('The graphics card takes {some} of {all} layers, the processor the others.'), {
    some: layout.gpuLayers - 1,
    all: layout.layers,
  });
}

/** How fast an answer will come, in things people can feel: of the middle of the band, or of what was measured. */
export function speedWords(generation: SpeedBand | null): string {
  if (generation === null) return _('Speed not known');
  const middle = Math.sqrt(Math.max(0.01, generation.low) * Math.max(0.01, generation.high));
  if (middle < 2) return _('Very slow: a sentence takes most of a minute');
  if (middle < 5) return _('Slower than you read');
  if (middle < 12) return _('About as fast as you read');
  if (middle < 40) return _('Faster than you read');
  return _('Much faster than you read');
}

/** The band in figures, for those who want them; one figure where it was measured. */
export function speedFigures(generation: SpeedBand | null): string {
  if (generation === null) return _('Not known before it is tried');
  if (generation.low === generation.high)
    return fill(_('{rate} tokens a second'), { rate: figure(generation.low) });
  return fill(_('about {low} to {high} tokens a second'), {
    low: figure(generation.low),
    high: figure(generation.high),
  });
}

/** How long an agent's first word takes, from seconds: it reads some 5000 tokens of instructions first. */
export function agentWait(firstWord: Fit['agentFirstWord']): string {
  if (firstWord === null) return _('How long an agent takes to begin is not known before it is tried.');
  if (firstWord.high < 10) return _('An agent begins within seconds.');
  if (firstWord.low === firstWord.high)
    return fill(_('An agent needs {time} before its first word.'), { time: duration(firstWord.low) });
  return fill(_('An agent needs {quick} to {slow} before its first word.'), {
    quick: duration(firstWord.low),
    slow: duration(firstWord.high),
  });
}

export function pickTitle(role: PickRole): string {
  switch (role) {
    case 'balanced':
      return _('Balanced');
    case 'open-data':
      return _('Most open data');
    case 'agent':
      return _('For agents');
    case 'practice':
      return _('Practice');
  }
}

/** The one reason for a recommendation. */
export function pickReason(pick: Recommendation | PickReason): string {
  const reason = 'reason' in pick ? pick.reason : pick;
  switch (reason.kind) {
    case 'best-that-fits':
      return strongestSentence(reason.place);
    case 'fastest-that-fits':
      return _('Every model is slow on this computer; this one is among the least slow.');
    case 'smallest-memory-unknown':
      return _('The smallest, because this computer does not tell how much memory it has.');
    case 'data-published':
      return _('Its training data is published.');
    case 'calls-tools':
      return fill(_('Calls tools and has room for {context} here, which agents need.'), {
        context: tokens(reason.contextTokens),
      });
    case 'practice':
      return _('Random weights, made on the spot: it talks gibberish, and shows how all of Hearth works.');
  }
}

function strongestSentence(place: Place): string {
  switch (place) {
    case 'gpu':
      return _('The strongest that runs well here, on the graphics card.');
    case 'split':
      return _('The strongest that runs well here, on the graphics card and the processor together.');
    case 'shared':
      return _('The strongest that runs well here, on the built-in graphics.');
    case 'memory':
      return _('The strongest that runs well here, on the processor.');
  }
}

/** Why it cannot be downloaded, or an empty text. */
export function refusalSentence(offer: Offer): string {
  const { fit, entry } = offer;
  switch (offer.refused) {
    case null:
      return '';
    case 'does-not-fit':
      return fill(_('Not offered: it would need {need} of memory and {available} are free.'), {
        need: bytes(limits(fit).need),
        available: bytes(limits(fit).available),
      });
    case 'no-disk':
      return fill(_('Needs {size} on the disk; {missing} more must be freed.'), {
        size: bytes(entry.file.size),
        missing: bytes(fit.diskMissing),
      });
    case 'practice-only':
      return _('Not downloaded in practice mode, which never leaves this computer.');
  }
}

export function licenceSentence(entry: CatalogueEntry): string {
  const line = fill(_('{licence}, approved by the Open Source Initiative'), { licence: entry.licence.spdx });
  return stated(line, dataText(entry.licence.note ?? ''));
}

export function trainingDataLabel(level: CatalogueEntry['trainingData']['level']): string {
  switch (level) {
    case 'published':
      return _('Published');
    case 'described':
      return _('Described, not published');
    case 'not-disclosed':
      return _('Not disclosed');
  }
}

/** The label where it stands among other facts and has to name what it is about. */
export function trainingDataFact(level: CatalogueEntry['trainingData']['level']): string {
  switch (level) {
    case 'published':
      return _('Training data: published');
    case 'described':
      return _('Training data: described, not published');
    case 'not-disclosed':
      return _('Training data: not disclosed');
  }
}

export function trainingDataSentence(entry: CatalogueEntry): string {
  return withSource(trainingDataLabel(entry.trainingData.level), entry.trainingData.source);
}

export function consentLabel(level: CatalogueEntry['consent']['level']): string {
  switch (level) {
    case 'opt-outs-honoured':
      return _('Opt-outs were honoured');
    case 'public-licence':
      return _('Only works under public licences');
    case 'unknown':
      return _('Not known');
  }
}

/** The label where it stands among other facts and has to name what it is about. */
export function consentFact(level: CatalogueEntry['consent']['level']): string {
  switch (level) {
    case 'opt-outs-honoured':
      return _('Consent: opt-outs were honoured');
    case 'public-licence':
      return _('Consent: only works under public licences');
    case 'unknown':
      return _('Consent: not known');
  }
}

export function consentSentence(entry: CatalogueEntry): string {
  return withSource(consentLabel(entry.consent.level), entry.consent.source);
}

export function toolCallingLabel(level: CatalogueEntry['toolCalling']['level']): string {
  switch (level) {
    case 'yes':
      return _('Calls tools');
    case 'weak':
      return _('Calls tools, not reliably');
    case 'no':
      return _('Does not call tools');
    case 'unknown':
      return _('Tool calling not known');
  }
}

export function toolCallingSentence(entry: CatalogueEntry): string {
  return withSource(toolCallingLabel(entry.toolCalling.level), entry.toolCalling.source);
}

/** `1.2 of 5.3 GB · 24 MB/s · about 3 minutes left · huggingface.co`; parts that are not known are left out. */
export function downloadLine(progress: Pick<Progress, 'done' | 'total' | 'rate' | 'phase' | 'host'>): string {
  const { done, total, rate, phase, host } = progress;
  if (phase === 'writing') return _('Writing to disk');
  const amount = done === null || total === null ? [] : [amountOf(done, total)];
  if (phase === 'verifying') return dotted([_('Verifying'), ...amount]);
  const where = host === null || host === '' ? [] : [host];
  if (phase === 'no-network') return dotted([_('Waiting for the network'), ...amount]);
  if (phase === 'no-answer') return dotted([_('No answer, trying again'), ...amount, ...where]);
  if (phase === 'connecting') return dotted([_('Connecting'), ...amount, ...where]);
  const pace = rate === null ? [] : [fill(_('{rate}/s'), { rate: bytes(Math.max(0, rate)) })];
  return dotted([...amount, ...pace, ...timeLeft(done, total, rate), ...where]);
}

function timeLeft(done: number | null, total: number | null, rate: number | null): readonly string[] {
  if (done === null || total === null || rate === null || done >= total) return [];
  if (rate < 1) return [_('stalled')];
  return [fill(_('about {time} left'), { time: duration((total - done) / rate) })];
}

/** Both in the unit of the whole: `1.2 of 5.3 GB`. */
export function amountOf(done: number, total: number): string {
  const whole = bytes(total);
  const part = bytes(done);
  const unit = / \S+$/.exec(whole)?.[0] ?? '';
  const short = unit !== '' && part.endsWith(unit) ? part.slice(0, -unit.length) : part;
  return fill(_('{done} of {total}'), { done: short, total: whole });
}

function withSource(label: string, source: string): string {
  return stated(label, dataText(source));
}

function figure(value: number): string {
  return number(value, value < 3 ? 1 : 0);
}

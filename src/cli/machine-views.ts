// SPDX-License-Identifier: GPL-3.0-or-later

import type { Offer, Shelf } from '../core/models/types.ts';
import type { HearthState } from '../core/setup/state.ts';
import { fitSentence } from '../words/fit-sentence.ts';
import { dataText } from '../words/data-texts.ts';
import { dotted } from '../words/joined.ts';
import { downloadStanding } from '../words/downloads.ts';
import { machineRows } from '../words/machine.ts';
import {
  consentSentence,
  fitLabel,
  licenceSentence,
  pickReason,
  pickTitle,
  refusalSentence,
  toolCallingSentence,
  trainingDataSentence,
} from '../words/models.ts';
import {
  agentSentence,
  estimateSentence,
  measureWords,
  paceWords,
  speedSentence,
} from '../words/measured.ts';
import { languagesLine, managedSentence, neighbourLines, nothingFits } from '../words/shelf.ts';
import { modelDetails } from '../words/model-page.ts';
import { onDiskLine, sourceName } from '../words/on-disk.ts';
import { looseTitle, ownWords } from '../words/own.ts';
import { evidenceSentence, waitSentence } from '../words/tasks.ts';
import { stillCloudLines } from '../words/tools-page.ts';
import { shelfLabels, terminalWords } from '../words/terminal.ts';
import { bytes, tokens } from '../words/units.ts';
import { item, pairs, styled, table, wrap } from './text.ts';
import { heading } from './views.ts';

/** The machine and the shelf as lines for the terminal. */

export function machineLines({ machine }: HearthState, columns: number): readonly string[] {
  if (machine === null) return [];
  const rows = machineRows(machine).map((row) => {
    const why = row.detail === '' ? row.value : row.detail;
    return [row.title, row.known ? row.value : styled('dim', why)] as const;
  });
  return [...recordingLines(machine.recording, columns), ...pairs(rows, columns)];
}

export function recordingLines(
  recording: NonNullable<HearthState['machine']>['recording'],
  columns: number,
): readonly string[] {
  if (recording === null) return [];
  return wrap(styled('warn', terminalWords.recordedMachine(recording.title, recording.kind)), columns, '  ');
}

/** The picks, each with its one reason; numbered where a number can be answered. */
export function pickLines(
  { shelf }: HearthState,
  numbered: readonly string[],
  columns: number,
): readonly string[] {
  if (shelf === null) return [];
  const picked = [...new Set(shelf.picks.map((pick) => pick.modelId))];
  const ids = [...numbered, ...picked.filter((id) => !numbered.includes(id))];
  return ids.flatMap((id) => {
    const offer = shelf.offers.find((each) => each.entry.id === id);
    if (offer === undefined) return [];
    const reasons = shelf.picks.filter((pick) => pick.modelId === id);
    const at = numbered.indexOf(id);
    const titles = reasons.map((pick) => pickTitle(pick.role)).join(', ');
    const name = `${styled('bold', offer.entry.name)}${titles === '' ? '' : ` · ${titles}`} · ${offer.entry.id}`;
    const says = [
      ...reasons.map(pickReason),
      ...new Set(
        reasons.flatMap((pick) =>
          neighbourLines(pick, shelf.offers).map(({ label, value }) => `${label}: ${value}`),
        ),
      ),
      `${bytes(offer.entry.file.size)} · ${fitLabel(offer.fit)} · ${paceWords(offer)}`,
      ...(offer.refused === null ? [] : [refusalSentence(offer)]),
    ];
    const sign = at < 0 ? '-' : `${at + 1}.`;
    const hang = `  ${' '.repeat(sign.length + 1)}`;
    return [...item(sign, name, columns, '  '), ...says.flatMap((text) => wrap(text, columns, hang))];
  });
}

/** One row for each model, by its number in `numbered`. */
export function offerRows(
  { shelf, choices }: HearthState,
  numbered: readonly string[],
  columns: number,
): readonly string[] {
  const offers = numbered.flatMap((id) => shelf?.offers.filter((offer) => offer.entry.id === id) ?? []);
  return table(
    offers.map((offer, at) => [
      `${at + 1}.`,
      offer.entry.id,
      bytes(offer.entry.file.size),
      shortStanding(offer, offer.entry.id === choices.modelId),
    ]),
    columns,
  );
}

/** The list of `hearth models`: without numbers, what is on the disk marked. */
export function shelfLines(
  state: HearthState,
  shelf: Shelf,
  all: boolean,
  columns: number,
): readonly string[] {
  const picked = new Set(shelf.picks.map((pick) => pick.modelId));
  const rest = shelf.offers.filter((offer) => !picked.has(offer.entry.id));
  const listed = all ? rest : rest.filter((offer) => offer.refused === null);
  const hidden = rest.length - listed.length;
  const picks = pickLines(state, [], columns);
  return [
    ...pausedLines(state, columns),
    ...(shelf.managedBy === null ? [] : wrap(managedSentence(shelf), columns)),
    ...(picks.length === 0
      ? wrap(nothingFits(shelf) || terminalWords.noPicks(), columns)
      : [heading(terminalWords.picks()), ...picks]),
    ...(listed.length === 0 ? [] : ['', heading(terminalWords.others())]),
    ...table(
      listed.map((offer) => [
        offer.entry.id,
        bytes(offer.entry.file.size),
        shortStanding(offer, offer.entry.id === state.choices.modelId),
      ]),
      columns,
    ),
    ...ownLines(state, shelf, columns),
    ...(hidden === 0 ? [] : ['', ...wrap(styled('dim', terminalWords.hidden(hidden)), columns)]),
    ...shelf.problems.flatMap(({ file, problem }) =>
      wrap(styled('warn', terminalWords.catalogueProblem(file, problem)), columns),
    ),
  ];
}

/** What a person added, apart from everything that was looked into, and what could be added. */
function ownLines({ choices }: HearthState, { own, loose }: Shelf, columns: number): readonly string[] {
  const mine = own.map((offer) => [
    offer.entry.id,
    bytes(offer.entry.file.size),
    shortStanding(offer, offer.entry.id === choices.modelId),
  ]);
  const others = loose.map(({ name, size, source, path }) => [name, bytes(size), sourceName(source), path]);
  return [
    ...(mine.length === 0
      ? []
      : [
          '',
          heading(ownWords.title()),
          ...wrap(styled('dim', ownWords.label()), columns, '  '),
          ...table(mine, columns),
        ]),
    ...(others.length === 0 ? [] : ['', heading(looseTitle()), ...table(others, columns)]),
  ];
}

/** What came in part and waits to be continued, also of models that are no longer listed. */
function pausedLines({ downloads, shelf }: HearthState, columns: number): readonly string[] {
  if (downloads.length === 0) return [];
  const name = (id: string): string => shelf?.offers.find(({ entry }) => entry.id === id)?.entry.name ?? id;
  const rows = downloads.map((item) => [item.modelId, name(item.modelId), downloadStanding(item, downloads)]);
  return [
    heading(terminalWords.paused()),
    ...table(rows, columns),
    ...wrap(styled('dim', terminalWords.pausedHint()), columns, '  '),
    '',
  ];
}

function shortStanding(offer: Offer, chosen: boolean): string {
  const parts = [fitLabel(offer.fit)];
  if (offer.installed !== null) parts.unshift(shelfLabels.installed());
  if (offer.onDisk !== null) parts.unshift(onDiskLine(offer.onDisk));
  else if (offer.partial !== null)
    parts.unshift(shelfLabels.partial(bytes(offer.partial.bytes), bytes(offer.partial.total)));
  if (chosen) parts.unshift(styled('good', shelfLabels.chosen()));
  return dotted(parts);
}

/** Everything that is known about one model. */
export function offerLines(offer: Offer, columns: number): readonly string[] {
  if (offer.entry.own !== undefined) return ownOfferLines(offer, columns);
  const { entry, fit } = offer;
  const estimate = estimateSentence(offer);
  const facts: (readonly [string, string])[] = [
    [shelfLabels.id(), entry.id],
    [shelfLabels.publisher(), entry.publisher],
    [shelfLabels.released(), entry.released],
    [shelfLabels.licence(), licenceSentence(entry)],
    [shelfLabels.trainingData(), trainingDataSentence(entry)],
    [shelfLabels.consent(), consentSentence(entry)],
    [shelfLabels.tools(), toolCallingSentence(entry)],
    [shelfLabels.languages(), languagesLine(entry)],
    [shelfLabels.here(), fitSentence(fit)],
    [shelfLabels.speed(), speedSentence(offer)],
    [shelfLabels.agents(), agentSentence(offer)],
    ...(estimate === null ? [] : [[measureWords.estimate(), estimate] as const]),
    [shelfLabels.context(), shelfLabels.contextOf(tokens(fit.contextTokens), tokens(entry.contextTrained))],
    [shelfLabels.file(), `${entry.file.url} (${bytes(entry.file.size)})`],
    [shelfLabels.sha256(), entry.file.sha256],
    [shelfLabels.homepage(), entry.homepage],
  ];
  if (offer.installed !== null) facts.push([shelfLabels.onDisk(), offer.installed.path]);
  if (offer.onDisk !== null) facts.push([shelfLabels.onDisk(), offer.onDisk.path]);
  if (offer.refused !== null) facts.push([shelfLabels.refused(), refusalSentence(offer)]);
  return [heading(entry.name), ...wrap(dataText(entry.summary), columns), ...pairs(facts, columns)];
}

function ownOfferLines(offer: Offer, columns: number): readonly string[] {
  const { entry, installed } = offer;
  const facts = modelDetails(offer).map(({ label, value }) => [label, value] as const);
  return [
    heading(entry.name),
    ...wrap(ownWords.label(), columns),
    ...pairs(
      [
        [shelfLabels.id(), entry.id],
        ...facts,
        ...(installed === null ? [] : [[shelfLabels.onDisk(), installed.path] as const]),
      ],
      columns,
    ),
  ];
}

/** Why a model was recommended, or null when it was not. */
export function pickReasonOf({ shelf }: HearthState, modelId: string): string | null {
  const pick = shelf?.picks.find((each) => each.modelId === modelId);
  return pick === undefined ? null : pickReason(pick);
}

/** How Goose stands, in lines. */
export function gooseLines({ goose }: HearthState, columns: number): readonly string[] {
  if (goose === null || goose.program === null)
    return wrap(waitSentence('goose-not-installed'), columns, '  ');
  const version = goose.program.version === null ? '' : ` ${goose.program.version}`;
  const lines = [`Goose${version}, ${goose.program.path}`];
  if (goose.provider === 'right')
    lines.push(evidenceSentence({ id: 'goose-wired', args: { model: goose.activeModel ?? '' } }));
  if (goose.cloudProviders.length > 0)
    lines.push(terminalWords.cloudProviders(goose.cloudProviders.join(', ')));
  lines.push(...stillCloudLines(goose));
  return lines.flatMap((line) => wrap(line, columns, '  '));
}

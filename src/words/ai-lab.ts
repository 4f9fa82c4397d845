// SPDX-License-Identifier: GPL-3.0-or-later

import type { HearthState } from '../core/setup/state.ts';
import { hostOf } from '../core/setup/plan.ts';
import type { AiLabFacts } from '../core/tools/types.ts';
import { errorWords } from './errors.ts';
import type { FactRow } from './machine.ts';
import { paragraph } from './joined.ts';
import { _, fill } from './translate.ts';

export interface AiLabWords {
  readonly rows: readonly FactRow[];
  /** What stands in the way or comes next; empty when nothing does. */
  readonly note: string;
  /** There is something to write. */
  readonly setUp: boolean;
  readonly open: boolean;
}

export const aiLabWords = {
  title: () => 'Podman AI Lab',
  about: () => _('A workshop in Podman Desktop for trying models and recipes; it runs them in containers'),
  opened: () => _('Podman Desktop is starting'),
};

/** How AI Lab stands, and what can be done; null until it was looked for. */
export function aiLabView({ aiLab, standings, jobs }: HearthState): AiLabWords | null {
  if (aiLab === null) return null;
  const { desktop, problem } = aiLab;
  const busy = jobs.tools !== undefined;
  if (desktop === null)
    return { rows: [missingRow(aiLab)], note: '', setUp: aiLab.from !== null && !busy, open: false };
  const rows = [programRow(aiLab), labRow(aiLab)];
  if (problem !== null) {
    const { sentence, next } = errorWords(problem);
    return { rows, note: paragraph(sentence, next), setUp: false, open: !busy };
  }
  const quiet = aiLab.telemetry === 'off' && aiLab.asked;
  const given = aiLab.model !== 'missing';
  const places = aiLab.extension !== null;
  const setUp = !quiet || !given || places || aiLab.socket === false;
  const blocked = (!quiet || places) && aiLab.open;
  const first = aiLab.model === null && standings.model.tag !== 'done';
  const note = blocked
    ? _('Close Podman Desktop first, also in the tray: it would write its old settings over the new ones.')
    : first
      ? _('Once a model is chosen and on the disk, it can be put where AI Lab finds it.')
      : '';
  return {
    rows: [...rows, modelRow(aiLab), telemetryRow(aiLab), ...socketRows(aiLab)],
    note,
    setUp: setUp && !blocked && !busy,
    open: !busy,
  };
}

function missingRow({ from }: AiLabFacts): FactRow {
  return {
    id: 'program',
    title: 'Podman Desktop',
    value: _('Not installed'),
    detail:
      from !== null
        ? fill(
            _(
              'Hearth can install it from {host}, whose signature Flatpak checks. {host} is asked for its size first, when you want to see what would be done.',
            ),
            { host: hostOf(from.url) },
          )
        : _(
            'Install Podman Desktop with your software manager; on Flathub it is io.podman_desktop.PodmanDesktop. Before you start it for the first time, look again here, so that it reports nothing.',
          ),
    known: true,
  };
}

function programRow({ desktop, open }: AiLabFacts): FactRow {
  const flatpak = desktop?.flavour === 'flatpak';
  return {
    id: 'program',
    title: 'Podman Desktop',
    value: flatpak ? _('Installed as a Flatpak') : _('Installed'),
    detail: open ? _('It is open now.') : '',
    known: true,
  };
}

function labRow({ version, extension }: AiLabFacts): FactRow {
  const base = { id: 'extension', title: 'AI Lab', known: true };
  if (version === null && extension !== null)
    return {
      ...base,
      value: _('Not installed'),
      detail: fill(_('Hearth can put version {version} into its place, from its image by its digest.'), {
        version: extension,
      }),
    };
  return version === null
    ? {
        ...base,
        value: _('Not installed'),
        detail: _(
          'In Podman Desktop, open Extensions, then Catalog, look for Podman AI Lab and install it. What is written here waits for it.',
        ),
      }
    : { ...base, value: fill(_('Version {version}'), { version }), detail: '' };
}

function modelRow({ model }: AiLabFacts): FactRow {
  const base = { id: 'model', title: _('Your model in AI Lab'), known: true };
  switch (model) {
    case 'listed':
      return { ...base, value: _('There'), detail: _('AI Lab itself lists it.') };
    case 'placed':
      return {
        ...base,
        value: _('In its place'),
        detail: _('Removing it in AI Lab leaves the file of Hearth as it is.'),
      };
    case 'missing':
      return {
        ...base,
        value: _('Not there'),
        detail: _('It can be put there without fetching it again.'),
      };
    case 'own':
      return {
        ...base,
        value: _('Not there'),
        detail: _(
          'It is a file of your own, and AI Lab asks for the address where a model is published. AI Lab can import the file itself; removing it there then removes the file.',
        ),
      };
    case null:
      return { ...base, value: _('None yet'), detail: '' };
  }
}

function telemetryRow({ telemetry, asked }: AiLabFacts): FactRow {
  const base = { id: 'telemetry', title: _('Usage reports to its makers'), known: true };
  const turnsOff = _('Setting it up here turns them off, and answers the question about them.');
  switch (telemetry) {
    case 'off':
      return asked
        ? { ...base, value: _('Off'), detail: '' }
        : { ...base, value: _('Off until its first start asks'), detail: turnsOff };
    case 'on':
      return { ...base, value: _('On'), detail: turnsOff };
    case 'unset':
      return { ...base, value: _('On unless told otherwise'), detail: turnsOff };
  }
}

function socketRows({ socket }: AiLabFacts): readonly FactRow[] {
  if (socket !== false) return [];
  return [
    {
      id: 'socket',
      title: _('Way to Podman'),
      value: _('Closed'),
      detail: _(
        'Podman Desktop finds no containers until podman.socket is on. Setting it up here does that.',
      ),
      known: true,
    },
  ];
}

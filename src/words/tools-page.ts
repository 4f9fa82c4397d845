// SPDX-License-Identifier: GPL-3.0-or-later

import type { HearthState } from '../core/setup/state.ts';
import { providerName } from '../core/tools/goose.ts';
import type { GooseAnswer, GooseFacts, InstallFacts } from '../core/tools/types.ts';
import { errorWords } from './errors.ts';
import type { FactRow } from './machine.ts';
import { waitSentence } from './tasks.ts';
import { bytes, duration, tokens } from './units.ts';
import { dotted, listed, paragraph } from './joined.ts';
import { _, fill } from './translate.ts';

/** How Goose stands, as rows. */
export function gooseRows(goose: GooseFacts): readonly FactRow[] {
  const { program } = goose;
  if (program === null) {
    return [
      {
        id: 'program',
        title: _('Program'),
        value: _('Not installed'),
        detail:
          goose.install.offered === null
            ? _('Install Goose with your software manager or from its own pages, then look again.')
            : installable(goose.install.offered),
        known: true,
      },
    ];
  }
  const rows: FactRow[] = [
    {
      id: 'program',
      title: _('Program'),
      value:
        program.version === null
          ? _('Installed')
          : fill(_('Version {version}'), { version: program.version }),
      detail: [program.path, ...installedLines(goose)].join('\n'),
      known: true,
    },
    modelRow(goose),
    telemetryRow(goose),
  ];
  return [
    ...rows,
    ...(goose.cloudProviders.length === 0 ? [] : [cloudRow(goose)]),
    ...(goose.stillCloud.length === 0 ? [] : [stillCloudRow(goose)]),
  ];
}

function installable(offered: NonNullable<InstallFacts['offered']>): string {
  return fill(
    _(
      'Hearth can bring version {version} from {host} into your home folder. The program takes {size}; how large the download is, its publisher says when it starts.',
    ),
    { version: offered.version, host: offered.host, size: bytes(offered.size) },
  );
}

/** What is to be known about a Goose that Hearth installed. */
function installedLines({ install }: GooseFacts): readonly string[] {
  const { ours, offered } = install;
  if (ours === null) return [];
  const attested =
    ours.attestation === 'verified'
      ? _('Installed by Hearth: its hash is right, and its makers’ attestation was verified.')
      : _(
          'Installed by Hearth: its hash is right. The makers’ attestation was not checked; that needs the program gh, signed in.',
        );
  return [
    attested,
    ...(ours.inPath
      ? []
      : [_('Its folder is not in PATH here, so a terminal may not find it by name. Hearth does.')]),
    ...(offered === null ? [] : [fill(_('Version {version} can be had.'), { version: offered.version })]),
  ];
}

function modelRow(goose: GooseFacts): FactRow {
  const base = { id: 'model', title: _('Model that it uses'), known: true };
  if (
    goose.provider === 'right' &&
    (goose.activeProvider === providerName || goose.activeProvider === null)
  ) {
    return { ...base, value: _('The one on this computer'), detail: goose.activeModel ?? '' };
  }
  if (goose.provider === 'right') {
    return {
      ...base,
      value: goose.activeProvider ?? '',
      detail: _('The model on this computer is set up beside it, and can be made the default.'),
    };
  }
  if (goose.activeProvider === null) {
    return { ...base, value: _('None yet'), detail: _('Goose does not know the local model.') };
  }
  return {
    ...base,
    value: goose.activeProvider,
    detail: _('Set up as it is, Goose asks this instead of the local model.'),
  };
}

function telemetryRow(goose: GooseFacts): FactRow {
  const base = { id: 'telemetry', title: _('Usage reports to its makers'), known: true };
  switch (goose.telemetry) {
    case 'off':
      return { ...base, value: _('Off'), detail: '' };
    case 'on':
      return { ...base, value: _('On'), detail: _('Setting it up here turns them off.') };
    case 'unset':
      return { ...base, value: _('Not decided'), detail: _('Setting it up here turns them off.') };
  }
}

function cloudRow({ cloudProviders }: GooseFacts): FactRow {
  return {
    id: 'cloud',
    title: _('Other services set up in Goose'),
    value: listed(cloudProviders),
    detail: _('What is asked there leaves this computer. Hearth keeps these settings as they are.'),
    known: true,
  };
}

function stillCloudRow(goose: GooseFacts): FactRow {
  return {
    id: 'cloud',
    title: _('Would leave this computer all the same'),
    value: stillCloudLines(goose).join('\n'),
    detail: _('Set apart from the default model. Hearth leaves these settings alone.'),
    known: true,
  };
}

/** What would go elsewhere even with the local model as the default, a line each. */
export function stillCloudLines({ stillCloud }: GooseFacts): readonly string[] {
  return stillCloud.map((path) => {
    const { name, to } = path;
    switch (path.kind) {
      case 'default':
        return fill(_('Everything, to {to}: the variable {name} goes before the settings'), { name, to });
      case 'use':
        return path.from === 'environment'
          ? fill(_('Part of the work, to {to}: the variable {name} says so'), { name, to })
          : fill(_('Part of the work, to {to}: the setting {name} says so'), { name, to });
      case 'extension':
        return fill(_('What the extension {name} is given, to {to}'), { name, to });
      case 'traces':
        return fill(_('Records of what Goose does, to {to}: {name} says so'), { name, to });
    }
  });
}

export function settingUp(): string {
  return _('Setting up');
}

export function checkingModel(): string {
  return _('Asking the model to use a tool; on a slow processor this takes minutes');
}

export interface ToolsWords {
  /** What stands in the way or comes next; empty when nothing does. */
  readonly note: string;
  readonly setUp: boolean;
  readonly ask: boolean;
  /** Goose knows the local model and asks another one by itself. */
  readonly makeDefault: boolean;
}

/** What can be done on the page. */
export function toolsWords(state: HearthState): ToolsWords {
  const { goose, standings } = state;
  const other = goose !== null && goose.activeProvider !== null && goose.activeProvider !== providerName;
  const makeDefault = standings.tools.tag === 'done' && goose?.provider === 'right' && other;
  return { ...standingWords(state), makeDefault };
}

function standingWords(state: HearthState): Omit<ToolsWords, 'makeDefault'> {
  const standing = state.standings.tools;
  switch (standing.tag) {
    case 'waiting':
      return { note: waitSentence(standing.because), setUp: false, ask: false };
    case 'broken': {
      const { sentence, next } = errorWords(standing.error);
      const wired = state.goose?.provider === 'right' && state.goose.problem === null;
      const setUp = standing.cure !== 'fix-file' && standing.cure !== 'install-engine';
      return { note: paragraph(sentence, next), setUp: setUp && !wired, ask: wired };
    }
    case 'ready':
      return { note: '', setUp: true, ask: false };
    case 'done':
      return { note: '', setUp: false, ask: true };
    case 'running':
    case 'not-needed':
      return { note: '', setUp: false, ask: false };
  }
}

/** Who answered Goose, judged by the server's counters and not by what Goose says. */
export function gooseJudgement(answer: GooseAnswer): string {
  const worked = fill(_('The local model worked through {tokens}'), { tokens: tokens(answer.tokensSeen) });
  return dotted([worked, duration(answer.durationMs / 1000)]);
}

export function goosePrompt(): string {
  return _('Say in one sentence what you can do for me');
}

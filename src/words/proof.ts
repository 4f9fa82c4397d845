// SPDX-License-Identifier: GPL-3.0-or-later

import {
  allHold,
  type Check,
  type CheckId,
  type NotApplicable,
  type OpenProgram,
  type Owner,
  type Proof,
  type ProofCure,
  type Unknown,
  type Verdict,
} from '../core/proof/types.ts';
import type { HearthState } from '../core/setup/state.ts';
import { dotted, listed } from './joined.ts';
import { _, fill, ngettext } from './translate.ts';

export function proofTitle(): string {
  return _('Nothing Leaves This Computer');
}

/** What each check says when it holds. */
export function checkTitle(id: CheckId): string {
  switch (id) {
    case 'wall':
      return _('The model has no network');
    case 'listeners':
      return _('Hearth listens on this computer only');
    case 'lan':
      return _('Other computers cannot reach the model');
    case 'key':
      return _('Nobody is let in without the key');
    case 'origin':
      return _('Web pages cannot ask the model');
    case 'others':
      return _('No other model program is open to the network');
    case 'desktop-telemetry':
      return _('Podman Desktop sends no usage reports');
    case 'goose-telemetry':
      return _('Goose sends no usage reports');
    case 'cloud':
      return _('Goose knows no service elsewhere');
  }
}

/** One or two words for a verdict. */
export function verdictLabel(verdict: Verdict): string {
  switch (verdict.tag) {
    case 'holds':
      return _('Holds');
    case 'fails':
      return _('Does not hold');
    case 'unknown':
      return _('Not known');
    case 'not-applicable':
      return _('Not needed');
  }
}

/** A verdict with its reason, if it needs one. */
export function verdictWords(check: Check): string {
  const sentence = verdictSentence(check);
  const label = verdictLabel(check.verdict);
  return dotted([label, sentence]);
}

function verdictSentence({ verdict, cure }: Check): string {
  switch (verdict.tag) {
    case 'holds':
      return '';
    case 'fails':
      return failSentence(cure);
    case 'unknown':
      return unknownSentence(verdict.because);
    case 'not-applicable':
      return notApplicableSentence(verdict.because);
  }
}

function unknownSentence(because: Unknown): string {
  switch (because) {
    case 'server-off':
      return _('The model is off');
    case 'no-answer':
      return _('The model did not answer as it should');
    case 'timeout':
      return _('It took too long');
    case 'unreadable':
      return _('It could not be read');
  }
}

function notApplicableSentence(because: NotApplicable): string {
  switch (because) {
    case 'no-address':
      return _('This computer has no address on a network now');
    case 'not-installed':
      return _('It is not on this computer');
  }
}

function failSentence(cure: ProofCure | null): string {
  switch (cure?.cure) {
    case 'close': {
      const names = listed([...new Set(cure.open.map(({ owner }) => ownerName(owner)))]);
      return fill(_('Open to the network: {names}'), { names });
    }
    case 'cloud':
      return fill(_('Set up in Goose: {names}'), { names: listed(cure.names) });
    case 'environment':
      return fill(_('A variable of your session says otherwise: {names}'), { names: listed(cure.names) });
    case 'desktop-telemetry':
    case 'goose-telemetry':
      return _('They are on');
    case 'own-server':
      return fill(_('{name} serves, which Hearth does not shut off from the network'), {
        name: ownerName(cure.owner),
      });
    case 'restart-server':
    case undefined:
      return _('Something is not as Hearth sets it up');
  }
}

export function ownerName(owner: Owner): string {
  switch (owner) {
    case 'hearth':
      return 'Hearth';
    case 'ai-lab':
      return 'Podman AI Lab';
    case 'ollama':
      return 'Ollama';
    case 'lm-studio':
      return 'LM Studio';
    case 'ramalama':
      return 'RamaLama';
    case 'goose':
      return 'Goose';
    case 'llama-server':
      return 'llama-server';
    case 'other':
      return _('Another program');
  }
}

/** The next step for a failed check. */
export function cureSentence(cure: ProofCure): string {
  switch (cure.cure) {
    case 'restart-server':
      return _(
        'Stop the model and let Hearth start it again: it starts only behind its wall, with a key, for this computer alone.',
      );
    case 'own-server':
      return fill(
        _(
          'This server is not Hearth’s: {name} decides who may ask it and where it connects to. Choose Automatic on the page This Computer to be served by Hearth again.',
        ),
        { name: ownerName(cure.owner) },
      );
    case 'close':
      return _(
        'What listens for the whole network can be asked by everybody in it, and by everybody near on an open Wi-Fi.',
      );
    case 'desktop-telemetry':
      return _('Close Podman Desktop first: it writes its settings when it ends.');
    case 'goose-telemetry':
      return _('Setting up Goose with Hearth turns them off.');
    case 'environment':
      return fill(_('Take it out of where your session gets it from, for example ~/.profile: {names}'), {
        names: listed(cure.names),
      });
    case 'cloud':
      return _(
        'What is asked there leaves this computer. Hearth keeps these settings as they are; “goose configure” takes out what you do not want.',
      );
  }
}

/** How one open program is kept to this computer. */
export function closeSentence({ owner, port, close, name }: OpenProgram): string {
  const values = { name: ownerName(owner), port: String(port), process: name ?? '' };
  switch (close.by) {
    case 'unit':
      return fill(_('{name}, port {port}: Hearth can let it listen on this computer only.'), values);
    case 'firewall':
      return fill(
        _(
          '{name}, port {port}: it cannot be told to listen here only. Hearth can add a rule to the firewall that keeps others out.',
        ),
        values,
      );
    case 'setting':
      return fill(
        _('{name}, port {port}: turn off “Serve on Local Network” in its developer settings.'),
        values,
      );
    case 'command':
      return close.commands.some((line) => line.includes('firewall-cmd'))
        ? fill(
            _(
              '{name}, port {port}: it cannot be told to listen here only. A rule of the firewall keeps others out; this needs an administrator:',
            ),
            values,
          )
        : fill(_('{name}, port {port}: to keep it to this computer, run:'), values);
  }
}

export const proofWords = {
  close: (): string => _('Close…'),
  notOpen: (port: number): string =>
    fill(_('No program for models that Hearth knows is open to the network at port {port}.'), { port }),
  turnOff: (): string => _('Turn Off…'),
  openTools: (): string => _('Set Up Goose'),
  startAgain: (): string => _('Start Again'),
  copy: (): string => _('Copy the Command'),
  checkAgain: (): string => _('Check Again'),
  checking: (): string => _('Looking'),
  notYet: (): string => _('Not looked at yet'),
  startAndLook: (): string => _('Start the Model to Look at It'),
  offNote: (): string => _('The model is off, so a part of this cannot be seen'),
  none: (): string => _('Nothing was looked at yet'),
  limits: (): string => _('What This Does Not Cover'),
  evidence: (): string => _('What was looked at'),
};

/** Stands before the command that opens Goose without a network. */
export function offlineLimit(): string {
  return _(
    'So that its tools cannot go online either, Goose can be opened without a network, on one folder:',
  );
}

/** The model could be started to see more. */
export function wantsStart({ proof, standings }: Pick<HearthState, 'proof' | 'standings'>): boolean {
  if (proof === null || proof.running || standings.model.tag !== 'done') return false;
  return proof.checks.some(({ verdict }) => verdict.tag === 'unknown' && verdict.because === 'server-off');
}

/**
 * The head of the page: says no more than what was seen.
 *
 * @param at when that was, as people write it here
 */
export function proofHeadline(
  proof: Proof | null,
  at: string,
): {
  readonly icon: string;
  readonly title: string;
  readonly sentence: string;
} {
  if (proof === null)
    return { icon: 'channel-secure-symbolic', title: proofTitle(), sentence: proofWords.notYet() };
  const failed = proof.checks.filter(({ verdict }) => verdict.tag === 'fails').length;
  if (failed > 0) {
    return {
      icon: 'dialog-warning-symbolic',
      title: _('Something Is Open'),
      sentence: seenAt(
        ngettext(
          '{count} check does not hold, looked at on {time}',
          '{count} checks do not hold, looked at on {time}',
          failed,
        ),
        failed,
        at,
      ),
    };
  }
  if (proof.running)
    return { icon: 'channel-secure-symbolic', title: proofTitle(), sentence: proofWords.checking() };
  const open = proof.checks.filter(({ verdict }) => verdict.tag === 'unknown').length;
  if (allHold(proof) === true) {
    return {
      icon: 'channel-secure-symbolic',
      title: proofTitle(),
      sentence: fill(_('Each line was looked at live, on {time}'), { time: at }),
    };
  }
  return {
    icon: 'hearth-unknown-symbolic',
    title: _('Not All Could Be Seen'),
    sentence: seenAt(
      ngettext(
        '{count} check could not be told, looked at on {time}',
        '{count} checks could not be told, looked at on {time}',
        open,
      ),
      open,
      at,
    ),
  };
}

function seenAt(text: string, count: number, at: string): string {
  return fill(text, { count, time: at });
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { otherNotes } from '../core/server/engine.ts';
import type { OtherRun } from '../core/server/engine-facts.ts';
import { noteWords, programName } from './engine.ts';
import { _, fill } from './translate.ts';

/** Servers of other programs, which a person may choose and Hearth does not isolate. */

/** Who serves, wherever it is said of Hearth's own that it is shut off; without a full stop. */
export function servedByOther(program: string): string {
  return fill(_('Not shut off from the network: served by {program}'), { program: programName(program) });
}

export interface AgreementWords {
  readonly heading: string;
  /** What was found open and what is asked, a sentence a line. */
  readonly lines: readonly string[];
  /** Which of its models, where there is nothing to choose. */
  readonly asks: string;
  readonly model: string;
  readonly accept: string;
  readonly refuse: string;
  readonly question: string;
}

/** What a person agrees to who chooses somebody else's server. */
export function agreementWords({ server, model }: OtherRun): AgreementWords {
  const program = programName(server.program);
  const notes = otherNotes(server)
    .filter(({ code }) => code !== 'not-ours')
    .map((note) => noteWords(note).sentence);
  const listens = server.open ? [] : [_('It listens on this computer only.')];
  return {
    heading: fill(_('Use {program}, Not Isolated by Hearth?'), { program }),
    lines: [
      fill(_('{program} at 127.0.0.1, port {port}, would answer.'), {
        program,
        port: server.port,
      }),
      _('Hearth does not shut it off from the network and sends it no key.'),
      ...listens,
      ...notes,
      _('Goose stays with Hearth’s own server. Automatic takes this back.'),
    ],
    asks: fill(_('The model asked there is {model}.'), { model }),
    model: _('Model'),
    accept: fill(_('Use {program}'), { program }),
    refuse: _('Cancel'),
    question: fill(_('Use {program}?'), { program }),
  };
}

// SPDX-License-Identifier: GPL-3.0-or-later

import type { Missing } from '../core/known.ts';
import { _, fill } from './translate.ts';

/** Why a fact is not known, as one sentence. The source is a path or a command, and stays as it is. */
export function because(missing: Missing): string {
  return (
    special(missing) ?? fill(general(missing), { source: sourceName(missing), detail: missing.detail ?? '' })
  );
}

function general(missing: Missing): string {
  switch (missing.reason) {
    case 'absent':
      return _('Not known, because this system has no {source}.');
    case 'denied':
      return _('Not known, because reading {source} needs more rights than you have.');
    case 'garbled':
      return _('Not known, because what {source} says makes no sense.');
    case 'no-tool':
      return _('Not known, because the program {source} is not installed.');
    case 'tool-failed':
      return missing.detail
        ? _('Not known, because {source} refused: “{detail}”.')
        : _('Not known, because {source} gave no answer.');
    case 'not-told':
      return _('Not known, because nothing in this system tells.');
    case 'not-asked':
      return _('Not known, because this quick look did not ask {source}.');
  }
}

/** Reasons that have a better sentence than their kind. */
function special(missing: Missing): string | null {
  if (missing.source === 'NetworkManager' || missing.source.startsWith('busctl')) {
    return _('Not known, because NetworkManager is not running here.');
  }
  if (missing.reason !== 'not-told') return null;
  switch (missing.source) {
    case 'shared memory':
      return _('It has no memory of its own: it shares the main memory.');
    case 'no driver':
      return _('Not known, because no driver is in use for it.');
    case 'nouveau':
    case 'i915':
    case 'xe':
      return fill(_('Not known, because the driver {driver} does not tell it without root.'), {
        driver: missing.source,
      });
    default:
      return null;
  }
}

/** A command by its program, a path as it is. */
function sourceName(missing: Missing): string {
  return missing.source.startsWith('/') ? missing.source : (missing.source.split(' ', 1)[0] ?? '');
}

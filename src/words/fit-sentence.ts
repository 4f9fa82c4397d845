// SPDX-License-Identifier: GPL-3.0-or-later

import type { Fit, Place } from '../core/models/types.ts';
import { limits } from './models.ts';
import { _, fill } from './translate.ts';
import { bytes, tokens } from './units.ts';

/** The verdict with what it rests on. One sentence for each place, so that each language can build its own. */
export function fitSentence(fit: Fit): string {
  const { need, available } = limits(fit);
  return fill(template(fit), {
    need: bytes(need),
    available: bytes(available),
    context: tokens(fit.contextTokens),
  });
}

function template({ verdict, place }: Fit): string {
  switch (verdict) {
    case 'fits':
      return fitsTemplate(place);
    case 'tight':
      return tightTemplate(place);
    case 'does-not-fit':
      return tooLargeTemplate(place);
    case 'unknown':
      return _(
        'Needs about {need}. Whether that is free is not known, because this computer does not tell its memory.',
      );
  }
}

function fitsTemplate(place: Place): string {
  switch (place) {
    case 'gpu':
      return _(
        'Runs on the graphics card with a context of {context}: takes about {need} of {available} free on the graphics card.',
      );
    case 'split':
      return _(
        'Runs on the graphics card and the processor together with a context of {context}: takes about {need} of {available} free on the graphics card and in main memory.',
      );
    case 'shared':
      return _(
        'Runs on the built-in graphics with a context of {context}: takes about {need} of {available} free in memory for the built-in graphics.',
      );
    case 'memory':
      return _(
        'Runs on the processor with a context of {context}: takes about {need} of {available} free in main memory.',
      );
  }
}

function tightTemplate(place: Place): string {
  switch (place) {
    case 'gpu':
      return _(
        'Runs on the graphics card with a context of {context}, but it is tight: takes about {need} of {available} free.',
      );
    case 'split':
      return _(
        'Runs on the graphics card and the processor together with a context of {context}, but it is tight: takes about {need} of {available} free.',
      );
    case 'shared':
      return _(
        'Runs on the built-in graphics with a context of {context}, but it is tight: takes about {need} of {available} free.',
      );
    case 'memory':
      return _(
        'Runs on the processor with a context of {context}, but it is tight: takes about {need} of {available} free.',
      );
  }
}

function tooLargeTemplate(place: Place): string {
  switch (place) {
    case 'gpu':
      return _('Needs about {need} even for a short context; {available} are free on the graphics card.');
    case 'split':
      return _(
        'Needs about {need} even for a short context; {available} are free on the graphics card and in main memory.',
      );
    case 'shared':
      return _(
        'Needs about {need} even for a short context; {available} are free in memory for the built-in graphics.',
      );
    case 'memory':
      return _('Needs about {need} even for a short context; {available} are free in main memory.');
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import type { Capability } from '../core/tools/capability.ts';
import type { FactRow } from './machine.ts';
import { _, fill } from './translate.ts';

/** Whether the model can be an agent, and what was seen, for people. */
export function capabilityRow(capability: Capability): FactRow {
  const { value, detail } = capabilityWords(capability);
  return { id: 'capability', title: _('The model as an agent'), value, detail, known: true };
}

export function capabilityWords(capability: Capability): { readonly value: string; readonly detail: string } {
  // Its own full stop would stand beside the one of the sentence.
  const seen = capability.seen === '' ? _('nothing') : capability.seen.replace(/[.。]+$/, '');
  switch (capability.verdict) {
    case 'agent':
      return {
        value: _('Can be an agent'),
        detail: fill(_('It called a tool as asked, {seen}, and did a small task through Goose.'), { seen }),
      };
    case 'tools-only':
      return { value: _('Calls tools; not more was shown'), detail: notShown(capability, seen) };
    case 'chat-only':
      return {
        value: _('Chat only'),
        detail: fill(_('Asked for one tool call, it answered: {seen}. Another model may be able to.'), {
          seen,
        }),
      };
  }
}

function notShown({ notTried }: Capability, seen: string): string {
  switch (notTried) {
    case 'no-goose':
      return fill(_('It called a tool as asked, {seen}. Without Goose no task could be tried.'), { seen });
    case 'no-wall':
      return fill(
        _(
          'It called a tool as asked, {seen}. A task is only tried behind a wall, which cannot be put up here.',
        ),
        {
          seen,
        },
      );
    case 'small-context':
      return fill(
        _('It called a tool as asked, {seen}. Its context is too small for a task through Goose.'),
        { seen },
      );
    case null:
      return fill(_('It called a tool as asked, but did not finish a small task through Goose: {seen}'), {
        seen,
      });
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { isEarlier } from '../core/tools/tool-list.ts';
import type { Newest } from '../core/tools/newest.ts';
import { _, fill } from './translate.ts';

export const newestWords = {
  question: (): string => _('Look for a Newer Goose?'),
  body: (host: string): string =>
    fill(
      _(
        '{host} is asked which version is the newest. It sees this computer’s address, and nothing else is sent.',
      ),
      {
        host,
      },
    ),
  ask: (): string => _('Ask'),
  cancel: (): string => _('Cancel'),
  title: (): string => _('Newest Goose'),
  close: (): string => _('Close'),
};

/** What was found out, and what can be done with it. */
export function newestSentence({ version, installed, pinned }: Newest): string {
  const values = { version, installed: installed ?? '', pinned: pinned ?? '' };
  if (installed !== null && !isEarlier(installed, version))
    return fill(_('Goose {installed} is here, and {version} is the newest.'), values);
  if (pinned !== null && !isEarlier(pinned, version))
    return fill(_('Goose {version} is the newest, and Hearth can install it.'), values);
  return installed === null
    ? fill(
        _(
          'Goose {version} is the newest. Hearth installs only what it knows by its hash; a later version of Hearth will know that one.',
        ),
        values,
      )
    : fill(
        _(
          'Goose {version} is the newest, and {installed} is here. Hearth installs only what it knows by its hash; a later version of Hearth will know that one.',
        ),
        values,
      );
}

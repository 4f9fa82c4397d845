// SPDX-License-Identifier: GPL-3.0-or-later

import { _, fill } from './translate.ts';

/** The command that opens Goose without a network; `FOLDER` stands for a folder of the person's. */
export const offlineCommandLine = 'hearth goose --offline';

/** What is said about Goose without a network, in the window and in the terminal. */
export const offlineWords = {
  title: () => _('Goose without a network'),
  /** One honest line: what it can and what it cannot do then. */
  summary: () =>
    _(
      'It reaches the model on this computer and one folder, and nothing else: it cannot fetch, install or look anything up.',
    ),
  inTerminal: () => _('In a terminal, in the folder it should work on:'),
  copy: () => _('Copy the Command'),
  copied: () => _('Copied'),
  opens: (folder: string) => fill(_('Goose opens without a network, on {folder} alone.'), { folder }),
  limits: () =>
    _(
      'It cannot fetch, install or look anything up, sees none of your other files, and keeps no history of this session.',
    ),
  looked: (namespace: string, interfaces: string) =>
    fill(_('Looked at just now, behind its wall: network {namespace} with nothing in it but {interfaces}.'), {
      namespace,
      interfaces,
    }),
  ended: (folder: string) =>
    fill(_('Goose has ended. What it wrote to {folder} was not shut in: look at it before you run it.'), {
      folder,
    }),
};

// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorCode } from '../core/errors.ts';
import type { Telling } from './engine-errors.ts';
import { _ } from './translate.ts';

type GooseCode = Extract<ErrorCode, 'goose-silent' | 'goose-failed' | 'goose-exposed' | 'folder-unfit'>;

/** Of Goose, once it is there. */
export const gooseTellings: Readonly<Record<GooseCode, Telling>> = {
  'goose-silent': {
    sentences: () => [_('Goose ended without asking the model.')],
    next: () => _('Set Goose up again, and check that the model answers here first.'),
  },
  'goose-failed': {
    sentences: () => [_('Goose ended with status {exit}.'), _('Goose failed.')],
    next: () => _('The details show what it said.'),
  },
  'goose-exposed': {
    sentences: () => [
      _('Goose cannot be shut off from the network on this computer, so it was not started.'),
    ],
    next: () =>
      _(
        'Allow programs to make user namespaces. On Ubuntu, AppArmor must allow it to bubblewrap: the profile “bwrap-userns-restrict” of the package apparmor-profiles does.',
      ),
  },
  'folder-unfit': {
    sentences: () => [
      _('{path} holds more than one project, so Goose was not let into it.'),
      _('This folder holds more than one project, so Goose was not let into it.'),
    ],
    next: () => _('Choose the folder of a single project.'),
  },
};

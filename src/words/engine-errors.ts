// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorCode } from '../core/errors.ts';
import { _ } from './translate.ts';

/**
 * Sentences for a code, the most telling first: the first whose places all have a value is used, so the last one has
 * none. Sizes in bytes are named together, needed, free, missing, size, limit, expected or actual; times in ms `after`.
 */
export interface Telling {
  readonly sentences: () => readonly string[];
  readonly next: () => string;
}

/** Of the ways in which a model is served. */
export const engineTellings: Readonly<
  Record<
    Extract<
      ErrorCode,
      | 'engine-unusable'
      | 'image-first'
      | 'image-missing'
      | 'pull-failed'
      | 'container-failed'
      | 'selinux-denied'
    >,
    Telling
  >
> = {
  'engine-unusable': {
    sentences: () => [_('The model cannot be served the way that was chosen.')],
    next: () => _('Choose another way on the page This Computer, or with "hearth serve --engine=auto".'),
  },
  'image-first': {
    sentences: () => [
      _('The container image has to be fetched before the model can answer: {size} from {host}.'),
      _('The container image has to be fetched from {host} before the model can answer.'),
      _('The container image has to be fetched before the model can answer.'),
    ],
    next: () => _('Fetch it on the page This Computer, or with "hearth apply try".'),
  },
  'image-missing': {
    sentences: () => [
      _('The container image {image} is not on this computer.'),
      _('The container image is not on this computer.'),
    ],
    next: () => _('Fetch it again on the page This Computer, or with "hearth apply try".'),
  },
  'pull-failed': {
    sentences: () => [
      _('The container image could not be fetched from {host}.'),
      _('The container image could not be fetched.'),
    ],
    next: () => _('Try again. The details show what Podman said.'),
  },
  'container-failed': {
    sentences: () => [
      _('Podman could not start the container of the model (status {exit}).'),
      _('Podman could not start the container of the model.'),
    ],
    next: () => _('The details show what it said. The installed llama-server can serve instead.'),
  },
  'selinux-denied': {
    sentences: () => [_('SELinux does not let the container use what it needs.')],
    next: () => _('Use the installed llama-server instead, on the page This Computer.'),
  },
};

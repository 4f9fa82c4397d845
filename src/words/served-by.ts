// SPDX-License-Identifier: GPL-3.0-or-later

import type { Fallback } from '../core/server/fallback.ts';
import type { ServedBy } from '../core/server/load-log.ts';
import { listed } from './joined.ts';
import { productName } from './gpu.ts';
import { _, fill, pgettext } from './translate.ts';

/** Who works on the answers, as the server itself said while it loaded the model. */
export function servedByPhrase(served: ServedBy): string {
  const card = listed(served.cards);
  const { gpuLayers, layers, processor } = served;
  switch (served.kind) {
    case 'gpu':
      return card === ''
        ? _('Runs on the graphics card')
        : fill(_('Runs on the graphics card ({name})'), { name: card });
    case 'cpu':
      return processor === null
        ? _('Runs on the processor')
        : fill(_('Runs on the processor ({name})'), { name: processor });
    case 'both':
      return gpuLayers === null || layers === null
        ? _('Runs part on the graphics card, part on the processor')
        : fill(_('Runs part on each: {count} of {all} layers on the graphics card ({name})'), {
            count: gpuLayers,
            all: layers,
            name: card,
          });
  }
}

export function servedByLabel(): string {
  return pgettext('what a model runs on', 'Runs on');
}

/** A fall-back to the processor: that it happened and why, and a way on. Both with a full stop. */
export function fallbackWords({ reason, card }: Fallback): {
  readonly sentence: string;
  readonly next: string;
} {
  const name = card === '' ? _('the graphics card') : productName(card);
  const values = { name };
  switch (reason) {
    case 'no-driver':
      return {
        sentence: fill(
          _('The model runs on the processor, slower than it could: {name} has no driver that can compute.'),
          values,
        ),
        next: _('Install the driver, restart, and it is used by itself.'),
      };
    case 'no-backend':
      return {
        sentence: fill(
          _(
            'The model runs on the processor, slower than it could: this llama-server was built without support for {name}.',
          ),
          values,
        ),
        next: _(
          'Install a llama-server that was built with Vulkan, CUDA or ROCm, and start the model again.',
        ),
      };
    case 'no-node':
      return {
        sentence: fill(
          _(
            'The model runs on the processor, slower than it could: {name} cannot be reached from here, as in a container without its device.',
          ),
          values,
        ),
        next: _('Give the container or virtual machine the device (/dev/dri), and start the model again.'),
      };
    case 'no-device':
      return {
        sentence: fill(
          _(
            'The model runs on the processor, slower than it could: llama-server found no device to compute on in {name}.',
          ),
          values,
        ),
        next: _(
          'Install the Vulkan driver of the card (Fedora and Debian: mesa-vulkan-drivers), and start the model again.',
        ),
      };
    case 'no-memory':
      return {
        sentence: fill(
          _('The model runs on the processor, slower than it could: the memory of {name} is taken.'),
          values,
        ),
        next: _('Close programs that use the card, or choose a smaller context or model.'),
      };
    case 'not-used':
      return {
        sentence: fill(
          _('The model runs on the processor, slower than it could: llama-server left {name} out.'),
          values,
        ),
        next: _('Start the model again. If that changes nothing, choose a smaller model.'),
      };
  }
}

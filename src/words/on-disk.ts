// SPDX-License-Identifier: GPL-3.0-or-later

import type { OnDisk, OnDiskSource } from '../core/models/types.ts';
import { _, fill } from './translate.ts';

/** Whose file it is, as part of a sentence. */
export function sourceName(source: OnDiskSource): string {
  switch (source) {
    case 'file':
      return _('a file of yours');
    case 'downloads':
      return _('Downloads');
    case 'lm-studio':
      return _('LM Studio');
    case 'ollama':
      return _('Ollama');
    case 'hugging-face':
      return _('the Hugging Face cache');
    case 'ramalama':
      return _('RamaLama');
    case 'ai-lab':
      return _('Podman AI Lab');
  }
}

/** Shown where a download would be offered. */
export function onDiskLine({ source }: OnDisk): string {
  return fill(_('Already on this disk, in {source}'), { source: sourceName(source) });
}

// SPDX-License-Identifier: GPL-3.0-or-later

import { LabExtension } from '../../src/engine/lab-extension.ts';
import { files } from '../../src/platform/files.ts';
import { processes } from '../../src/platform/processes.ts';

/** No list pins the image of AI Lab's extension, as with Hearth's own list. */
export function noExtension(): LabExtension {
  return new LabExtension({ files, processes, own: '', folders: [], hasImage: () => Promise.resolve(false) });
}

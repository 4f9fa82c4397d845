// SPDX-License-Identifier: GPL-3.0-or-later

import type { WrongFolder } from '../core/models/folder.ts';
import { _, fill } from './translate.ts';

/** Sentences about where models are kept. */
export const folderWords = {
  title: (): string => _('Where Models Are Kept'),
  choose: (): string => _('Keep Models Here'),
  nothingToDo: (): string => _('Models are kept there already.'),
};

/** Why models cannot be kept in a folder, and what to do. */
export function wrongFolderWords(
  reason: WrongFolder,
  path: string,
): { readonly sentence: string; readonly next: string } {
  const another = _('Choose another folder.');
  const say = (sentence: string, next = another): { readonly sentence: string; readonly next: string } => ({
    sentence: fill(sentence, { path }),
    next,
  });
  switch (reason) {
    case 'odd-name':
      return say(_('The name of this folder has characters that cannot be passed on.'));
    case 'not-a-folder':
      return say(_('{path} is not a folder.'));
    case 'not-empty':
      return say(_('{path} has something in it that is not Hearth’s.'), _('Choose an empty folder.'));
    case 'inside-itself':
      return say(_('{path} is inside the folder that models are moved from.'));
    case 'other-program':
      return say(_('{path} belongs to another program, which may clean up there.'));
    case 'not-yours':
      return say(_('{path} belongs to somebody else.'), _('Choose a folder of your own.'));
    case 'not-writable':
      return say(_('Nothing can be written in {path}.'));
    case 'file-limit':
      return say(
        _('The disk with {path} has a file system (FAT) that holds no file of 4 GiB or more.'),
        _('Format it with another file system, or choose a folder on another disk.'),
      );
  }
}
